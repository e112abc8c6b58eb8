"""`letterwright send`: an article becomes a campaign to one list, is checked, and leaves."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import click

from app.cli.campaign_books import tell_books
from app.cli.draft_order import DraftOrder, fetch_article, make_draft, zone_of
from app.cli.house import opened_house
from app.cli.letter import tell
from app.cli.missing_parts import ButtonAddress
from app.cli.sending_watch import wait_for
from app.config import Settings
from app.database.session import transaction
from app.services.local_time import parse_local_time
from app.services.preflight import check_campaign
from app.services.scheduling import Leave, schedule, send_now
from emails.articles.parse import KINDS


@dataclass(frozen=True, slots=True)
class Departure:
    """When and how the campaign leaves. `at` None: now. `draft` stops before it is scheduled."""

    at: str | None
    zone: str | None
    override: str
    draft: bool
    wait: bool


DESIGN_HELP = "A theme, or a design of the brand's own, by its name."


@click.command("send")
@click.argument("source", type=click.Path(allow_dash=True))
@click.option("--list", "list_name", required=True, metavar="NAME", help="The list it goes to.")
@click.option("--segment", "segments", multiple=True, metavar="NAME", help="Only those in it; given again, in any.")
@click.option("--design", metavar="NAME", default="calm", show_default=True, help=DESIGN_HELP)
@click.option("--brand", metavar="NAME", help="Who speaks; without it, the list's brand.")
@click.option("--sender", metavar="ADDRESS", help="Who it is from; needed where the brand has several senders.")
@click.option("--subject", metavar="TEXT", help="The subject; without it, the article's title.")
@click.option("--preheader", metavar="TEXT", help="What inboxes show after the subject.")
@click.option("--image", metavar="FILE|none", help="The picture that the article describes, or none to leave it out.")
@click.option("--button", type=ButtonAddress(), help="Where the button leads, or none to leave the button out.")
@click.option("--as", "kind", type=click.Choice(sorted(KINDS)), help="What SOURCE is; else it is guessed.")
@click.option("--override", default="", metavar="REASON", help="Why it should leave all the same; kept with it.")
@click.option("--at", metavar="TIME", help="When it leaves: ISO 8601 with an offset, or local time with --zone.")
@click.option("--zone", metavar="ZONE", help="The time zone of --at, such as Europe/Paris; else the brand's.")
@click.option("--whole", is_flag=True, help="Keep SOURCE as it is: a whole letter in MJML or HTML.")
@click.option("--draft", is_flag=True, help="Make the campaign, check it, and leave it a draft.")
@click.option("--wait", is_flag=True, help="Stay until nothing is pending, then print the books.")
@click.option("--json", "as_json", is_flag=True, help="Print the books as one JSON document and nothing else.")
def command(  # noqa: PLR0913, PLR0917  one parameter for each option, as click hands them over
    source: str,
    list_name: str,
    segments: tuple[str, ...],
    design: str,
    brand: str | None,
    sender: str | None,
    subject: str | None,
    preheader: str | None,
    image: str | None,
    button: str | None,
    kind: str | None,
    override: str,
    at: str | None,
    zone: str | None,
    whole: bool,
    draft: bool,
    wait: bool,
    as_json: bool,
) -> None:
    """Make a campaign of SOURCE, a file with an article, its web address or - (standard input), and send it to a list.

    Pre-flight's findings are told on stderr; what blocks, or needs a reason and has none, makes no campaign.
    """
    if draft and (at or wait):
        raise click.UsageError("--draft stops before the campaign is scheduled; leave out --at and --wait.")
    settings = opened_house()
    words = (subject, preheader, image, button)
    order = DraftOrder(source, kind, list_name, brand, sender, design, *words, whole, segments)
    departure = Departure(at, zone, override, draft, wait)
    campaign_id = make_and_schedule(order, departure, settings)
    if wait:
        wait_for(campaign_id)
    books = tell_books(campaign_id, as_json=as_json)
    if wait and not (books.balanced and books.pending == 0):
        raise click.exceptions.Exit(1)


def make_and_schedule(order: DraftOrder, departure: Departure, settings: Settings) -> int:
    """Everything or nothing: a letter that may not leave makes no campaign."""
    brought = fetch_article(order)
    with transaction() as session:
        campaign_id = make_draft(session, order, brought, uploads=settings.uploads)
        report = check_campaign(session, campaign_id, whole=True).overridden(departure.override)
        tell(report)
        if departure.draft:
            click.echo(f"Campaign {campaign_id} is a draft.", err=True)
            return campaign_id
        if not report.passed:
            cure = "Mend it" if report.blocks else "Mend it, give --override with a reason"
            raise click.ClickException(f"The letter cannot leave like this. {cure}, or keep it with --draft.")
        if departure.at is None:
            send_now(session, campaign_id, override_reason=departure.override, undo_seconds=0)
            return campaign_id
        zone = departure.zone or zone_of(session, campaign_id)
        at = parse_local_time(departure.at, zone)
        schedule(session, campaign_id, Leave(at, zone, override_reason=departure.override))
        click.echo(f"Campaign {campaign_id} leaves at {at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}.", err=True)
    return campaign_id
