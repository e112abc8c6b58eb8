"""The page of a campaign that is scheduled, leaving or ended: the sentence, the bar, the equation, and its people."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta, ngettext
from flask_babel import gettext as _

from app.clock import now
from app.database.session import reading
from app.errors import NotFound
from app.models import Campaign, CampaignStatus, MessageStatus
from app.pages.campaigns_story import story_of
from app.pages.campaigns_words import reason_words
from app.pages.guards import needs, viewer
from app.permissions import Act, can
from app.queries.books import Books, books_of, letters_last_minute
from app.queries.campaigns import fate_of, lists_of_campaign, people_of_campaign, unsubscribed_by_campaign
from app.services.campaigns import get_campaign

blueprint = Blueprint("campaigns_leaving", __name__, url_prefix="/campaigns/<int:campaign_id>")
SHOWN_STATES = ("sent", "pending", "deferred", "refused", "unknown", "skipped", "cancelled")
LIVE = {CampaignStatus.SCHEDULED, CampaignStatus.PREPARING, CampaignStatus.SENDING, CampaignStatus.PAUSED}


@dataclass(frozen=True)
class Stretch:
    """One state's part of the bar: `start` and `width` in thousandths of the whole."""

    state: str
    words: str
    count: int
    start: float
    width: float


def state_words() -> dict[str, str]:
    return {
        "sent": _("accepted by their mail server"),
        "pending": _("to go"),
        "deferred": _("waiting to be tried again"),
        "refused": _("refused"),
        "unknown": _("we do not know"),
        "skipped": _("left out on the way"),
        "cancelled": _("cancelled"),
    }


def counts(books: Books) -> dict[str, int]:
    return {state: getattr(books, state) for state in SHOWN_STATES}


def bar(books: Books) -> list[Stretch]:
    total = max(books.messages, 1)
    stretches, start = [], 0.0
    for state, count in counts(books).items():
        width = 1000 * count / total
        stretches.append(Stretch(state, state_words()[state], count, start, width))
        start += width
    return stretches


def sentence(campaign: Campaign, books: Books, rate: int) -> str:
    """What is going on, in one or two honest sentences."""
    if campaign.status == CampaignStatus.SCHEDULED:
        return _("Nothing has left yet.")
    if campaign.status == CampaignStatus.PREPARING:
        return _("Looking at who gets this letter: %(count)s people so far.", count=f"{books.candidates:,}")
    parts = [_("%(sent)s of %(all)s accepted", sent=f"{books.sent:,}", all=f"{books.messages:,}")]
    parts += [
        words.format(f"{count:,}")
        for count, words in (
            (books.unknown, _("{} unknown")),
            (books.deferred, _("{} waiting to be tried again")),
            (books.refused, _("{} refused")),
            (books.skipped, _("{} left out on the way")),
            (books.cancelled, _("{} cancelled")),
        )
        if count
    ]
    return ", ".join(parts) + ". " + pace(campaign, books, rate)


def pace(campaign: Campaign, books: Books, rate: int) -> str:
    left = books.pending
    if campaign.status != CampaignStatus.SENDING or not left or not rate:
        return ""
    time_left = format_timedelta(60 * left / rate, granularity="second", threshold=0.9)
    return _("%(rate)s a minute, about %(time)s left.", rate=f"{rate:,}", time=time_left)


def equation(books: Books) -> str:
    """Candidates = messages + every exclusion, with its numbers."""
    parts = [ngettext("%(num)s message", "%(num)s messages", books.messages)]
    parts += [
        _("%(count)s who %(reason)s", count=f"{count:,}", reason=reason_words(reason))
        for reason, count in books.excluded.items()
    ]
    looked = ngettext("%(num)s person looked at", "%(num)s people looked at", books.candidates)
    return f"{looked} = {' + '.join(parts)}"


def leaving(session: Any, campaign: Campaign) -> dict[str, Any]:
    """Everything that leaving.html and its live part use."""
    books = books_of(session, campaign.id)
    status, search = request.args.get("status", ""), request.args.get("q", "")
    wanted = MessageStatus(status) if status in set(MessageStatus) else None
    people = people_of_campaign(
        session, campaign.id, status=wanted, search=search, page=request.args.get("page", 1, int)
    )
    return {
        "campaign": campaign,
        "books": books,
        "bar": bar(books),
        "sentence": sentence(campaign, books, letters_last_minute(session, campaign.id)),
        "equation": equation(books),
        "lists": lists_of_campaign(session, campaign.id),
        "unsubscribed": unsubscribed_by_campaign(session, campaign.id),
        "people": people,
        "state_words": state_words(),
        "status": status,
        "search": search,
        "live": campaign.status in LIVE,
        "seconds_left": max(0, round((campaign.send_at - now()).total_seconds())) if campaign.send_at else 0,
        "may_send": can(viewer().role, Act.SEND),
        "may_edit": can(viewer().role, Act.WRITE),
    }


@blueprint.get("/live")
@needs(Act.SEE)
def live(campaign_id: int) -> ResponseReturnValue:
    """The part of the page that changes while the campaign leaves."""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        if campaign.status == CampaignStatus.DRAFT:
            return "", 200, {"HX-Refresh": "true"}
        return render_template("pages/campaigns/_live.html", **leaving(session, campaign))


@blueprint.get("/people/<int:subscriber_id>")
@needs(Act.SEE)
def person(campaign_id: int, subscriber_id: int) -> ResponseReturnValue:
    """Why did she (not) get it?"""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        fate = fate_of(session, campaign_id, subscriber_id)
        if fate is None:
            raise NotFound(_("This campaign never looked at this person."))
        return render_template("pages/campaigns/why.html", campaign=campaign, story=story_of(fate))
