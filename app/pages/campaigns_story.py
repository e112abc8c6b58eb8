"""Why did she (not) get it: one person's way through one campaign, as a timeline in sentences."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from app.models import CampaignStatus, EventKind, Message, MessageStatus, Verdict
from app.pages.campaigns_words import reason_words
from app.queries.campaign_people import Fate
from app.queries.report_people import Hit


@dataclass(frozen=True)
class Step:
    """One sentence; `tone` colours its dot, `detail` is what the other server said."""

    words: str
    at: datetime | None = None
    detail: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Story:
    subscriber_id: int
    name: str
    email: str
    steps: tuple[Step, ...]


def story_of(fate: Fate, status: CampaignStatus) -> Story:
    """The timeline of one person; `status` is the campaign's, which may be why nothing leaves."""
    steps = [Step(_("The campaign looked at who is on its lists."), fate.looked_at)]
    if fate.message is None:
        reason = reason_words(fate.excluded)
        steps.append(Step(_("No letter was made: she is one of those who %(reason)s.", reason=reason), tone="warn"))
    else:
        steps.append(Step(_("A letter was made for this person.")))
        steps += way_of(fate.message, status)
    steps += [Step(proof_words(one.way), one.at, tone="good") for one in fate.proofs]
    steps += [Step(hit_words(one), one.at, one.url, HIT_TONES[one.verdict]) for one in fate.hits]
    if fate.unsubscribed_at:
        steps.append(Step(_("Unsubscribed with this letter."), fate.unsubscribed_at, tone="warn"))
    return Story(fate.subscriber_id, fate.name, fate.email, tuple(steps))


def way_of(message: Message, status: CampaignStatus) -> list[Step]:
    """How often it was tried, where the letter is now, and what comes next."""
    steps = []
    if message.attempts > 1:
        steps.append(Step(ngettext("It was tried %(num)s time.", "It was tried %(num)s times.", message.attempts)))
    steps.append(last_step(message))
    if message.next_at:
        steps.append(Step(_("It is tried again."), message.next_at, tone="live"))
    if message.status in UNFINISHED and status in STANDING:
        steps.append(Step(STANDING[status](), tone="warn"))
    return steps


UNFINISHED = {MessageStatus.PENDING, MessageStatus.DEFERRED}
STANDING = {
    CampaignStatus.PAUSED: lambda: _("The campaign is paused; it leaves once somebody resumes it."),
    CampaignStatus.WAITING: lambda: _("The campaign waits; its page says for what, and until when."),
    CampaignStatus.HELD: lambda: _("The campaign is held; its page says why, and what helps."),
}


def last_step(message: Message) -> Step:
    """Where the letter is now."""
    said = " ".join(str(part) for part in (message.code, message.enhanced, message.reply) if part)
    before = _("Said at an earlier try: %(said)s", said=said) if said else ""
    reason = reason_words(message.reason) if message.reason else ""
    steps = {
        "pending": Step(_("It has not left yet."), None, before, "live"),
        "sent": Step(_("Their mail server accepted it."), message.sent_at, said, "good"),
        "deferred": Step(_("Their mail server asked us to try again later."), None, said, "warn"),
        "refused": Step(_("It was refused: they %(reason)s.", reason=reason), None, said, "bad"),
        "unknown": Step(_("We do not know whether it arrived: the line was cut after it left."), None, said, "warn"),
        "skipped": Step(_("It was left out at the last moment: they %(reason)s.", reason=reason), None, said, "warn"),
        "cancelled": Step(_("The campaign was cancelled before it left."), None, said),
    }
    return steps[message.status.value]


HIT_TONES = {Verdict.HUMAN: "good", Verdict.UNDECIDED: "", Verdict.AUTOMATED: ""}


def hit_words(hit: Hit) -> str:
    """What was done with the letter, and by whom as far as can be told."""
    words = {
        (EventKind.OPENED, Verdict.HUMAN): _("Opened the letter."),
        (EventKind.OPENED, Verdict.UNDECIDED): _("The letter was opened; nobody can tell whether by a person."),
        (EventKind.OPENED, Verdict.AUTOMATED): _("A program on the way opened the letter. This counts as nobody."),
        (EventKind.CLICKED, Verdict.HUMAN): _("Followed a link."),
        (EventKind.CLICKED, Verdict.UNDECIDED): _("A link was followed; nobody can tell whether by a person."),
        (EventKind.CLICKED, Verdict.AUTOMATED): _("A program on the way followed a link. This counts as nobody."),
    }
    return words[hit.kind, hit.verdict]


def proof_words(way: str) -> str:
    """What settled a letter of unknown fate; the mail server must have accepted it before."""
    words = {
        "delivery": _("Their mail server reported that it was delivered, so it had arrived."),
        "bounce": _("Their mail server sent it back, so it had been accepted before."),
        "open": _("The letter was opened, so it had arrived."),
        "click": _("A link in the letter was followed, so it had arrived."),
        "browser_view": _("The letter was opened in a browser, so it had arrived."),
        "unsubscribe": _("The letter's unsubscribe link was used, so it had arrived."),
    }
    return words.get(way, _("Something that only the letter itself could cause shows that it had arrived."))
