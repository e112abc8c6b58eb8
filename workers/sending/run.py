"""One run of a send job: for up to a minute, chunks are leased, their letters handed over and their outcomes recorded.

Everything here happens on one event loop; the database is asked in threads.
"""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from app.clock import now
from app.models.message import Reason
from app.services.delivery import LetterRow
from emails.errors import LetterError
from workers.sending import chunk
from workers.sending.chunk import HeldChunk, Holder
from workers.sending.pulse import Pulse
from workers.sending.recorder import Recorder
from workers.sending.writers import Draft, write_letter
from workers.smtp.actions import Letter
from workers.smtp.outcome import Outcome, Refused, Sent, Untouched
from workers.smtp.pool import Pool
from workers.smtp.relay import Relay

log = logging.getLogger(__name__)

RUN_SECONDS = 60.0
DRAIN_SECONDS = 25.0
LAST_WORDS_SECONDS = 1.0
LOOK_SECONDS = 0.25
ROWS_AHEAD = 250
THREADS = 4
SWITCH_SECONDS = 0.0005
TROUBLES = 5
TROUBLE_PAUSE_SECONDS = 20.0
REFUSAL_PAUSE_SECONDS = 60.0

T = TypeVar("T")


class End(StrEnum):
    """Why a run is over; only after MORE and TOLD is the next one rung at once."""

    MORE = "more"
    TOLD = "told"
    NOTHING_DUE = "nothing_due"
    NOT_SENDING = "not_sending"
    TROUBLE = "trouble"


