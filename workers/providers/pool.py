"""The connections of one send process to a provider's API; to `Letters` it is the same as workers.smtp.pool.

B stands in the journal before a request's body begins; a letter whose answer is lost after its last byte is unknown.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from app.clock import now
from app.models.message import Reason
from app.outside.api import ApiBroken, ApiConnection, ApiReply, open_api
from workers.providers.wire import ApiCarrier, ApiRequest, Unfit
from workers.smtp.actions import Letter
from workers.smtp.connection import explain
from workers.smtp.outcome import Deferred, Outcome, Refused, Sent, Unknown, Untouched
from workers.smtp.pool import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Letters

log = logging.getLogger(__name__)

CONNECT_SECONDS = 15.0
SEND_SECONDS = 60.0
REPLY_SECONDS = 60.0
IDLE_SECONDS = 4.0
"""Servers close connections that rest longer, and a request must not meet that."""

LONGEST_REST_SECONDS = 300.0
SLOWER = frozenset({429, 503})
SERVER_FAULT = 500


class ApiPool:
    """Opens as many connections as there are letters for, up to the carrier's limit; one until the first answer."""

    def __init__(self, carrier: ApiCarrier, letters: Letters, *, first_pause: float = FIRST_PAUSE_SECONDS) -> None:
        self._carrier = carrier
        self._provider = carrier.provider
        self._letters = letters
        self._first_pause = first_pause
        self._lanes: set[asyncio.Task[None]] = set()
        self._idle = 0
        self._bell = asyncio.Event()
        self._stopping = asyncio.Event()
        self._answered = False
        self._rest_until = 0.0
        self._rest = 0.0

    @property
    def resting(self) -> bool:
        """Whether the provider asked for fewer letters just now."""
        return asyncio.get_running_loop().time() < self._rest_until

    async def run(self) -> None:
        """Nothing has to be looked after beside the connections."""

    def wake(self) -> None:
        """Letters have arrived: idle connections take them, and further ones are opened for the rest."""
        waiting = 0 if self._stopping.is_set() or self.resting else self._letters.waiting()
        if not waiting:
            return
        self._bell.set()
        most = self._carrier.connections if self._answered else 1
        wanted = min(waiting + len(self._lanes) - self._idle, most)
        for _ in range(wanted - len(self._lanes)):
            lane = asyncio.create_task(self._lane())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)

    async def drain(self, patience: float) -> None:
        """Begins no letter any more and lets those under way finish for `patience` seconds."""
        self._stopping.set()
        self._bell.set()
        if self._lanes:
            await asyncio.wait(self._lanes, timeout=patience)
        for lane in list(self._lanes):
            lane.cancel()
        if self._lanes:
            await asyncio.wait(self._lanes)

    async def _lane(self) -> None:
        """One place in the pool: a connection, and after its end another one while letters wait."""
        connection: ApiConnection | None = None
        pause = self._first_pause
        try:
            while not self._stopping.is_set():
                if self.resting:
                    return
                connection = await self._renewed(connection)
                letter = self._letters.take() if connection else None
                if connection is not None and letter is None:
                    if not await self._ring():
                        return
                    continue
                if connection is not None and letter is not None and await self._hand_over(connection, letter):
                    pause = self._first_pause
                    continue
                await self._sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                if not self._letters.waiting():
                    return
        finally:
            if connection is not None:
                connection.close()

    async def _renewed(self, connection: ApiConnection | None) -> ApiConnection | None:
        """A connection that takes another letter; None where none can be had, which the letters are told."""
        if connection is not None and connection.is_usable and connection.requests < self._carrier.letters:
            return connection
        if connection is not None:
            connection.close()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await open_api(self._provider.place)
        except OSError as error:
            self._letters.troubled(f"{self._provider.place.address}: {explain(error)}")
            return None

    async def _ring(self) -> bool:
        """Waits for further letters; False once it has waited too long."""
        self._bell.clear()
        self._idle += 1
        try:
            await asyncio.wait_for(self._bell.wait(), IDLE_SECONDS)
        except TimeoutError:
            return False
        finally:
            self._idle -= 1
        return True

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _hand_over(self, connection: ApiConnection, letter: Letter) -> bool:
        """One letter over one connection; whether the provider gave an answer."""
        try:
            request = self._provider.request(letter, now())
        except Unfit as unfit:
            self._letters.settled(letter, Refused(Reason.RENDER_FAILED, reply=str(unfit)))
            return True
        call = Call(connection, request)
        try:
            reply = await call.make(lambda: self._letters.begin(letter))
        except asyncio.CancelledError:
            connection.close()
            self._letters.settled(letter, call.lost("we had to stop"))
            raise
        except (OSError, ApiBroken) as error:
            connection.close()
            await self._settle_lost(letter, call, explain(error) if isinstance(error, OSError) else str(error))
            return False
        if reply is None:
            connection.close()
            self._letters.settled(letter, Untouched())
            return True
        self._hear(reply)
        self._settle(letter, self._provider.judge(reply), reply)
        return reply.status < SERVER_FAULT

    async def _settle_lost(self, letter: Letter, call: "Call", why: str) -> None:
        """No answer came: asked again where that is safe; only that it was taken can be learned so."""
        outcome = call.lost(why)
        if isinstance(outcome, Unknown) and self._provider.asks_again:
            outcome = await self._ask_again(call.request) or outcome
        self._letters.settled(letter, outcome)
        if not isinstance(outcome, Sent):
            self._letters.troubled(f"{self._provider.place.address}: {why}")

    async def _ask_again(self, request: ApiRequest) -> Outcome | None:
        connection = None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = await open_api(self._provider.place)
            reply = await Call(connection, request).make(lambda: True)
        except (OSError, ApiBroken):
            return None
        finally:
            if connection is not None:
                connection.close()
        outcome = self._provider.judge(reply) if reply else None
        return outcome if isinstance(outcome, Sent) else None

    def _hear(self, reply: ApiReply) -> None:
        """An answer shows that the provider is there; some ask for fewer letters."""
        if reply.status < SERVER_FAULT:
            self._letters.connected()
            if not self._answered:
                self._answered = True
                asyncio.get_running_loop().call_soon(self.wake)
        if reply.status in SLOWER:
            loop = asyncio.get_running_loop()
            self._rest = min(max(1.0, self._rest * 2), LONGEST_PAUSE_SECONDS)
            wait = wished(reply) or self._rest
            self._rest_until = max(self._rest_until, loop.time() + wait)
            loop.call_later(wait + 0.01, self.wake)
            log.info("%s asks for fewer letters: a rest of %.0f s", self._provider.place.address, wait)

    def _settle(self, letter: Letter, outcome: Outcome, reply: ApiReply) -> None:
        if isinstance(outcome, Sent):
            self._rest = 0.0
        self._letters.settled(letter, outcome)
        if isinstance(outcome, Unknown):
            self._letters.troubled(f"{self._provider.place.address}: status {reply.status}")


