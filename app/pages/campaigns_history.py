"""What happened to a campaign as a whole, in sentences: who scheduled, paused or retried it, and when it was held."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.database.session import Session
from app.pages.wording import number
from app.queries.campaign_history import Happening, campaign_history

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One sentence of the history; `tone` colours its dot."""

    words: str
    at: datetime
    by: str
    detail: str
    tone: str


def history_of(session: Session, campaign_id: int) -> tuple[Line, ...]:
    """The newest first; that a cancelled campaign ended is told once, by who cancelled it."""
    told = [one for one in campaign_history(session, campaign_id) if one.facts.get("status") != "cancelled"]
    return tuple(line(one) for one in told if one.what in WORDS)


def line(one: Happening) -> Line:
    tone, words = WORDS[one.what]
    return Line(words(one.facts), one.at, one.by, str(one.facts.get("reason", "")), tone)


def sent_again(facts: Facts) -> str:
    count = int(facts.get("letters", 0))
    return ngettext(
        "%(figure)s letter of unknown fate was sent again",
        "%(figure)s letters of unknown fate were sent again",
        count,
        figure=number(count),
    )


def left_as_they_are(facts: Facts) -> str:
    count = int(facts.get("letters", 0))
    return ngettext(
        "%(figure)s letter of unknown fate was left as it is",
        "%(figure)s letters of unknown fate were left as they are",
        count,
        figure=number(count),
    )


def retried(facts: Facts) -> str:
    count = int(facts.get("letters", 0))
    return ngettext(
        "%(figure)s refused letter was tried again",
        "%(figure)s refused letters were tried again",
        count,
        figure=number(count),
    )


def expired(facts: Facts) -> str:
    count = int(facts.get("letters", 0))
    return ngettext(
        "%(figure)s letter had not left in time and was left out",
        "%(figure)s letters had not left in time and were left out",
        count,
        figure=number(count),
    )


def first_ones(facts: Facts, words: str) -> str:
    """With the figures by which it was decided."""
    return _(
        "%(words)s (of %(letters)s: %(bounce)s bounced, %(complaint)s complained, %(deferral)s put off, "
        "%(unsubscribe)s unsubscribed)",
        words=words,
        **{name: number(int(facts.get(name, 0))) for name in ("letters", *FIRST_FIGURES)},
    )


FIRST_FIGURES = ("bounce", "complaint", "deferral", "unsubscribe")


def published(facts: Facts) -> str:
    words = {"public": _("Put into the public archive"), "unlisted": _("Put on the web, unlisted")}
    return words.get(str(facts.get("archive", "")), _("Taken off the web"))


def link_corrected(facts: Facts) -> str:
    return _("Link %(number)s was corrected to %(url)s", number=facts.get("number"), url=facts.get("to"))


WORDS: dict[str, tuple[str, Callable[[Facts], str]]] = {
    "campaign.approval_asked": ("", lambda _facts: _("Approval asked for")),
    "campaign.approval_approved": ("good", lambda _facts: _("Approved")),
    "campaign.approval_returned": ("warn", lambda _facts: _("Sent back")),
    "campaign.corrected": ("", lambda _facts: _("What the web shows was corrected")),
    "campaign.correction_taken_back": ("", lambda _facts: _("The correction on the web was taken back")),
    "campaign.scheduled": ("", lambda _facts: _("Scheduled")),
    "campaign.taken_back": ("", lambda _facts: _("Taken back to draft")),
    "campaign_started": ("live", lambda _facts: _("Started")),
    "campaign.paused": ("warn", lambda _facts: _("Paused")),
    "campaign.resumed": ("live", lambda _facts: _("Resumed")),
    "campaign_held": ("bad", lambda _facts: _("Held")),
    "campaign.departure_planned": ("", lambda _facts: _("How it leaves was changed")),
    "campaign.canary_passed": (
        "good",
        lambda facts: first_ones(facts, _("The first letters did well, the rest followed")),
    ),
    "campaign.rest_let_go": ("live", lambda facts: first_ones(facts, _("The rest was let go"))),
    "campaign.expired": ("warn", expired),
    "campaign.unknown_sent_again": ("live", sent_again),
    "campaign.unknown_left": ("", left_as_they_are),
    "campaign.refused_retried": ("live", retried),
    "campaign.archive_changed": ("", published),
    "campaign.link_corrected": ("", link_corrected),
    "campaign.cancelled": ("bad", lambda _facts: _("Cancelled")),
    "campaign_ended": ("good", lambda _facts: _("Ended")),
}
