"""`letterwright campaign`: what is planned, under way and done, and a hand on the brake."""

import json
from collections.abc import Callable
from typing import Any

import click

from app.cli.house import opened_house
from app.database.session import reading, transaction
from app.queries.books import Books, books_of
from app.queries.campaigns import CampaignRow, find_campaigns
from app.services import scheduling

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
id_argument = click.argument("campaign_id", type=click.IntRange(min=1), metavar="ID")


@click.group(name="campaign")
def command() -> None:
    """See campaigns and their books; pause, resume or cancel one."""


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
    """The books of one campaign."""
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
    """Let a paused campaign go on where it stood."""
    act(scheduling.resume, campaign_id, as_json=as_json)


@command.command("cancel")
@id_argument
@as_json_option
def cancel(campaign_id: int, *, as_json: bool) -> None:
    """End a campaign for good: what has not left stays."""
    act(scheduling.cancel, campaign_id, as_json=as_json)


def act(verb: Callable[..., Any], campaign_id: int, *, as_json: bool) -> None:
    opened_house()
    with transaction() as session:
        verb(session, campaign_id)
    tell_books(campaign_id, as_json=as_json)


def tell_books(campaign_id: int, *, as_json: bool) -> Books:
    """Prints the books and returns them."""
    with reading() as session:
        books = books_of(session, campaign_id)
    click.echo(json.dumps(books.to_json(), indent=2) if as_json else "\n".join(book_lines(books)))
    return books


def book_lines(books: Books) -> list[str]:
    document = books.to_json()
    lines = [f"campaign {books.campaign} is {books.status.value}", f"{books.candidates:>9}  candidates"]
    lines += [f"{count:>9}    left out: {reason}" for reason, count in books.excluded.items()]
    lines.append(f"{books.messages:>9}  messages")
    words = ("sent", "pending", "deferred", "refused", "skipped", "cancelled", "unknown")
    lines += [f"{document[word]:>9}    {word}" for word in words if document[word]]
    if not books.balanced:
        lines.append("The books do not balance. Please report this with the output of `letterwright doctor`.")
    return lines
