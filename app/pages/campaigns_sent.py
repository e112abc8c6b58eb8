"""The letter exactly as it left for one person: shown to the team without counting anything, and as a file to keep."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading
from app.pages.campaigns_letter import framed, shown
from app.pages.guards import needs
from app.permissions import Act
from app.queries.campaign_people import fate_of
from app.services.campaigns import get_campaign
from app.services.sent_letters import SentLetter, sent_letter

blueprint = Blueprint("campaigns_sent", __name__, url_prefix="/campaigns/<int:campaign_id>/people/<int:subscriber_id>")

VIEWS = ("desktop", "phone", "dark", "text", "source")


def views() -> list[tuple[str, str, str]]:
    return [
        ("desktop", _("Desktop"), "monitor"),
        ("phone", _("Phone"), "smartphone"),
        ("dark", _("Dark"), "moon"),
        ("text", _("Text"), "text"),
        ("source", _("Source"), "file-text"),
    ]


def asked_view() -> str:
    view = request.args.get("view", "desktop")
    return view if view in VIEWS else "desktop"


@blueprint.get("/letter")
@needs(Act.SEE)
def show(campaign_id: int, subscriber_id: int) -> ResponseReturnValue:
    with reading() as session:
        page: dict[str, Any] = {
            "campaign": get_campaign(session, campaign_id),
            "sent": sent_letter(session, campaign_id, subscriber_id),
            "fate": fate_of(session, campaign_id, subscriber_id),
        }
        return render_template("pages/campaigns/sent_letter.html", views=views(), view=asked_view(), **page)


@blueprint.get("/letter/frame")
@needs(Act.SEE)
def frame(campaign_id: int, subscriber_id: int) -> ResponseReturnValue:
    """One view of it, for the sandboxed frame."""
    with reading() as session:
        sent = sent_letter(session, campaign_id, subscriber_id)
    view = asked_view()
    if view in {"text", "source"}:
        words = sent.letter.text if view == "text" else sent.raw.decode("ascii", "replace")
        letter = {"subject": sent.letter.subject, "text": words}
        return framed(render_template("pages/campaigns/frame_text.html", letter=letter))
    return framed(shown(as_shown(sent), "", dark=view == "dark"))


def as_shown(sent: SentLetter) -> Any:
    """The letter with nobody's links in it."""
    return type(sent.letter)(sent.letter.subject, sent.shown, sent.letter.text)


@blueprint.get("/letter.eml")
@needs(Act.SEE)
def download(campaign_id: int, subscriber_id: int) -> ResponseReturnValue:
    with reading() as session:
        sent = sent_letter(session, campaign_id, subscriber_id)
    answer = Response(sent.raw, mimetype="message/rfc822")
    answer.headers["Content-Disposition"] = f'attachment; filename="letter-{campaign_id}-{subscriber_id}.eml"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "no-store"
    return answer
