"""Whether the campaign may be sent right now: read every 400 ms, off the event loop. No news is a no."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor

from sqlalchemy.exc import DBAPIError

from app.errors import NotFound

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.4
FRESH_SECONDS = 0.75


class Pulse:
    """`allows` only while the newest answer was yes and its question began at most 750 ms ago."""

    def __init__(self, executor: Executor, ask: Callable[[], bool], on_answer: Callable[[], None]) -> None:
        self._executor = executor
        self._ask = ask
        self._on_answer = on_answer
        self._loop = asyncio.get_running_loop()
        self._asked_at = float("-inf")
        self._answer = False
        self.stopped = False

    @property
    def allows(self) -> bool:
        return self._answer and self._loop.time() - self._asked_at <= FRESH_SECONDS

    async def run(self) -> None:
        while True:
            await self.beat()
            await asyncio.sleep(max(0.0, self._asked_at + BEAT_SECONDS - self._loop.time()))

    async def beat(self) -> None:
        """Asks once. `stopped` is an answer: the campaign is not sending, or gone; a database away is none."""
        asked_at = self._loop.time()
        try:
            answer = await self._loop.run_in_executor(self._executor, self._ask)
        except NotFound:
            answer = False
        except DBAPIError as error:
            log.warning("the database does not answer whether to go on (%s)", error.orig)
            await asyncio.sleep(BEAT_SECONDS)
            return
        self._answer, self._asked_at = answer, asked_at
        self.stopped = not answer
        self._on_answer()
