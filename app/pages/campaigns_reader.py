"""As whom a letter is looked at: anybody we know, found by name or address; the campaign's own readers first."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.database.session import Session, reading
from app.pages.guards import needs
from app.permissions import Act
from app.queries.readers import Reader, find_readers, reader_of, readers_of_campaign
from app.services.campaigns import get_campaign

blueprint = Blueprint("campaigns_reader", __name__, url_prefix="/campaigns/<int:campaign_id>/readers")

READERS_SHOWN = 25
LONGEST_SEARCH = 100


def asked_reader() -> int | None:
    reader = request.values.get("reader", "")
    return int(reader) if reader.isascii() and reader.isdecimal() and len(reader) < 16 else None  # noqa: PLR2004  an id


def asked_words() -> str:
    return " ".join(request.args.get("who", "")[:LONGEST_SEARCH].split())


def readers_offered(session: Session, campaign_id: int) -> tuple[Reader, ...]:
    """Those found by what was typed, else the campaign's first; whoever is chosen is always among them."""
    words = asked_words()
    found = (
        find_readers(session, words, most=READERS_SHOWN)
        if words
        else readers_of_campaign(session, campaign_id, most=READERS_SHOWN)
    )
    chosen = reader_of(session, asked_reader())
    return (chosen, *found) if chosen and chosen not in found else found


def reader_name(session: Session, reader_id: int | None) -> str:
    """What a reader is called; "" for nobody we know."""
    chosen = reader_of(session, reader_id)
    return chosen.label if chosen else ""


@blueprint.get("")
@needs(Act.SEE)
def index(campaign_id: int) -> ResponseReturnValue:
    """The choices that fit what was typed."""
    with reading() as session:
        get_campaign(session, campaign_id)
        offered = readers_offered(session, campaign_id)
    return render_template(
        "pages/campaigns/_readers.html", readers=offered, reader_id=asked_reader(), who=asked_words()
    )
