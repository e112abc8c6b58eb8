"""How the page of a campaign that leaves tells where it is: the sentence, the bar, the equation, why it is held."""

from dataclasses import dataclass

from flask_babel import format_timedelta, ngettext
from flask_babel import gettext as _

from app.models import Campaign, CampaignStatus, HoldCause
from app.pages.campaigns_words import reason_words
from app.pages.wording import local_time, number
from app.queries.books import Books
from app.queries.progress import Progress

SHOWN_STATES = ("sent", "pending", "deferred", "refused", "unknown", "skipped", "cancelled")


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


def bar(books: Books) -> list[Stretch]:
    total = max(books.messages, 1)
    stretches, start = [], 0.0
    for state in SHOWN_STATES:
        count = getattr(books, state)
        width = 1000 * count / total
        stretches.append(Stretch(state, state_words()[state], count, start, width))
        start += width
    return stretches


def sentence(campaign: Campaign, books: Books, progress: Progress) -> str:
    """Where every letter is, and how fast they leave."""
    if campaign.status == CampaignStatus.SCHEDULED:
        return _("Nothing has left yet.")
    if campaign.status == CampaignStatus.PREPARING:
        return _("Looking at who gets this letter: %(count)s people so far.", count=number(books.candidates))
    if not books.messages:
        return _("Nobody has got this letter.")
    parts = [_("%(sent)s of %(all)s accepted", sent=number(books.sent), all=number(books.messages))]
    parts += [
        words.format(number(count))
        for count, words in (
            (books.unknown, _("{} unknown")),
            (books.deferred, _("{} waiting to retry")),
            (books.refused, _("{} refused")),
            (books.skipped, _("{} left out on the way")),
            (books.cancelled, _("{} cancelled")),
        )
        if count
    ]
    return f"{', '.join(parts)}. {pace(progress)}".strip()


def pace(progress: Progress) -> str:
    if progress.seconds_left is None:
        return ""
    left = format_timedelta(max(progress.seconds_left, 1), granularity="second", threshold=0.9)
    return _("%(rate)s a minute, about %(time)s left.", rate=number(progress.rate), time=left)


def standing(campaign: Campaign, books: Books, progress: Progress) -> str:
    """What happens next, or why nothing does."""
    status = campaign.status
    if progress.in_hand and status in STOPPING:
        return str(STOPPING[status]())
    if status in ENDINGS and campaign.ended_at:
        return str(ENDINGS[status](local_time(campaign.ended_at)))
    if status == CampaignStatus.PAUSED:
        return _("Nothing further leaves until you resume.")
    return what_is_next(campaign, books, progress) if status == CampaignStatus.SENDING else ""


def what_is_next(campaign: Campaign, books: Books, progress: Progress) -> str:
    if progress.next_try:
        return _("The next retry is %(when)s.", when=local_time(progress.next_try))
    if books.pending and not progress.in_hand and not campaign.trouble:
        return _("No letter is in hand yet. A send worker takes them as soon as one is free.")
    return ""


STOPPING = {
    CampaignStatus.PAUSED: lambda: _("Pausing: letters in hand are being finished."),
    CampaignStatus.HELD: lambda: _("Stopping: letters in hand are being finished."),
    CampaignStatus.CANCELLED: lambda: _("Cancelling: letters in hand are being finished."),
}
ENDINGS = {
    CampaignStatus.SENT: lambda when: _("Ended %(when)s.", when=when),
    CampaignStatus.CANCELLED: lambda when: _("Cancelled %(when)s. What had not left stays here.", when=when),
}


def equation(books: Books) -> str:
    """Candidates = messages + every exclusion, with its numbers."""
    parts = [ngettext("%(figure)s letter", "%(figure)s letters", books.messages, figure=number(books.messages))]
    parts += [
        _("%(count)s who %(reason)s", count=number(count), reason=reason_words(reason, count))
        for reason, count in books.excluded.items()
    ]
    looked = ngettext(
        "%(figure)s person looked at", "%(figure)s people looked at", books.candidates, figure=number(books.candidates)
    )
    return f"{looked} = {' + '.join(parts)}"


def held_because(cause: HoldCause | None) -> str:
    """The title over the sentence that says why and what helps."""
    titles = {
        HoldCause.CHANGED: _("Held: this is not the letter that was approved"),
        HoldCause.LATE: _("Held: its time has long passed"),
        HoldCause.AWAY: _("Held: Letterwright was away while it was leaving"),
        HoldCause.RESTORED: _("Held: it comes from a backup"),
        HoldCause.RELAY: _("Held: the mail server takes no letters"),
        HoldCause.REFUSALS: _("Held: the mail server refuses every letter"),
        HoldCause.POLICY: _("Held: mail providers refuse our letters"),
        HoldCause.CANARY: _("Held: its first letters did badly"),
        HoldCause.POISON: _("Held: sending stops at the same letter again and again"),
    }
    return titles[cause] if cause else _("Held: it needs you")
