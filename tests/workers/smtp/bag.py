"""Letters in memory for a pool, and one hand-over of them: the other side of `workers.smtp.pool.Letters`."""

import asyncio
from collections import deque

from workers.smtp.actions import Letter
from workers.smtp.outcome import Outcome, Untouched
from workers.smtp.pool import Pool
from workers.smtp.relay import Relay

BODY = b"Subject: hello\r\n\r\nHi\r\n"


class Bag:
    """Letters in memory: the other side of `Letters`."""

    def __init__(self, count: int, body: bytes = BODY) -> None:
        self.left = deque(
            Letter(number, f"b{number}@news.test", f"p{number}@example.test", body) for number in range(count)
        )
        self.count = count
        self.outcomes: dict[int, Outcome] = {}
        self.troubles: list[str] = []
        self.ready = 0
        self.allowed = True

    def waiting(self) -> int:
        return len(self.left)

    def take(self) -> Letter | None:
        return self.left.popleft() if self.left else None

    def begin(self, letter: Letter) -> bool:
        return self.allowed

    def settled(self, letter: Letter, outcome: Outcome) -> None:
        assert letter.number not in self.outcomes
        if self.allowed and isinstance(outcome, Untouched) and outcome.code is None:
            self.left.appendleft(letter)
            return
        self.outcomes[letter.number] = outcome

    def connected(self) -> None:
        self.ready += 1

    def troubled(self, trouble: str) -> None:
        self.troubles.append(trouble)


async def start_hand_over(relay: Relay, bag: Bag, *, until=None, drain: float = 2) -> None:
    """Ends when `until` says so: by itself, when every letter has its outcome."""
    over = until or (lambda: len(bag.outcomes) == bag.count)
    pool = Pool(relay, bag, first_pause=0.02)
    pool.wake()
    async with asyncio.timeout(60):
        while not over():  # noqa: ASYNC110  tests ask the fake, which lives in another thread
            await asyncio.sleep(0.005)
    await pool.drain(drain)
    assert pool.connections == 0


def hand_over(relay: Relay, bag: Bag, *, until=None, drain: float = 2) -> Bag:
    asyncio.run(start_hand_over(relay, bag, until=until, drain=drain))
    return bag
