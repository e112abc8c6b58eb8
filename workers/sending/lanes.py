"""Several ways out for one send run: each has its pool, its breaker and its limits; letters go by weight and health.

A way that fails is set aside for all hosts and tried again later; the campaign is held only when none is left.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor

from sqlalchemy.exc import DBAPIError

from app.clock import now
from app.errors import Unavailable
from app.models import HoldCause
from workers.sending import lane_books
from workers.sending.allowance import Allowance
from workers.sending.breaker import MOST_TROUBLES, Breaker
from workers.sending.carriers import open_pool
from workers.sending.hand_over import HandOver
from workers.sending.turns import Turns
from workers.sending.ways import Plan, Way
from workers.smtp.actions import Letter
from workers.smtp.outcome import Outcome, Sent, Untouched

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.2
LOOK_SECONDS = 2.0
LIMIT_TOLD_SECONDS = 10.0
ON_PROBATION = 2
"""So few failures set a way aside again that has just come back."""


class Lane:
    """One way out with its pool; gives it letters of the hand-over (workers.smtp.pool.Letters)."""

    def __init__(self, way: Way, hand_over: HandOver, lanes: "Lanes") -> None:
        self.way = way
        self.allowance = Allowance(way.limits)
        self.aside = way.aside_until is not None and way.aside_until > now()
        self.on_probation = way.aside_until is not None
        self.breaker = new_breaker(on_probation=self.on_probation)
        self.why = way.aside_reason
        self.handed_over = 0
        self._hand_over = hand_over
        self._lanes = lanes
        self.pool = open_pool(way.carrier, self)

    @property
    def is_able(self) -> bool:
        """Whether a letter could leave here now."""
        return not (self.aside or self.breaker.in_trouble or self.pool.resting) and self.allowance.may_go

    def waiting(self) -> int:
        if self.aside or not self.allowance.may_go:
            return 0
        return self._hand_over.waiting()

    def take(self) -> Letter | None:
        if self.aside or not self.allowance.may_go or not self._lanes.has_turn(self):
            return None
        letter = self._hand_over.take()
        if letter is not None:
            self.allowance.spend()
            self._lanes.took(self)
        return letter

    def begin(self, letter: Letter) -> bool:
        return self._hand_over.begin(letter)

    def settled(self, letter: Letter, outcome: Outcome) -> None:
        if isinstance(outcome, Untouched) and outcome.code is None:
            self.allowance.give_back()
            self._lanes.turns.gave_back(self)
        else:
            self.handed_over += 1
        self._hand_over.settled(letter, outcome, self.breaker)
        if isinstance(outcome, Sent) and self.on_probation:
            self.on_probation = False
            self._lanes.write(lane_books.take_back, self.way.transport_id)
        self._lanes.judge(self)

    def connected(self) -> None:
        self.breaker.connected()
        self._hand_over.look()

    def troubled(self, trouble: str) -> None:
        log.warning("%s: %s", self.way.name, trouble)
        self.breaker.trouble(trouble)
        self._lanes.judge(self)
        self._hand_over.look()

    def put_aside(self, why: str) -> None:
        self.aside, self.why = True, why

    def come_back(self, *, on_probation: bool) -> None:
        self.aside, self.on_probation = False, on_probation
        self.breaker = new_breaker(on_probation=on_probation)


def new_breaker(*, on_probation: bool) -> Breaker:
    return Breaker(most_troubles=ON_PROBATION if on_probation else MOST_TROUBLES)


class JointBreaker(Breaker):
    """The campaign's: `hold` is set once no way is left, or once what we send is refused for what we are."""

    def __init__(self, lanes: "Lanes") -> None:
        super().__init__()
        self._lanes = lanes

    @property
    def in_trouble(self) -> bool:
        return any(lane.breaker.in_trouble for lane in self._lanes.open)

    @property
    def trouble_said(self) -> str:
        """What to tell while nothing leaves by any way."""
        said = [lane.breaker.trouble_said for lane in self._lanes.open]
        if said and all(said):
            return said[0]
        if self._lanes.used_up:
            names = ", ".join(lane.way.name for lane in self._lanes.open)
            return f"{names}: the limit is reached. Letters go on by themselves as soon as more may leave."
        return ""

    def remember(self, trouble: str) -> None:
        """Each way has its own breaker, and its row remembers."""

    def stop(self, cause: HoldCause, sentence: str) -> None:
        self._stop(cause, sentence)


