"""`letterwright campaign`: what is planned, under way and done, and a hand on the brake."""

import json
from collections.abc import Callable
from typing import Any

import click

from app.cli.campaign_books import tell_books
from app.cli.campaign_report import report
from app.cli.house import opened_house
from app.database.session import reading, transaction
from app.queries.campaigns import CampaignRow, find_campaigns
from app.services import gates, retries, scheduling

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
id_argument = click.argument("campaign_id", type=click.IntRange(min=1), metavar="ID")


@click.group(name="campaign")
def command() -> None:
    """See campaigns and their books; pause, resume, retry or cancel one."""


command.add_command(report)


@command.command("list")
@as_json_option
def list_campaigns(*, as_json: bool) -> None:
    """The newest 200 campaigns, the newest first."""
    opened_house()
    with reading() as session:
        rows = find_campaigns(session)
    if as_json:
        click.echo(json.dumps([as_document(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        count = f"{row.sent} of {row.messages} sent" if row.messages else ""
        click.echo(f"{row.id:>5}  {row.status.value:<10} {count:<24} {row.name}")
    if not rows:
        click.echo("There are no campaigns yet. Make one in the browser, or with `letterwright send`.", err=True)


def as_document(row: CampaignRow) -> dict[str, object]:
    return {
        "campaign": row.id,
        "name": row.name,
        "subject": row.subject,
        "status": row.status.value,
        "lists": list(row.lists),
        "messages": row.messages,
        "sent": row.sent,
        "send_at": row.send_at.isoformat() if row.send_at else None,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }


@command.command("show")
@id_argument
@as_json_option
def show(campaign_id: int, *, as_json: bool) -> None:
    """The books of one campaign, how fast it leaves, and why it stands still where it does."""
    opened_house()
    tell_books(campaign_id, as_json=as_json)


@command.command("pause")
@id_argument
@as_json_option
def pause(campaign_id: int, *, as_json: bool) -> None:
    """Stop a campaign that is leaving; letters on the wire are finished and recorded."""
    act(scheduling.pause, campaign_id, as_json=as_json)


@command.command("resume")
@id_argument
@as_json_option
def resume(campaign_id: int, *, as_json: bool) -> None:
    """Let a paused or held campaign go on where it stood."""
    act(scheduling.resume, campaign_id, as_json=as_json)


@command.command("let-go")
@id_argument
@as_json_option
def let_go(campaign_id: int, *, as_json: bool) -> None:
    """Let the rest of a campaign follow its first letters now, before the time to look at them is over."""
    act(gates.let_rest_go, campaign_id, as_json=as_json)


@command.command("retry")
@id_argument
@as_json_option
def retry(campaign_id: int, *, as_json: bool) -> None:
    """Try the refused again, but for addresses that must not be written to."""
    tell_tried(act(retries.retry_refused, campaign_id, as_json=as_json))


@command.command("settle")
@id_argument
@click.option("--again", "again", is_flag=True, help="Send to them once more; some may get the letter twice.")
@click.option("--leave", "leave", is_flag=True, help="Leave them as they are; the question is not asked again.")
@as_json_option
def settle(campaign_id: int, *, again: bool, leave: bool, as_json: bool) -> None:
    """Decide about letters of which nobody knows whether they arrived."""
    if again == leave:
        raise click.UsageError("Say either --again or --leave.")
    if again:
        tell_tried(act(retries.send_unknown_again, campaign_id, as_json=as_json))
    else:
        act(retries.leave_unknown, campaign_id, as_json=as_json)


def tell_tried(letters: int) -> None:
    click.echo(f"Letters tried again: {letters}." if letters else "There is no letter to try again.", err=True)


@command.command("cancel")
@id_argument
@as_json_option
def cancel(campaign_id: int, *, as_json: bool) -> None:
    """End a campaign for good: what has not left stays."""
    act(scheduling.cancel, campaign_id, as_json=as_json)


def act(verb: Callable[..., Any], campaign_id: int, *, as_json: bool) -> Any:
    """Does it, prints the campaign as it stands then, and returns what the verb did."""
    opened_house()
    with transaction() as session:
        done = verb(session, campaign_id)
    tell_books(campaign_id, as_json=as_json)
    return done
