"""One run of a send job: for up to a minute, chunks are leased, their letters handed over and their outcomes recorded.

Everything here happens on one event loop; the database is asked in threads.
"""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from app.clock import now
from app.services.truth import Stretch, Truth
from workers.sending import chunk
from workers.sending.chunk import HeldChunk, Holder
from workers.sending.hand_over import HandOver
from workers.sending.journal import Journal
from workers.sending.lanes import Lanes
from workers.sending.pace import PARK_SECONDS, Pace
from workers.sending.pulse import Pulse
from workers.sending.recorder import Recorder
from workers.sending.ways import Plan
from workers.smtp.loop import run as run_loop
from workers.smtp.pool import Pool
from workers.smtp.relay import Relay

log = logging.getLogger(__name__)

RUN_SECONDS = 60.0
DRAIN_SECONDS = 25.0
LAST_WORDS_SECONDS = 1.0
LOOK_SECONDS = 0.25
ROWS_AHEAD = 400
CHUNKS_AHEAD = 8
THREADS = 4
SWITCH_SECONDS = 0.0005
NO_JOURNAL = "The journal cannot be written in {}. Look whether that disk is full; letters then go on by themselves."

T = TypeVar("T")


class End(StrEnum):
    """Why a run is over; only after MORE and TOLD is the next one rung at once."""

    MORE = "more"
    TOLD = "told"
    NOTHING_DUE = "nothing_due"
    NOT_SENDING = "not_sending"
    HELD = "held"


