"""Hands over a few letters that lie ready, and says what became of each: for notices, which have no chunks.

At least once: a begin mark alone proves nothing, so that only replies are worth replaying.
"""

import asyncio
from collections import deque
from collections.abc import Sequence

from workers.sending.carriers import Carrier, open_pool
from workers.sending.journal import Journal
from workers.smtp.actions import Letter
from workers.smtp.outcome import Deferred, Outcome, Refused, Sent, Untouched

LONGEST_SECONDS = 120.0
DRAIN_SECONDS = 5.0
TROUBLES = 3
NO_FENCE = 0


class Handful:
    """Letters in memory (workers.smtp.pool.Letters)."""

    def __init__(self, letters: Sequence[Letter], journal: Journal) -> None:
        self._left = deque(letters)
        self._count = len(letters)
        self._journal = journal
        self._troubles = 0
        self._trouble = ""
        self._over = asyncio.Event()
        self.outcomes: dict[int, Outcome] = {}

    def waiting(self) -> int:
        return len(self._left)

    def take(self) -> Letter | None:
        return self._left.popleft() if self._left else None

    def begin(self, letter: Letter) -> bool:
        return self._journal.begin(letter.number, NO_FENCE)

    def settled(self, letter: Letter, outcome: Outcome) -> None:
        if isinstance(outcome, Sent | Refused | Deferred) and outcome.code is not None:
            self._journal.reply(letter.number, NO_FENCE, outcome)
        self.outcomes[letter.number] = outcome
        if len(self.outcomes) == self._count:
            self._over.set()

    def connected(self) -> None:
        self._troubles = 0

    def troubled(self, trouble: str) -> None:
        self._troubles += 1
        self._trouble = trouble
        if self._troubles >= TROUBLES:
            self._over.set()

    async def hand_over(self, carrier: Carrier) -> None:
        pool = open_pool(carrier, self)
        pool.wake()
        try:
            await asyncio.wait_for(self._over.wait(), LONGEST_SECONDS)
        except TimeoutError:
            self._trouble = self._trouble or "no answer in time"
        await pool.drain(DRAIN_SECONDS)
        for letter in self._left:
            self.outcomes[letter.number] = Untouched(reply=self._trouble)


def hand_over(carrier: Carrier, letters: Sequence[Letter], journal: Journal) -> dict[int, Outcome]:
    """The outcome of every letter, by its number; one that could not even begin is Untouched, with the reason."""

    async def begin() -> dict[int, Outcome]:
        handful = Handful(letters, journal)
        await handful.hand_over(carrier)
        return handful.outcomes

    return asyncio.run(begin())
