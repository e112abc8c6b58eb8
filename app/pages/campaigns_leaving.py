"""The page of a campaign that is scheduled, leaving or ended: its live part, and its people."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.database.session import Session, reading
from app.errors import NotFound
from app.models import Campaign, CampaignStatus, HoldCause, MessageStatus, Reason
from app.pages.campaigns_archive import archive_part
from app.pages.campaigns_departure import departure_part
from app.pages.campaigns_departure_words import departing
from app.pages.campaigns_history import history_of
from app.pages.campaigns_report_words import report_part
from app.pages.campaigns_sentence import bar, equation, held_because, sentence, standing, state_words
from app.pages.campaigns_story import story_of
from app.pages.campaigns_words import reasons_in_words
from app.pages.guards import needs, viewer
from app.permissions import Act, can
from app.queries.addresses import links_of
from app.queries.books import Books, books_of
from app.queries.campaign_figures import MOST_COUNTED_NOW
from app.queries.campaign_people import LEFT_OUT, PeopleFilter, fate_of, people_of_campaign
from app.queries.campaigns import lists_of_campaign, unsubscribed_by_campaign
from app.queries.progress import progress_of
from app.queries.retries import Retryable, retryable, suspects_of
from app.services.campaigns import get_campaign
from app.services.gates import is_over
from app.services.sent_letters import can_be_shown

blueprint = Blueprint("campaigns_leaving", __name__, url_prefix="/campaigns/<int:campaign_id>")
_S = CampaignStatus
ENDED = {_S.SENT, _S.CANCELLED}
STANDING = {_S.PAUSED, _S.HELD, _S.WAITING}
OFTEN_MS, SELDOM_MS = 1500, 10_000
MOST_LIVE_PEOPLE = 2000


def leaving(session: Session, campaign: Campaign) -> dict[str, Any]:
    """Everything that leaving.html uses. Large campaigns' books, and those of the live part, are at a glance."""
    books = books_of(session, campaign.id, at_a_glance=campaign.candidates > MOST_COUNTED_NOW)
    return {
        **live_part(session, campaign, books),
        **people_part(session, campaign),
        **archive_part(session, campaign),
        **departure_part(session, campaign),
        "lists": lists_of_campaign(session, campaign.id),
        "links": links_of(session, campaign.id),
        "history": history_of(session, campaign.id),
        "report": report_part(session, campaign) if campaign.upper_subscriber_id is not None else None,
        "may_edit": can(viewer().role, Act.WRITE),
    }


def live_part(session: Session, campaign: Campaign, books: Books) -> dict[str, Any]:
    progress = progress_of(session, books)
    poison = campaign.hold_cause == HoldCause.POISON
    return {
        **departing(session, campaign, books),
        "campaign": campaign,
        "books": books,
        "bar": bar(books),
        "sentence": sentence(campaign, books, progress),
        "standing": standing(campaign, books, progress),
        "equation": equation(books),
        "held_because": held_because(campaign.hold_cause),
        "suspects": suspects_of(session, campaign.id) if poison else (),
        "in_ledger": campaign.upper_subscriber_id is not None,
        "retryable": what_could_be_tried(session, campaign, books),
        "unsubscribed": unsubscribed_by_campaign(session, campaign.id),
        "live": campaign.status not in ENDED or progress.in_hand > 0,
        "renewed_ms": SELDOM_MS if is_quiet(books) and not progress.in_hand else OFTEN_MS,
        "seconds_left": max(0, round((campaign.send_at - now()).total_seconds())) if campaign.send_at else 0,
        "may_send": can(viewer().role, Act.SEND),
    }


def is_quiet(books: Books) -> bool:
    """Whether nothing is about to change: somebody must act first, or only letters to retry are left."""
    only_retries = books.status == _S.SENDING and books.deferred > 0 and not books.pending
    return books.status in STANDING or only_retries


def what_could_be_tried(session: Session, campaign: Campaign, books: Books) -> Retryable | None:
    """Asked about once nothing else is to go, so that the question does not change while it is read."""
    asked = bool(books.refused or books.unknown) and not (campaign.status == _S.SENDING and books.pending)
    if not asked or campaign.status == _S.CANCELLED or is_over(session, campaign.id):
        return None
    return retryable(session, campaign.id)


def people_part(session: Session, campaign: Campaign) -> dict[str, Any]:
    status, reason, search = (request.args.get(name, "") for name in ("status", "reason", "q"))
    wanted = PeopleFilter(
        status=MessageStatus(status) if status in set(MessageStatus) else None,
        left_out=status == LEFT_OUT,
        reason=Reason(reason) if reason in set(Reason) else None,
        search=search,
        inside="inside" in request.args,
    )
    people = people_of_campaign(session, campaign.id, wanted, page=request.args.get("page", 1, int))
    return {
        "campaign": campaign,
        "people": people,
        "people_live": campaign.status not in ENDED and people.total <= MOST_LIVE_PEOPLE,
        "state_words": {**state_words(), LEFT_OUT: _("left out before it left")},
        "reasons": reasons_in_words(),
        "chosen": {
            "q": search or None,
            "status": status or None,
            "reason": reason or None,
            "inside": 1 if search and people.inside else None,
        },
    }


@blueprint.get("/live")
@needs(Act.SEE)
def live(campaign_id: int) -> ResponseReturnValue:
    """The part of the page that changes while the campaign leaves."""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        if campaign.status == CampaignStatus.DRAFT:
            return "", 200, {"HX-Refresh": "true"}
        books = books_of(session, campaign_id, at_a_glance=True)
        return render_template("pages/campaigns/_live.html", **live_part(session, campaign, books))


@blueprint.get("/people")
@needs(Act.SEE)
def people(campaign_id: int) -> ResponseReturnValue:
    """The table of people, as the page's filter has it."""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        return render_template("pages/campaigns/_people.html", **people_part(session, campaign))


@blueprint.get("/people/<int:subscriber_id>")
@needs(Act.SEE)
def person(campaign_id: int, subscriber_id: int) -> ResponseReturnValue:
    """Why did she (not) get it?"""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        fate = fate_of(session, campaign_id, subscriber_id)
        if fate is None:
            raise NotFound(_("This campaign never looked at this person."))
        page: dict[str, Any] = {"campaign": campaign, "story": story_of(fate, campaign.status)}
        page["has_letter"] = can_be_shown(session, campaign_id, subscriber_id)
        return render_template("pages/campaigns/why.html", **page)
