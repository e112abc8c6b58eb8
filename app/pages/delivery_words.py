"""How the Delivery page says where letters are, what each part does and what would help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_timedelta, ngettext
from flask_babel import gettext as _

from app.clock import now
from app.config import Settings
from app.jobs import Job
from app.models import CampaignStatus, Mailbox, NoticeKind
from app.pages.campaigns_sentence import SHOWN_STATES, Stretch, state_words
from app.pages.wording import number
from app.queries.departures import Departure
from app.queries.machines import TIMETABLE, Process
from app.queries.slowed import Slowed
from app.services.paces import free_at


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures at the top."""

    rate: int
    to_go: int
    to_retry: int
    held: int


def counted(leaving: Sequence[Departure], held: Sequence[Departure]) -> Counted:
    return Counted(
        rate=sum(one.rate for one in leaving),
        to_go=sum(one.to_go for one in leaving),
        to_retry=sum(one.to_retry for one in leaving),
        held=len(held),
    )


def sentence(leaving: Sequence[Departure], held: Sequence[Departure]) -> str:
    """Whether mail leaves, and whether somebody must act."""
    needed = ngettext("One campaign needs you.", "%(num)d campaigns need you.", len(held)) if held else ""
    return f"{what_leaves(leaving)} {needed}".strip()


def what_leaves(leaving: Sequence[Departure]) -> str:
    figures = counted(leaving, ())
    moving = [one for one in leaving if one.rate]
    sending = [one for one in leaving if one.campaign.status == CampaignStatus.SENDING]
    if moving:
        return ngettext(
            "%(rate)s letters a minute are leaving, of one campaign.",
            "%(rate)s letters a minute are leaving, of %(num)d campaigns.",
            len(moving),
            rate=number(figures.rate),
        )
    if any(one.to_go for one in sending):
        return _("Letters are due, and none has been accepted in the last minute.")
    if any(one.to_retry for one in sending):
        return _("Nothing leaves right now. What was put off is tried again at its time.")
    return _("Nothing leaves right now.") if leaving else _("Nothing is on its way.")


def stretches(one: Departure) -> list[Stretch]:
    """The bar of a campaign, in thousandths of its letters."""
    found, start, total = [], 0.0, max(one.letters, 1)
    counts = {state.value: count for state, count in one.states.items()}
    for state in SHOWN_STATES:
        width = 1000 * counts[state] / total
        found.append(Stretch(state, state_words()[state], counts[state], start, width))
        start += width
    return found


def queue_words(name: str) -> tuple[str, str]:
    """What a queue is for, and what starts a worker for it."""
    words = {
        "send": (_("Letters of campaigns"), "letterwright work send"),
        "general": (_("Everything else"), "letterwright work general"),
    }
    return words.get(name, (name, f"letterwright work {name}"))


ROLES: dict[str, Callable[[], str]] = {
    "send": lambda: _("Sender"),
    "general": lambda: _("General worker"),
    TIMETABLE: lambda: _("Timetable"),
}
DOINGS: dict[Job, Callable[[str], str]] = {
    Job.SEND: lambda name: _("hands over “%(name)s”", name=name) if name else _("hands letters over"),
    Job.PREPARE: lambda name: _("prepares “%(name)s”", name=name) if name else _("prepares a campaign"),
    Job.FINISH: lambda _name: _("ends a campaign"),
    Job.START_DUE: lambda _name: _("starts what is due"),
    Job.GATES: lambda _name: _("lets go or holds what waits"),
    Job.FLUSH_EVENTS: lambda _name: _("notes openings and clicks"),
    Job.SIGN_UPS: lambda _name: _("takes in sign-ups"),
    Job.ARCHIVE_WORDS: lambda _name: _("fills the archive’s search"),
    Job.TRANSPORT_TEST: lambda _name: _("tries a transport"),
    Job.PROBES: lambda _name: _("tries one-click unsubscribe"),
    Job.NOTICES: lambda _name: _("sends system letters"),
    Job.IMPORT: lambda _name: _("reads an import"),
    Job.ARTICLES: lambda _name: _("reads articles"),
    Job.PICTURES: lambda _name: _("fetches pictures"),
    Job.CHECK: lambda _name: _("checks a letter"),
    Job.INBOX: lambda _name: _("reads the mailbox"),
    Job.TALLIES: lambda _name: _("counts openings and clicks"),
    Job.MX_GROUPS: lambda _name: _("looks up recipients’ mail providers"),
}
ABOUT_CAMPAIGNS = {Job.SEND, Job.PREPARE, Job.FINISH}


def process_words(process: Process, campaigns: dict[int, str]) -> tuple[str, str]:
    """What a process is, and what it does now."""
    role = ROLES[process.role]() if process.role in ROLES else process.role
    if process.role == TIMETABLE:
        return role, _("rings what is due")
    if not process.job:
        return role, _("waits for work")
    known = process.job in set(Job)
    name = campaigns.get(process.about or 0, "") if known and Job(process.job) in ABOUT_CAMPAIGNS else ""
    doing = DOINGS.get(Job(process.job)) if known else None
    return role, doing(name) if doing else _("works")


NOTICES: dict[NoticeKind, Callable[[], str]] = {
    NoticeKind.INVITATION: lambda: _("Invitation"),
    NoticeKind.PASSWORD: lambda: _("Link to sign in"),
    NoticeKind.TEST: lambda: _("Test letter"),
    NoticeKind.CAMPAIGN_HELD: lambda: _("News that a campaign is held"),
    NoticeKind.CAMPAIGN_ENDED: lambda: _("News that a campaign ended"),
    NoticeKind.APPROVAL_ASKED: lambda: _("Question for approval"),
    NoticeKind.APPROVAL_ANSWERED: lambda: _("Answer to a question for approval"),
    NoticeKind.CONFIRM: lambda: _("Confirmation of a sign-up"),
    NoticeKind.CONFIRM_REMINDER: lambda: _("Reminder to confirm"),
    NoticeKind.WELCOME: lambda: _("Welcome"),
    NoticeKind.READER_REQUEST: lambda: _("Link to a reader’s own page"),
}


def notice_words(kind: NoticeKind) -> str:
    return NOTICES[kind]()


def free_in(one: Slowed) -> str:
    """How long a provider must ask for nothing more to be free by itself."""
    return for_how_long((free_at(one.per_minute, one.changed_at) - now()).total_seconds())


def for_how_long(seconds: float) -> str:
    return str(format_timedelta(max(seconds, 1), granularity="second", threshold=0.9))


@dataclass(frozen=True, slots=True)
class InboxState:
    """Which mailbox is read ("" for none), since when, and what is wrong with it."""

    address: str
    is_catcher: bool
    read_at: datetime | None
    trouble: str


def inbox_state(settings: Settings, mailbox: Mailbox | None) -> InboxState:
    return InboxState(
        address=settings.mailbox.address if settings.mailbox else "",
        is_catcher=settings.uses_catcher,
        read_at=mailbox.read_at if mailbox else None,
        trouble=mailbox.trouble if mailbox else "",
    )