class SendRun:
    """Keeps the hand-over supplied with leased chunks, and gives back what is over."""

    def __init__(
        self, way: Relay | Plan, campaign_id: int, holder: Holder, journal: Journal, *, seconds: float = RUN_SECONDS
    ) -> None:
        self._campaign_id = campaign_id
        self._holder = holder
        self._journal = journal
        self._seconds = seconds
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="ledger")
        self._pulse = Pulse(self._executor, partial(chunk.ask, campaign_id), self._about_to_go, self._learn)
        self._recorder = Recorder(self._executor, self._look)
        self._pace = Pace(self._executor, way if isinstance(way, Relay) else way.whole, self._look)
        self._hand_over = HandOver(journal, self._pulse, self._recorder, self._pace, self._look_again)
        self._pool = self._open(way)
        self._news = asyncio.Event()
        self._told = asyncio.Event()
        self._end: End | None = None
        self._epoch: int | None = None
        self._in_doubt = False
        self._exhausted = False
        self._trouble_shown = ""
        self.clean = False

    def _open(self, way: Relay | Plan) -> Pool | Lanes:
        """What the letters leave by: one mail server, or the transports of a plan."""
        if isinstance(way, Relay):
            return Pool(way, self._hand_over)
        return Lanes(way, self._hand_over, self._executor, lambda: self._finish_as(End.MORE))

    @property
    def _held(self) -> list[HeldChunk]:
        return self._hand_over.held

    def stop(self) -> None:
        """Told to leave: what is under way finishes, nothing else begins."""
        self._told.set()
        self._finish_as(End.TOLD)

    async def run(self) -> End:
        """Runs until the time is over, nothing is due, the campaign stops, or we are told to leave.

        `clean` says afterwards that every mark is committed and every lease given back.
        """
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.stop)
        recording = asyncio.create_task(self._recorder.run())
        company = [
            asyncio.create_task(one) for one in (self._pulse.run(), self._renew(), self._pace.run(), self._pool.run())
        ]
        try:
            self._trouble_shown = await self._in_thread(lambda: chunk.trouble_of(self._campaign_id))
            self._hand_over.breaker.remember(self._trouble_shown)
            await self._pace.begin()
            await self._lease_until_over(loop.time() + self._seconds)
            await self._wind_up(recording)
        finally:
            for task in (*company, recording):
                task.cancel()
            await asyncio.gather(*company, recording, return_exceptions=True)
            loop.remove_signal_handler(signal.SIGTERM)
            self._executor.shutdown()
        log.info("%d letters sent (%s)", self._hand_over.sent, self._end, extra={"campaign_id": self._campaign_id})
        return self._end or End.MORE

    async def _lease_until_over(self, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        while self._end is None:
            if self._hand_over.breaker.hold:
                self._finish_as(End.HELD)
            elif loop.time() >= deadline and not self._hand_over.breaker.in_trouble:
                self._finish_as(End.MORE)
            elif self._pulse.answered and self._pulse.epoch is None:
                self._finish_as(End.NOT_SENDING)
            elif self._epoch not in {None, self._pulse.epoch}:
                self._finish_as(End.MORE)
            else:
                await self._keep_supplied()
                self._pool.wake()
                await self._wait_for_news()

    async def _keep_supplied(self) -> None:
        """Gives back what is over, and leases ahead so that connections never wait for the next chunk."""
        self._journal.heal()
        for held in self._held:
            self._recorder.move_window(held)
        try:
            await self._show_trouble()
            await self._set_slow_ones_aside()
            await self._give_back([held for held in self._held if held.over])
            if self._in_doubt:
                await self._in_thread(lambda: chunk.give_back_unheld(self._holder, list(self._held)))
                self._in_doubt = False
            if (
                self._pulse.allows
                and not self._exhausted
                and self._rows_ahead() < ROWS_AHEAD
                and len(self._held) < CHUNKS_AHEAD
            ):
                await self._lease()
        except DBAPIError as error:
            log.warning("no chunk could be leased or given back (%s)", error.orig)
        if self._exhausted and not self._held:
            self._finish_as(End.NOTHING_DUE)

    def _rows_ahead(self) -> int:
        """Rows in reserve that nothing holds back: slow domains must not keep others from being leased."""
        if self._pace.all_free:
            return sum(len(held.rows) for held in self._held)
        return sum(self._pace.is_free(row.pace_name) for held in self._held for row in held.rows)

    async def _set_slow_ones_aside(self) -> None:
        """Rows of slow domains make room for those behind them, and their chunks for others."""
        slow: set[str] = set()
        for held in self._held:
            slow |= held.set_aside(self._pace.is_dry, PARK_SECONDS)
            self._recorder.move_window(held)
        if slow:
            await self._in_thread(lambda: chunk.park(self._campaign_id, slow, PARK_SECONDS))

    async def _lease(self) -> None:
        self._in_doubt = True  # until the answer is here and its letters can be written, it is to be given back
        held = await self._in_thread(lambda: chunk.lease(self._campaign_id, self._holder))
        if held is None:
            self._in_doubt, self._exhausted = False, True
            return
        self._epoch = held.chunk.epoch if self._epoch is None else self._epoch
        await self._in_thread(lambda: chunk.prepare_drafts(held, self._hand_over.drafts))
        self._held.append(held)
        self._in_doubt = False

    async def _wait_for_news(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), LOOK_SECONDS)
        self._news.clear()

    async def _wind_up(self, recording: asyncio.Task[None]) -> None:
        """Lets letters under way finish, writes every outcome, then gives the chunks back."""
        self._hand_over.closing = True
        await self._pool.drain(DRAIN_SECONDS)
        self._recorder.end()
        await self._wait_patiently(recording)
        if self._recorder.unrecorded:
            log.error("%d outcomes are not recorded yet; the journal tells them", self._recorder.unrecorded)
            return
        parting = asyncio.create_task(self._part())
        await self._wait_patiently(parting)
        parting.cancel()

    async def _wait_patiently(self, task: asyncio.Task[None]) -> None:
        """However long the database stays away; once told to leave, a last second."""
        told = asyncio.create_task(self._told.wait())
        await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        await asyncio.wait({task}, timeout=LAST_WORDS_SECONDS)

    async def _part(self) -> None:
        """Gives everything back, however long the database stays away."""
        while True:
            try:
                await self._give_back(list(self._held))
                await self._in_thread(lambda: chunk.give_back_unheld(self._holder, ()))
                if self._hand_over.breaker.hold:
                    await self._in_thread(partial(chunk.hold, self._campaign_id, self._hand_over.breaker.hold))
            except DBAPIError as error:
                log.warning("chunks could not be given back (%s)", error.orig)
                await asyncio.sleep(LOOK_SECONDS)
            else:
                self.clean = True
                return

    async def _give_back(self, over: Iterable[HeldChunk]) -> None:
        for held in over:
            await self._in_thread(partial(chunk.give_back, held))
            self._held.remove(held)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(chunk.RENEW_SECONDS)
            try:
                await self._in_thread(lambda: chunk.renew(list(self._held)))
            except DBAPIError as error:
                log.warning("leases could not be renewed (%s)", error.orig)

    async def _in_thread(self, ask: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, ask)

    def _about_to_go(self) -> Sequence[Stretch]:
        return [rows for held in self._held if (rows := held.stretch())]

    def _learn(self, truth: Truth, asked: Sequence[Stretch], asked_at: float) -> None:
        """The newest truth: who may not go is left out, a chunk that is no longer ours is let go."""
        moment = now()
        about = {rows.lease.chunk_id for rows in asked}
        for held in self._held:
            barred = truth.barred.get(held.lease.chunk_id)
            if barred is not None:
                for row, reason in held.learn(barred, asked_at):
                    self._hand_over.leave_out(held, row, reason, moment)
            elif held.lease.chunk_id in about and not held.over:  # what is over may just have been given back
                held.lose()
        self._look()

    async def _show_trouble(self) -> None:
        """Tells on the campaign's page why nothing leaves, and takes it back once letters leave again."""
        breaker = self._hand_over.breaker
        if not self._journal.usable:
            trouble = NO_JOURNAL.format(self._journal.path.parent)
        elif breaker.trouble_said:
            trouble = breaker.trouble_said
        elif self._trouble_shown and self._hand_over.sent:
            trouble = ""
        else:
            return
        if trouble != self._trouble_shown:
            await self._in_thread(lambda: chunk.note_trouble(self._campaign_id, trouble or None))
            self._trouble_shown = trouble

    def _look(self) -> None:
        """Something changed: letters may go again, or a chunk is over."""
        if self._hand_over.may_go:
            self._pool.wake()
        self._news.set()

    def _look_again(self) -> None:
        self._news.set()

    def _finish_as(self, end: End) -> None:
        if self._end is None:
            self._end = end
            self._news.set()


def send(way: Relay | Plan, campaign_id: int, holder: Holder, *, journals: Path, seconds: float = RUN_SECONDS) -> End:
    """One run, from start to end; its journal is deleted when it tells nothing that the ledger does not know.

    Raises:
        OSError: no journal can be written, so no letter may leave.
    """
    # The ledger's threads hold the interpreter for milliseconds at a time; connections must not wait as long.
    sys.setswitchinterval(SWITCH_SECONDS)
    journal = Journal(journals, holder.owner)

    async def begin() -> tuple[End, bool]:
        run = SendRun(way, campaign_id, holder, journal, seconds=seconds)
        return await run.run(), run.clean

    clean = False
    try:
        end, clean = run_loop(begin())
    finally:
        journal.close(delete=clean)
    return end