class SendRun:
    """Gives the pool its letters and takes its outcomes (workers.smtp.pool.Letters)."""

    def __init__(self, relay: Relay, campaign_id: int, holder: Holder, *, seconds: float = RUN_SECONDS) -> None:
        self._campaign_id = campaign_id
        self._holder = holder
        self._seconds = seconds
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="ledger")
        self._pool = Pool(relay, self)
        self._pulse = Pulse(self._executor, lambda: chunk.is_sending(campaign_id), self._look)
        self._recorder = Recorder(self._executor, self._look)
        self._held: list[HeldChunk] = []
        self._under_way: dict[int, tuple[HeldChunk, LetterRow]] = {}
        self._drafts: dict[int, Draft] = {}
        self._news = asyncio.Event()
        self._end: End | None = None
        self._date = now()
        self._troubles = 0
        self._most_troubles = TROUBLES
        self._trouble = ""
        self._had_trouble = False
        self._exhausted = False
        self._last_refusal = ""
        self._refusals = 0
        self._sent = 0

    # What the pool asks, on the event loop.

    def waiting(self) -> int:
        return sum(len(held.rows) for held in self._held if held.ours) if self._may_go() else 0

    def take(self) -> Letter | None:
        if not self._may_go():
            return None
        for held in self._held:
            while held.rows and held.ours:
                row = held.rows.popleft()
                held.open_rows.add(row.message_id)
                try:
                    letter = write_letter(self._drafts, row, date=self._date)
                except LetterError as error:
                    self._recorder.add(held, row, Refused(Reason.RENDER_FAILED, reply=str(error)))
                    continue
                self._under_way[row.message_id] = (held, row)
                return letter
        self._news.set()
        return None

    def may_begin(self, letter: Letter) -> bool:
        held, _ = self._under_way[letter.number]
        return self._pulse.allows and held.ours

    def settled(self, letter: Letter, outcome: Outcome) -> None:
        held, row = self._under_way.pop(letter.number)
        if isinstance(outcome, Untouched):
            held.open_rows.discard(row.message_id)
            self._leave_pending(held, row, outcome)
        else:
            self._recorder.add(held, row, outcome)
            if isinstance(outcome, Sent):
                self._note_success()

    def connected(self) -> None:
        self._troubles = 0
        self._look()

    def troubled(self, trouble: str) -> None:
        log.warning("%s", trouble, extra={"campaign_id": self._campaign_id})
        self._troubles += 1
        if self._troubles >= self._most_troubles:
            self._stop_for(trouble, TROUBLE_PAUSE_SECONDS)

    def stop(self) -> None:
        """Told to leave: what is under way finishes, nothing else begins."""
        self._finish_as(End.TOLD)

    async def run(self) -> End:
        """Runs until the time is over, nothing is due, the campaign stops, trouble comes, or we are told to leave."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.stop)
        recording = asyncio.create_task(self._recorder.run())
        company = [asyncio.create_task(one) for one in (self._pulse.run(), self._renew())]
        try:
            self._had_trouble = await self._in_thread(lambda: chunk.has_trouble(self._campaign_id))
            self._most_troubles = 1 if self._had_trouble else TROUBLES
            await self._lease_until_over(loop.time() + self._seconds)
            await self._wind_up(recording)
        finally:
            for task in (*company, recording):
                task.cancel()
            await asyncio.gather(*company, recording, return_exceptions=True)
            loop.remove_signal_handler(signal.SIGTERM)
            self._executor.shutdown()
        log.info("%d letters sent (%s)", self._sent, self._end, extra={"campaign_id": self._campaign_id})
        return self._end or End.MORE

    async def _lease_until_over(self, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        while self._end is None:
            if loop.time() >= deadline:
                self._finish_as(End.MORE)
            elif self._pulse.stopped:
                self._finish_as(End.NOT_SENDING)
            else:
                await self._keep_supplied()
                self._pool.wake()
                await self._wait_for_news()

    async def _keep_supplied(self) -> None:
        """Gives back what is over, and leases ahead so that connections never wait for the next chunk."""
        try:
            await self._give_back([held for held in self._held if held.over])
            if self._pulse.allows and not self._exhausted and sum(len(held.rows) for held in self._held) < ROWS_AHEAD:
                await self._lease()
        except DBAPIError as error:
            log.warning("no chunk could be leased or given back (%s)", error.orig)
        if self._exhausted and not self._held:
            self._finish_as(End.NOTHING_DUE)

    async def _lease(self) -> None:
        held = await self._in_thread(lambda: chunk.lease(self._campaign_id, self._holder))
        if held is None:
            self._exhausted = True
            return
        await self._in_thread(lambda: chunk.prepare_drafts(held, self._drafts))
        self._held.append(held)

    async def _wait_for_news(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), LOOK_SECONDS)
        self._news.clear()

    async def _wind_up(self, recording: asyncio.Task[None]) -> None:
        """Lets letters under way finish, writes every outcome, then gives the chunks back."""
        await self._pool.drain(DRAIN_SECONDS)
        self._recorder.end()
        patience = LAST_WORDS_SECONDS if self._end is End.TOLD else None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(recording), patience)
        if self._recorder.unrecorded:
            log.error("%d outcomes could not be recorded before we had to leave", self._recorder.unrecorded)
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._part(), patience)

    async def _part(self) -> None:
        """Gives everything back, however long the database stays away: nobody else can."""
        while True:
            try:
                await self._give_back(list(self._held))
                await self._in_thread(lambda: chunk.give_back_in_the_name_of(self._holder))
                if self._trouble:
                    await self._in_thread(lambda: chunk.note_trouble(self._campaign_id, self._trouble))
            except DBAPIError as error:
                log.warning("chunks could not be given back (%s)", error.orig)
                await asyncio.sleep(LOOK_SECONDS)
            else:
                return

    async def _give_back(self, over: list[HeldChunk]) -> None:
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

    def _may_go(self) -> bool:
        return self._end is None and self._pulse.allows and not self._recorder.full

    def _look(self) -> None:
        """Something changed: letters may go again, or a chunk is over."""
        if self._may_go():
            self._pool.wake()
        self._news.set()

    def _finish_as(self, end: End) -> None:
        if self._end is None:
            self._end = end
            self._news.set()

    def _leave_pending(self, held: HeldChunk, row: LetterRow, outcome: Untouched) -> None:
        if outcome.code is None:
            held.rows.appendleft(row)
            return
        # The server refuses what we do, not this person; asking it again at once would be a loop.
        held.wait(REFUSAL_PAUSE_SECONDS)
        said = f"{outcome.code} {outcome.enhanced} {outcome.reply}".replace("  ", " ")
        self._refusals = self._refusals + 1 if said == self._last_refusal else 1
        self._last_refusal = said
        self._trouble = f"The mail server refuses our letters: {said}"
        if self._refusals >= TROUBLES:
            self._stop_for(self._trouble, REFUSAL_PAUSE_SECONDS)

    def _note_success(self) -> None:
        self._sent += 1
        if self._had_trouble:
            self._had_trouble = False
            self._executor.submit(chunk.note_trouble, self._campaign_id, None)
        self._refusals, self._last_refusal, self._trouble = 0, "", ""

    def _stop_for(self, trouble: str, pause_seconds: float) -> None:
        self._trouble = trouble
        for held in self._held:
            held.wait(pause_seconds)
        self._finish_as(End.TROUBLE)


def send(relay: Relay, campaign_id: int, holder: Holder, *, seconds: float = RUN_SECONDS) -> End:
    """One run, from start to end."""
    # The ledger's threads hold the interpreter for milliseconds at a time; connections must not wait as long.
    sys.setswitchinterval(SWITCH_SECONDS)

    async def begin() -> End:
        return await SendRun(relay, campaign_id, holder, seconds=seconds).run()

    return asyncio.run(begin())