class Lanes:
    """The pools of all ways out of one run; in place of the one `Pool` of a single mail server."""

    def __init__(self, plan: Plan, hand_over: HandOver, executor: Executor, on_change: Callable[[], None]) -> None:
        self._plan = plan
        self._hand_over = hand_over
        self._executor = executor
        self._on_change = on_change
        self._dry_since: float | None = None
        self._written: list[asyncio.Future[None]] = []
        self.lanes = [Lane(way, hand_over, self) for way in plan.ways]
        self.turns = Turns({lane: lane.way.weight for lane in self.lanes})
        self._tries_all = all(lane.aside for lane in self.lanes)
        if self._tries_all:
            for lane in self.lanes:
                lane.come_back(on_probation=True)
        hand_over.breaker = self.breaker = JointBreaker(self)

    @property
    def open(self) -> list[Lane]:
        return [lane for lane in self.lanes if not lane.aside]

    @property
    def used_up(self) -> bool:
        """Whether nothing may leave for longer than a moment, since every way has reached a limit."""
        return self._dry_since is not None and loop_time() - self._dry_since >= LIMIT_TOLD_SECONDS

    def wake(self) -> None:
        for lane in self.open:
            lane.pool.wake()

    async def drain(self, patience: float) -> None:
        await asyncio.gather(*(lane.pool.drain(patience) for lane in self.lanes))
        self._flush()
        for lane in self.lanes:
            if unspent := lane.allowance.hand_in():
                self.write(lane_books.hand_in, lane.way, unspent)
        await asyncio.gather(*self._written)

    async def run(self) -> None:
        """Fetches what each may hand over, lets nobody wait long for another, and reads the rows anew."""
        looked_at = loop_time()
        beat_at = loop_time()
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            seconds, beat_at = loop_time() - beat_at, loop_time()
            await asyncio.gather(*(self._fetch(lane, seconds) for lane in self.open if lane.allowance.limited))
            self._note_limits()
            if self.turns.let_go():
                self.wake()
            if loop_time() - looked_at >= LOOK_SECONDS:
                looked_at = loop_time()
                self._flush()
                await self._look()

    async def _fetch(self, lane: Lane, seconds: float) -> None:
        wanted = lane.allowance.wanted(self._hand_over.waiting())
        if not wanted:
            return
        given = await asyncio.get_running_loop().run_in_executor(self._executor, lane_books.fetch, lane.way, wanted)
        if given is None:
            lane.allowance.without_redis(seconds)
        else:
            lane.allowance.take_in(given)
        if lane.allowance.may_go:
            lane.pool.wake()

    def _note_limits(self) -> None:
        dry = bool(self.open) and all(lane.allowance.short for lane in self.open)
        if not dry or not self._hand_over.waiting():
            self._dry_since = None
        elif self._dry_since is None:
            self._dry_since = loop_time()

    async def _look(self) -> None:
        """What people and other hosts did to the rows since: a change of what matters ends the run; MORE follows."""
        try:
            ways = await asyncio.get_running_loop().run_in_executor(self._executor, self._plan.look)
        except DBAPIError:
            return
        except (Unavailable, ValueError):
            ways = ()
        if ways != self._plan.ways:
            self._on_change()
            return
        moment = now()
        for lane, way in zip(self.lanes, ways, strict=True):
            rests = way.aside_until is not None and way.aside_until > moment
            if lane.aside and not rests:
                lane.come_back(on_probation=way.aside_until is not None)
                lane.pool.wake()
            elif rests and not lane.aside and not self._tries_all:
                lane.put_aside(way.aside_reason)
                self._hold_if_none_is_left()

    def has_turn(self, lane: Lane) -> bool:
        return self.turns.may(lane, is_able)

    def took(self, lane: Lane) -> None:
        self.turns.took(lane)
        for other in self.turns.waiting_after(lane):
            asyncio.get_running_loop().call_soon(other.pool.wake)

    def judge(self, lane: Lane) -> None:
        """Whether a way is to be set aside, after what it has just said."""
        hold = lane.breaker.hold
        if hold is None or lane.aside:
            return
        if hold.cause is HoldCause.POLICY:
            self.breaker.stop(hold.cause, hold.sentence)
        else:
            lane.put_aside(lane.breaker.why)
            self.write(lane_books.set_aside, lane.way.transport_id, lane.why)
            log.warning("the transport %s is set aside: %s", lane.way.name, lane.why)
            self._hold_if_none_is_left(hold.cause)
        self._hand_over.look()

    def _hold_if_none_is_left(self, cause: HoldCause = HoldCause.RELAY) -> None:
        if not self.open:
            reasons = "; ".join(f"{lane.way.name}: {lane.why.rstrip('.')}" for lane in self.lanes)
            sentence = f"No transport is left. {reasons}. Mend one, or add another under Delivery, then resume."
            self.breaker.stop(cause, sentence)

    def _flush(self) -> None:
        for lane in self.lanes:
            letters, lane.handed_over = lane.handed_over, 0
            if letters:
                self.write(lane_books.count, lane.way.transport_id, letters)

    def write(self, keep: Callable[..., None], *facts: object) -> None:
        """Tells the database, off the event loop; `drain` waits for it."""
        self._written = [one for one in self._written if not one.done()]
        self._written.append(asyncio.get_running_loop().run_in_executor(self._executor, keep, *facts))


def is_able(lane: Lane) -> bool:
    return lane.is_able


def loop_time() -> float:
    return asyncio.get_running_loop().time()