class Call:
    """One request: how far it came decides what its loss means."""

    def __init__(self, connection: ApiConnection, request: ApiRequest) -> None:
        self._connection = connection
        self.request = request
        self._begun = False
        self._left = False

    async def make(self, begin: Callable[[], bool]) -> ApiReply | None:
        """The answer; None where `begin`, asked just before the body, said no. Raises: ApiBroken, OSError."""
        async with asyncio.timeout(SEND_SECONDS):
            await self._connection.send_head("POST", self.request.target, self.request.headers)
        if not begin():
            return None
        self._begun = True
        async with asyncio.timeout(SEND_SECONDS):
            await self._connection.send_body(self.request.body)
        self._left = True
        async with asyncio.timeout(REPLY_SECONDS):
            return await self._connection.read_reply()

    def lost(self, why: str) -> Outcome:
        """What is true of the letter when no answer came."""
        if self._left:
            return Unknown(Reason.CONNECTION_LOST, reply=why)
        return Deferred(Reason.CONNECTION_LOST, reply=why) if self._begun else Untouched()


def wished(reply: ApiReply) -> float:
    """How many seconds Retry-After asks for, within bounds; 0 where it says nothing that can be read."""
    said = reply.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        seconds = float(said)
    else:
        try:
            seconds = (parsedate_to_datetime(said) - now()).total_seconds()
        except (ValueError, TypeError):
            return 0.0
    return min(max(seconds, 1.0), LONGEST_REST_SECONDS)
