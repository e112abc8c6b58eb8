"""`letterwright campaign report`: the figures that the campaign's page shows, each with what it is a share of."""

import json
from typing import Any

import click

from app.cli.house import opened_house
from app.database.session import reading
from app.models import Tracking
from app.queries.campaign_report import Report, report_of
from app.queries.campaigns import find_campaigns
from app.queries.openings import Split, links_of
from app.services.campaigns import get_campaign

FEWEST_SHOWN = 5


@click.command(name="report")
@click.argument("wanted", metavar="NAME|ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def report(wanted: str, *, as_json: bool) -> None:
    """Who got, opened and clicked a letter, people apart from programs, and who left."""
    opened_house()
    with reading() as session:
        found = report_of(session, get_campaign(session, campaign_id(session, wanted)))
        tracking = found.figures.tracking
        links = links_of(session, found.campaign.id, people=tracking is Tracking.PEOPLE)
    document = as_document(found)
    if tracking is not Tracking.OFF:
        document["links"] = [
            {"number": one.number, "url": one.url, "clicked": split_of(one.clicked, tracking)} for one in links
        ]
    click.echo(json.dumps(document, ensure_ascii=False, indent=2) if as_json else "\n".join(lines_of(found)))


def campaign_id(session: Any, wanted: str) -> int:
    """The campaign with this number, or the only one with this name."""
    if wanted.isdecimal():
        return int(wanted)
    named = [row.id for row in find_campaigns(session) if row.name.casefold() == wanted.casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        numbers = ", ".join(str(one) for one in named)
        raise click.UsageError(
            f"There are {len(named)} campaigns named “{wanted}”. Say which by its number: {numbers}."
        )
    raise click.UsageError(f"There is no campaign named “{wanted}”. `letterwright campaign list` shows them.")


def as_document(found: Report) -> dict[str, Any]:
    figures, usual = found.figures, found.usual
    return {
        "campaign": found.campaign.id,
        "name": found.campaign.name,
        "status": found.campaign.status.value,
        "tracking": figures.tracking.value,
        "messages": figures.messages,
        "accepted": figures.accepted,
        "counted": figures.counted,
        "opened": split_of(figures.opened, figures.tracking),
        "clicked": split_of(figures.clicked, figures.tracking),
        "unsubscribed": figures.unsubscribed,
        "reasons": dict(found.reasons),
        "refused": figures.refused,
        "refusals": dict(found.refusals),
        "complained": found.complained,
        "usual": {
            "opened": usual.opened,
            "clicked": usual.clicked,
            "unsubscribed": usual.unsubscribed,
            "refused": usual.refused,
        },
    }


def split_of(split: Split, tracking: Tracking) -> dict[str, object] | None:
    """By verdict; a total without people that is small is not told."""
    if tracking is Tracking.OFF:
        return None
    counts = {"human": split.human, "undecided": split.undecided, "automated": split.automated}
    if tracking is Tracking.PEOPLE:
        return dict(counts)
    return {word: "fewer than 5" if 0 < count < FEWEST_SHOWN else count for word, count in counts.items()}


def lines_of(found: Report) -> list[str]:
    figures, usual = found.figures, found.usual
    lines = [f"campaign {found.campaign.id} is {found.campaign.status.value}: {found.campaign.name}"]
    lines.append(
        f"{figures.accepted:>9}  accepted, of {figures.messages} letters{share(figures.accepted, figures.messages)}"
    )
    lines += hit_lines(found)
    lines.append(
        f"{figures.unsubscribed:>9}  unsubscribed, of {figures.accepted} accepted{usually(usual.unsubscribed)}"
    )
    lines += [f"{count:>9}    because: {reason}" for reason, count in found.reasons.items()]
    lines.append(f"{figures.refused:>9}  refused, of {figures.messages} letters{usually(usual.refused)}")
    lines += [f"{count:>9}    because: {kind}" for kind, count in found.refusals.items()]
    lines.append(f"{found.complained:>9}  reported as spam, of {figures.accepted} accepted")
    return lines


def hit_lines(found: Report) -> list[str]:
    figures, usual = found.figures, found.usual
    if figures.tracking is Tracking.OFF:
        return ["Openings and clicks were not counted: tracking was off for this letter."]
    lines = []
    for word, split, middle in (("opened", figures.opened, usual.opened), ("clicked", figures.clicked, usual.clicked)):
        told = split_of(split, figures.tracking) or {}
        beside = f"and {told['undecided']} undecided, {told['automated']} by programs"
        if figures.tracking is Tracking.TOTALS:
            lines.append(f"{told['human']:>9}  times {word}, {beside}")
        else:
            of = f"of {figures.counted} people{share(split.human, figures.counted)}{usually(middle)}"
            lines.append(f"{told['human']:>9}  {word}, {of}; {beside}")
    return lines


def share(part: int, whole: int) -> str:
    return f" ({100 * part / whole:.1f} %)" if whole else ""


def usually(middle: float | None) -> str:
    return f", usually {100 * middle:.1f} %" if middle is not None else ", no usual yet"
