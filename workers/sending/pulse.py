"""Today's truth, read every 400 ms off the event loop: may the campaign go on, is a chunk still ours, who may not go.

No news is a no: what is not allowed by a fresh answer does not begin.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from sqlalchemy.exc import DBAPIError

from app.services.truth import Stretch, Truth
from workers.sending.chunk import FRESH_SECONDS
from workers.sending.host import since_boot

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.4


class Pulse:
    """`allows` only while the newest answer was yes and its question began at most 750 ms ago.

    `about_to_go` names the rows of the next question; `on_answer` gets each answer, what was asked about, and when.
    """

    def __init__(
        self,
        executor: Executor,
        ask: Callable[[Sequence[Stretch]], Truth],
        about_to_go: Callable[[], Sequence[Stretch]],
        on_answer: Callable[[Truth, Sequence[Stretch], float], None],
    ) -> None:
        self._executor = executor
        self._ask = ask
        self._about_to_go = about_to_go
        self._on_answer = on_answer
        self._asked_at = float("-inf")
        self._epoch: int | None = None
        self.answered = False

    @property
    def epoch(self) -> int | None:
        """The campaign's as of the newest answer; None while it is not sending."""
        return self._epoch

    @property
    def allows(self) -> bool:
        return self._epoch is not None and since_boot() - self._asked_at <= FRESH_SECONDS

    async def run(self) -> None:
        while True:
            begun = since_boot()
            await self.beat()
            await asyncio.sleep(max(0.0, begun + BEAT_SECONDS - since_boot()))

    async def beat(self) -> None:
        """Asks once; a database that is away is no answer."""
        asked_at = since_boot()
        rows = self._about_to_go()
        try:
            truth = await asyncio.get_running_loop().run_in_executor(self._executor, self._ask, rows)
        except DBAPIError as error:
            log.warning("the database does not answer whether to go on (%s)", error.orig)
            return
        self._epoch, self._asked_at, self.answered = truth.epoch, asked_at, True
        self._on_answer(truth, rows, asked_at)
