"""Writes outcomes to the ledger in batches, off the event loop, and holds back the sender while it cannot."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from app.clock import now
from app.database.session import transaction
from app.models.message import MessageStatus, Reason
from app.services import delivery
from app.services.delivery import LetterRow
from workers.sending.chunk import HeldChunk
from workers.smtp.outcome import Deferred, Outcome, Refused, Sent, Untouched
from workers.smtp.replies import next_try

log = logging.getLogger(__name__)

BATCH = 100
MOST_UNRECORDED = 150
LONGEST_WAIT_SECONDS = 0.25
PAUSES_SECONDS = (0.25, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome that waits to be written under the lease it belongs to."""

    held: HeldChunk
    row: delivery.Outcome


def as_outcome(row: LetterRow, outcome: Outcome, at: datetime) -> delivery.Outcome:
    """What the ledger keeps of one try; a deferral past the ladder's end becomes a refusal (expired).

    Raises:
        ValueError: nothing was tried, so there is nothing to keep.
    """
    if isinstance(outcome, Untouched):
        raise ValueError("a row that was not touched has no outcome")  # noqa: TRY004  the type is right, the call is not
    status, reason, next_at = _status_of(outcome), outcome.reason, None
    attempts = row.attempts + 1
    if isinstance(outcome, Deferred):
        wait = next_try(attempts)
        if wait is None:
            status, reason = MessageStatus.REFUSED, Reason.EXPIRED
        else:
            next_at = at + wait
    return delivery.Outcome(
        message_id=row.message_id,
        status=status,
        at=at,
        attempts=attempts,
        reason=reason,
        next_at=next_at,
        code=outcome.code,
        enhanced=outcome.enhanced,
        reply=outcome.reply,
        suppress=isinstance(outcome, Refused) and outcome.suppress,
    )


def _status_of(outcome: Outcome) -> MessageStatus:
    if isinstance(outcome, Sent):
        return MessageStatus.SENT
    if isinstance(outcome, Refused):
        return MessageStatus.REFUSED
    return MessageStatus.DEFERRED if isinstance(outcome, Deferred) else MessageStatus.UNKNOWN


class Recorder:
    """`add` outcomes as they come; `full` says that no further letter may begin until some are written."""

    def __init__(self, executor: Executor, on_written: Callable[[], None]) -> None:
        self._executor = executor
        self._on_written = on_written
        self._waiting: deque[Result] = deque()
        self._writing = 0
        self._wanted = asyncio.Event()
        self._ended = False
        self._failures = 0

    @property
    def unrecorded(self) -> int:
        return len(self._waiting) + self._writing

    @property
    def full(self) -> bool:
        return self._failures > 0 or self.unrecorded >= MOST_UNRECORDED

    def add(self, held: HeldChunk, row: LetterRow, outcome: Outcome) -> None:
        self._waiting.append(Result(held, as_outcome(row, outcome, now())))
        if len(self._waiting) >= BATCH:
            self._wanted.set()

    def end(self) -> None:
        """What waits is written at once, and `run` returns when nothing is left."""
        self._ended = True
        self._wanted.set()

    async def run(self) -> None:
        while not (self._ended and not self._waiting):
            if not self._ended:
                await self._pause(LONGEST_WAIT_SECONDS)
            if self._waiting:
                await self._write([self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH))])

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wanted.wait(), seconds)
        except TimeoutError:
            return
        self._wanted.clear()

    async def _write(self, batch: Sequence[Result]) -> None:
        """Tries until the batch is written: while the database is away, what happened is only known here."""
        self._writing = len(batch)
        loop = asyncio.get_running_loop()
        while True:
            try:
                await loop.run_in_executor(self._executor, write_down, batch)
            except DBAPIError as error:
                pause = PAUSES_SECONDS[min(self._failures, len(PAUSES_SECONDS) - 1)]
                self._failures += 1
                log.warning("%d outcomes wait for the database (%s)", self.unrecorded, error.orig)
                await asyncio.sleep(pause)
            else:
                break
        self._failures, self._writing = 0, 0
        for result in batch:
            result.held.open_rows.discard(result.row.message_id)
        self._on_written()


def write_down(batch: Sequence[Result]) -> None:
    """Writes outcomes in one transaction, one statement for each lease among them."""
    by_chunk: dict[int, list[Result]] = {}
    for result in batch:
        by_chunk.setdefault(result.held.chunk.lease.chunk_id, []).append(result)
    with transaction() as session:
        for results in by_chunk.values():
            held = results[0].held
            written = delivery.record_outcomes(session, held.chunk.lease, [result.row for result in results])
            missed = [result.row.message_id for result in results if result.row.message_id not in written]
            if missed:
                log.warning("%d outcomes met rows that are no longer pending under this lease: %s", len(missed), missed)
