"""The connections of one send process to one mail server, reused from letter to letter, on one event loop.

`workers/sending/` gives letters and takes outcomes through `Letters`; a refused letter never raises here.
"""

import asyncio
import contextlib
from typing import Protocol

from workers.smtp.actions import Letter
from workers.smtp.connection import Connection, explain, open_connection
from workers.smtp.outcome import Outcome
from workers.smtp.relay import Relay

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 30.0
LONGEST_TICK_SECONDS = 1.0


class Letters(Protocol):
    """Where letters come from and outcomes go; called on the event loop, so nothing here may wait."""

    def waiting(self) -> int:
        """How many letters could be taken now."""
        ...

    def take(self) -> Letter | None: ...

    def begin(self, letter: Letter) -> bool:
        """Asked after the server's 354, just before the first byte of the body; after yes the body leaves."""
        ...

    def settled(self, letter: Letter, outcome: Outcome) -> None: ...

    def connected(self) -> None:
        """A connection is ready for letters."""
        ...

    def troubled(self, trouble: str) -> None:
        """A connection failed before its first letter while no other one stands."""
        ...


class Pool:
    """Opens as many connections as there are letters for, up to the relay's limit, and keeps them."""

    def __init__(self, relay: Relay, letters: Letters, *, first_pause: float = FIRST_PAUSE_SECONDS) -> None:
        self._relay = relay
        self._letters = letters
        self._first_pause = first_pause
        self._lanes: set[asyncio.Task[None]] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._connections: set[Connection] = set()
        self._stopping = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    resting = False
    """A mail server never asks for a rest of all its connections; providers do."""

    async def run(self) -> None:
        """Nothing has to be looked after beside the connections."""

    @property
    def connections(self) -> int:
        return len(self._connections)

    def wake(self) -> None:
        """Letters have arrived: idle connections take them, and further ones are opened for the rest."""
        if self._stopping.is_set():
            return
        if self._watch is None:
            self._watch = asyncio.create_task(self._watch_deadlines())
        if not self._letters.waiting():
            return
        for connection in [one for one in self._connections if one.ready]:
            connection.feed()
        idle = sum(one.ready for one in self._connections)
        # The first connection shows whether the server and our settings fit; ten failures at once would say no more.
        most = self._relay.connections if any(one.greeted for one in self._connections) else 1
        wanted = min(self._letters.waiting() + len(self._lanes) - idle, most)
        for _ in range(wanted - len(self._lanes)):
            lane = asyncio.create_task(self._lane())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)

    async def drain(self, patience: float) -> None:
        """Begins no letter any more, lets those under way finish for `patience` seconds, then says goodbye."""
        self._stopping.set()
        self._part_with_the_idle()
        if self._lanes:
            await asyncio.wait(self._lanes, timeout=patience)
        for connection in list(self._connections):
            connection.give_up("we had to stop")
        for lane in list(self._lanes):
            lane.cancel()
        if self._lanes:
            await asyncio.wait(self._lanes)
        if self._watch is not None:
            self._watch.cancel()

    def _part_with_the_idle(self) -> None:
        for lane in self._opening:
            lane.cancel()
        for connection in list(self._connections):
            if connection.greeted:
                connection.say_goodbye()
            else:
                connection.give_up("we had to stop")

    # What connections ask (workers.smtp.connection.Owner).

    def next_letter(self, connection: Connection) -> Letter | None:
        if self._stopping.is_set():
            asyncio.get_running_loop().call_soon(connection.say_goodbye)
            return None
        if not connection.greeted:
            connection.greeted = True
            self._letters.connected()
            asyncio.get_running_loop().call_soon(self.wake)
        return self._letters.take()

    def begin(self, letter: Letter) -> bool:
        return self._letters.begin(letter)

    def settled(self, letter: Letter, outcome: Outcome) -> None:
        self._letters.settled(letter, outcome)

    async def _lane(self) -> None:
        """One place in the pool: a connection, and after its end another one while letters wait."""
        pause = self._first_pause
        while not self._stopping.is_set():
            trouble, fruitful = await self._use_connection()
            if trouble and not any(one.greeted for one in self._connections):
                self._letters.troubled(trouble)
            if fruitful:
                pause = self._first_pause
            else:
                await self._sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            if not self._letters.waiting():
                return

    async def _use_connection(self) -> tuple[str, bool]:
        """Opens one and stays until it ends: what was wrong with it, and whether it gave any final answer."""
        lane = asyncio.current_task()
        assert lane is not None
        self._opening.add(lane)
        try:
            connection = await open_connection(self._relay, self)
        except OSError as error:
            return f"{self._relay.address}: {explain(error)}", False
        finally:
            self._opening.discard(lane)
        self._connections.add(connection)
        try:
            return await connection.closed, connection.answers > 0
        finally:
            self._connections.discard(connection)

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _watch_deadlines(self) -> None:
        times = self._relay.timeouts
        shortest = min(times.connect, times.command, times.data, times.block, times.dot, times.goodbye)
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(min(shortest / 4, LONGEST_TICK_SECONDS))
            for connection in [one for one in self._connections if one.deadline < loop.time()]:
                connection.timed_out()
