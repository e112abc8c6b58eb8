"""What a dead owner's marks mean for its rows: the last one wins, a begin alone is unknown, none is still pending."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.models.message import Reason
from app.services.delivery import Outcome
from app.services.notices import NoticeOutcome
from workers.sending.marks import Begun, Composed, Composing, Mark, Marks, NotSent
from workers.sending.recorder import as_outcome, as_stopped
from workers.smtp.outcome import Deferred, Refused, Sent, Unknown
from workers.smtp.outcome import Outcome as SmtpOutcome

LOST = Deferred(Reason.CONNECTION_LOST, reply="the connection was dropped")
CUT = Unknown(Reason.CONNECTION_LOST, reply="the sending process ended before the answer came")
NOBODY_KNOWS = Unknown(Reason.CONNECTION_LOST, reply="the sending machine is gone, and what it had begun with it")


def outcomes_of(
    pending: Mapping[int, int], marks: Mapping[int, Mark], at: datetime, *, doubtful: Sequence[int] = ()
) -> list[Outcome]:
    """What became of pending rows (id -> earlier tries), if anything did; `doubtful` without a mark: unknown."""
    found = [outcome_of(number, tries, marks.get(number), at) for number, tries in pending.items()]
    unmarked = {one for one in doubtful if isinstance(marks.get(one), Composing | Composed | None)}
    nobody_knows = [as_outcome(number, pending[number], NOBODY_KNOWS, at) for number in unmarked if number in pending]
    return [outcome for outcome in found if outcome is not None] + nobody_knows


def outcome_of(number: int, tries: int, mark: Mark | None, at: datetime) -> Outcome | None:
    if mark is None or isinstance(mark, Composing | Composed):
        return None
    if isinstance(mark, NotSent):
        return as_outcome(number, tries, LOST, at) if mark.why == "lost" else as_stopped(number, tries, at)
    return as_outcome(number, tries, CUT if isinstance(mark, Begun) else mark, at)


def acceptances(marks: Marks, at: datetime) -> list[Outcome]:
    """Every 250 of a journal: true at any fence."""
    return [as_outcome(number, 0, sent, at) for number, sent in marks.accepted.items()]


def as_notice_outcome(outcome: SmtpOutcome) -> NoticeOutcome:
    """At least once: whatever is neither taken nor refused for good is tried again."""
    said = f"{outcome.code or ''} {outcome.enhanced} {outcome.reply}".replace("  ", " ").strip()
    return NoticeOutcome(sent=isinstance(outcome, Sent), final=isinstance(outcome, Refused), reply=said)
