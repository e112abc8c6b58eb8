"""Gives the pool its letters and takes its outcomes (workers.smtp.pool.Letters): every step leaves its mark first.

What may begin decides the newest truth; what became of it goes to the journal, then to the recorder. No database here.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from app.clock import now
from app.models.message import Reason
from app.services.letter_rows import LetterRow
from emails.errors import LetterError
from workers.sending.breaker import Breaker
from workers.sending.chunk import HeldChunk
from workers.sending.journal import LOST, STOPPED, Journal
from workers.sending.pace import Pace
from workers.sending.pulse import Pulse
from workers.sending.recorder import Recorder, as_outcome, as_skipped, as_stopped
from workers.sending.writers import Draft, write_letter
from workers.smtp.actions import Letter
from workers.smtp.outcome import Deferred, Outcome, Refused, Sent, Unknown, Untouched

log = logging.getLogger(__name__)

REFUSAL_PAUSE_SECONDS = 60.0
FINAL = (Sent, Refused, Deferred)


class HandOver:
    """`held` are the chunks whose rows may go; `closing` says that nothing else begins."""

    def __init__(
        self, journal: Journal, pulse: Pulse, recorder: Recorder, pace: Pace, on_news: Callable[[], None]
    ) -> None:
        self.journal = journal
        self.breaker = Breaker()
        self.held: list[HeldChunk] = []
        self.drafts: dict[int, Draft] = {}
        self.closing = False
        self.sent = 0
        self._pulse = pulse
        self._recorder = recorder
        self._pace = pace
        self._on_news = on_news
        self._under_way: dict[int, tuple[HeldChunk, LetterRow]] = {}
        self._date = now()

    @property
    def may_go(self) -> bool:
        stopped = self.closing or self.breaker.hold is not None
        return not stopped and self._pulse.allows and self.journal.usable and not self._recorder.full

    def waiting(self) -> int:
        return sum(held.ready for held in self.held) if self.may_go else 0

    def take(self) -> Letter | None:
        if not self.may_go:
            return None
        for held in self.held:
            while row := held.take(self._pace.may_go):
                letter = self._write(held, row)
                self._recorder.move_window(held)
                if letter is not None:
                    self._under_way[row.message_id] = (held, row)
                    return letter
            self._recorder.move_window(held)
        if not any(held.rows for held in self.held):
            self._on_news()  # the next chunk is wanted; where rows wait for room to begin, the recorder tells
        return None

    def _write(self, held: HeldChunk, row: LetterRow) -> Letter | None:
        if held.chunk.deaths:
            self.journal.compose(row.message_id, held.lease.fence)
        try:
            letter = write_letter(self.drafts, row, date=self._date)
        except LetterError as error:
            self._record(held, row, Refused(Reason.RENDER_FAILED, reply=str(error)))
            return None
        if held.chunk.deaths:
            self.journal.composed(row.message_id, held.lease.fence)
        return letter

    def begin(self, letter: Letter) -> bool:
        """Right before a letter's first byte: allowed, marked, and still allowed; the process may have slept."""
        held, row = self._under_way[letter.number]
        if not self._may_begin(held, row):
            return False
        marked = self.journal.begin(row.message_id, held.lease.fence)
        if marked or self.journal.cut == row.message_id:
            held.begun.add(row.message_id)
        return marked and self._may_begin(held, row)

    def _may_begin(self, held: HeldChunk, row: LetterRow) -> bool:
        return self._pulse.allows and held.may_begin(row.message_id)

    def settled(self, letter: Letter, outcome: Outcome, breaker: Breaker | None = None) -> None:
        """`breaker` hears what came of it: that of the transport, where there are several ways out."""
        breaker = breaker or self.breaker
        held, row = self._under_way.pop(letter.number)
        begun = row.message_id in held.begun
        held.begun.discard(row.message_id)
        if isinstance(outcome, Untouched):
            self._settle_untouched(held, row, outcome, begun=begun)
            if outcome.code is not None:
                breaker.refused_us(f"{outcome.code} {outcome.enhanced} {outcome.reply}".replace("  ", " "))
            return
        self._mark(held, row, outcome, begun=begun)
        self._record(held, row, outcome)
        self._pace.hear(row.pace_name, outcome)
        breaker.outcome(outcome)
        if isinstance(outcome, Sent):
            self.sent += 1
        if self.breaker.hold:
            self._on_news()

    def _mark(self, held: HeldChunk, row: LetterRow, outcome: Outcome, *, begun: bool) -> None:
        """A final reply, or that the dot never left. Where nobody knows, the begin mark stands alone."""
        if isinstance(outcome, FINAL) and outcome.code is not None:
            self.journal.reply(row.message_id, held.lease.fence, outcome)
        elif begun and not isinstance(outcome, Unknown):
            self.journal.not_sent(row.message_id, held.lease.fence, LOST)

    def _record(self, held: HeldChunk, row: LetterRow, outcome: Outcome) -> None:
        self._recorder.add(held, as_outcome(row.message_id, row.attempts, outcome, now()))

    def _settle_untouched(self, held: HeldChunk, row: LetterRow, outcome: Untouched, *, begun: bool) -> None:
        """We stopped, or the server refuses what we do. At most one begin under a fence: a row that has begun waits."""
        if outcome.code is not None:
            held.wait(REFUSAL_PAUSE_SECONDS)
        if outcome.code is not None and not begun:
            held.in_hand.pop(row.message_id)
        elif begun:
            self.journal.not_sent(row.message_id, held.lease.fence, STOPPED)
            self._recorder.add(held, as_stopped(row.message_id, row.attempts, now()))
        elif row.message_id in held.barred:
            self.leave_out(held, row, held.barred[row.message_id], now())
        elif held.lost:
            held.in_hand.pop(row.message_id)
        else:
            held.put_back(row)
        self._on_news()

    def leave_out(self, held: HeldChunk, row: LetterRow, reason: Reason | None, at: datetime) -> None:
        """Skips somebody who is gone; a row that is no longer pending needs nothing more from us."""
        if reason is None:
            held.in_hand.pop(row.message_id)
        else:
            self._recorder.add(held, as_skipped(row.message_id, row.attempts, reason, at))

    def look(self) -> None:
        """Something changed that the run should know of."""
        self._on_news()

    def connected(self) -> None:
        self.breaker.connected()
        self._on_news()

    def troubled(self, trouble: str) -> None:
        log.warning("%s", trouble)
        self.breaker.trouble(trouble)
        self._on_news()
