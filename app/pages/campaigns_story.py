"""Why did she (not) get it: one person's way through one campaign, as a timeline in sentences."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.models import Message
from app.pages.campaigns_words import reason_words
from app.queries.campaigns import Fate


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


def story_of(fate: Fate) -> Story:
    steps = [Step(_("The campaign looked at who is on its lists."), fate.looked_at)]
    if fate.message is None:
        reason = reason_words(fate.excluded)
        steps.append(Step(_("No letter was made: she is one of those who %(reason)s.", reason=reason), tone="warn"))
    else:
        steps.append(Step(_("A letter was made for this person.")))
        steps.append(last_step(fate.message))
    if fate.unsubscribed_at:
        steps.append(Step(_("Unsubscribed with this letter."), fate.unsubscribed_at, tone="warn"))
    return Story(fate.subscriber_id, fate.name, fate.email, tuple(steps))


def last_step(message: Message) -> Step:
    """Where the letter is now."""
    said = " ".join(str(part) for part in (message.code, message.enhanced, message.reply) if part)
    reason = reason_words(message.reason) if message.reason else ""
    steps = {
        "pending": Step(_("It has not left yet."), tone="live"),
        "sent": Step(_("Their mail server accepted it."), message.sent_at, said, "good"),
        "deferred": Step(_("Their mail server asked us to try again later."), message.next_at, said, "warn"),
        "refused": Step(_("It was refused: they %(reason)s.", reason=reason), message.sent_at, said, "bad"),
        "unknown": Step(_("We do not know whether it arrived: the line was cut after it left."), None, said, "warn"),
        "skipped": Step(_("It was left out at the last moment: they %(reason)s.", reason=reason), None, said, "warn"),
        "cancelled": Step(_("The campaign was cancelled before it left."), None, said),
    }
    return steps[message.status.value]
