"""Writes outcomes to the ledger in batches, off the event loop, and holds back the sender while it cannot."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from app.database.session import transaction
from app.models.message import MessageStatus, Reason
from app.services import delivery, leases
from workers.sending.chunk import HeldChunk
from workers.smtp.outcome import Deferred, Outcome, Refused, Sent, Untouched
from workers.smtp.replies import next_try

log = logging.getLogger(__name__)

BATCH = 100
LONGEST_WAIT_SECONDS = 0.25
PAUSES_SECONDS = (0.25, 0.5, 1.0, 2.0, 5.0)
STOPPED_BY_US = "we had to stop before it left"


class Result(NamedTuple):
    """An outcome that waits to be written under the lease it belongs to."""

    held: HeldChunk
    outcome: delivery.Outcome


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction writes: outcomes, and how far letters of a chunk may begin from then on."""

    results: Sequence[Result]
    windows: Mapping[HeldChunk, int]


def as_outcome(message_id: int, tries: int, outcome: Outcome, at: datetime) -> delivery.Outcome:
    """What the ledger keeps of a try after `tries` earlier ones; a deferral past the ladder's end becomes a refusal.

    Raises:
        ValueError: nothing was tried, so there is nothing to keep.
    """
    if isinstance(outcome, Untouched):
        raise ValueError("a row that was not touched has no outcome")  # noqa: TRY004  the type is right, the call is not
    status, reason, next_at = _status_of(outcome), outcome.reason, None
    attempts = tries + 1
    if isinstance(outcome, Deferred):
        wait = next_try(attempts)
        if wait is None:
            status, reason = MessageStatus.REFUSED, Reason.EXPIRED
        else:
            next_at = at + wait
    return delivery.Outcome(
        message_id=message_id,
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


def as_stopped(message_id: int, tries: int, at: datetime) -> delivery.Outcome:
    """Begun and given up by ourselves before its dot left: no try is counted, and it waits for the next lease."""
    return delivery.Outcome(
        message_id, MessageStatus.DEFERRED, at, tries, reason=Reason.CONNECTION_LOST, next_at=at, reply=STOPPED_BY_US
    )


def as_skipped(message_id: int, tries: int, reason: Reason, at: datetime) -> delivery.Outcome:
    """Left out at the last moment: the person is gone."""
    return delivery.Outcome(message_id, MessageStatus.SKIPPED, at, tries, reason=reason)


def _status_of(outcome: Outcome) -> MessageStatus:
    if isinstance(outcome, Sent):
        return MessageStatus.SENT
    if isinstance(outcome, Refused):
        return MessageStatus.REFUSED
    return MessageStatus.DEFERRED if isinstance(outcome, Deferred) else MessageStatus.UNKNOWN


class Recorder:
    """`add` outcomes as they come; `full` says that no further letter may begin until some are written.

    What is written with them: how far letters may begin (`HeldChunk.window`), acknowledged once it is committed.
    """

    def __init__(self, executor: Executor, on_written: Callable[[], None]) -> None:
        self._executor = executor
        self._on_written = on_written
        self._waiting: deque[Result] = deque()
        self._windows: dict[HeldChunk, int] = {}
        self._writing = 0
        self._wanted = asyncio.Event()
        self._ended = False
        self._failures = 0

    @property
    def unrecorded(self) -> int:
        return len(self._waiting) + self._writing

    @property
    def full(self) -> bool:
        return self._failures > 0 or len(self._waiting) >= BATCH

    def add(self, held: HeldChunk, outcome: delivery.Outcome) -> None:
        self._waiting.append(Result(held, outcome))
        if len(self._waiting) >= BATCH:
            self._wanted.set()

    def move_window(self, held: HeldChunk) -> None:
        """Asks for room where letters of this chunk will soon have none to begin."""
        to = held.window()
        if to:
            self._windows[held] = to
            self._wanted.set()

    def end(self) -> None:
        """What waits is written at once, and `run` returns when nothing is left."""
        self._ended = True
        self._wanted.set()

    async def run(self) -> None:
        while not (self._ended and not self._waiting):
            if not self._ended:
                await self._pause(LONGEST_WAIT_SECONDS)
            if self._waiting or self._windows:
                results = [self._waiting.popleft() for _ in range(min(len(self._waiting), BATCH))]
                windows, self._windows = self._windows, {}
                await self._write(Batch(results, windows))

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._wanted.wait(), seconds)
        except TimeoutError:
            return
        self._wanted.clear()

    async def _write(self, batch: Batch) -> None:
        """Tries until the batch is written: while the database is away, what happened is only known here."""
        self._writing = len(batch.results)
        loop = asyncio.get_running_loop()
        while True:
            try:
                moved = await loop.run_in_executor(self._executor, write_down, batch)
            except DBAPIError as error:
                pause = PAUSES_SECONDS[min(self._failures, len(PAUSES_SECONDS) - 1)]
                self._failures += 1
                log.warning("%d outcomes wait for the database (%s)", self.unrecorded, error.orig)
                await asyncio.sleep(pause)
            else:
                break
        self._failures, self._writing = 0, 0
        for result in batch.results:
            result.held.in_hand.pop(result.outcome.message_id, None)
        for held, to in batch.windows.items():
            if held in moved:
                held.acknowledge(to)
            else:
                held.lose()
        self._on_written()


def write_down(batch: Batch) -> set[HeldChunk]:
    """Writes a batch in one transaction, one statement for each lease among it; the chunks whose window moved."""
    by_chunk: dict[HeldChunk, list[delivery.Outcome]] = {}
    for result in batch.results:
        by_chunk.setdefault(result.held, []).append(result.outcome)
    with transaction(durable=True) as session:
        moved = {held for held, to in batch.windows.items() if leases.move_begun_to(session, held.lease, to)}
        for held, outcomes in by_chunk.items():
            written = delivery.record_outcomes(session, held.lease, outcomes)
            missed = [outcome.message_id for outcome in outcomes if outcome.message_id not in written]
            if missed:
                log.warning("%d outcomes met rows that are no longer pending under this lease: %s", len(missed), missed)
    return moved
