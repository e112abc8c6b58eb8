"""Takes queue and database away while letters leave: flushed, gone for a minute, restarted hard, locked by others."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.house import Plan
from tests.chaos.report import Outcome, say
from tests.chaos.sink import milliseconds
from tests.chaos.trial import Trial, spread, trial

PEOPLE = 3_000
BETWEEN_FLUSHES_SECONDS = 5
GREEDY_SECONDS = 20
RESTARTS = 5


def run_flushes(kind: str, seed: int) -> Outcome:
    with trial(spread(Plan(kind), PEOPLE, 60), PEOPLE, seed) as one:
        flushes = 0
        while one.wait_until_accepted(0.0) and not one.ended:
            one.house.queue.flush()
            flushes += 1
            time.sleep(BETWEEN_FLUSHES_SECONDS)
        one.wait_for_the_end()
        return one.judge("FLUSHALL every 5 s", f"{flushes} flushes")


def run_queue_away(kind: str, seconds: int, seed: int) -> Outcome:
    """Letters leave while the queue is away, as long as a run lasts; rings come back with it."""
    with trial(spread(Plan(kind), PEOPLE, seconds * 1.5), PEOPLE, seed) as one:
        one.wait_until_accepted(0.2)
        one.house.queue.crash()
        time.sleep(seconds)
        one.house.queue.start_again()
        back = milliseconds()
        one.wait_for_the_end()
        return one.judge(f"Redis away {seconds} s", "1 outage", resume=first_after(one, back))


def run_database_away(kind: str, seconds: int, seed: int) -> Outcome:
    with trial(spread(Plan(kind), PEOPLE, 30), PEOPLE, seed) as one:
        one.wait_until_accepted(0.3)
        back = take_away(one, seconds)
        one.wait_for_the_end()
        return one.judge(f"database away {seconds} s", "1 outage", resume=first_after(one, back))


def run_database_restarts(kind: str, seed: int) -> Outcome:
    """Immediate shutdowns: what was not committed is gone, and every connection with it."""
    with trial(spread(Plan(kind), PEOPLE, 60), PEOPLE, seed) as one:
        backs = []
        for place in range(RESTARTS):
            if one.wait_until_accepted((place + one.rng.random()) / (RESTARTS + 1)):
                backs.append(take_away(one, 0))
                say(f"  restart {len(backs)} of {RESTARTS}, {one.accepted} of {PEOPLE} accepted")
        if len(backs) < RESTARTS:
            one.complaints.append(f"only {len(backs)} of {RESTARTS} restarts before the campaign ended")
        one.wait_for_the_end()
        resume = max(first_after(one, back) for back in backs)
        return one.judge("database restarted hard", f"{len(backs)} restarts", resume=resume)


def take_away(one: Trial, seconds: float) -> float:
    """When it was back."""
    one.house.database.crash()
    time.sleep(seconds)
    one.house.database.start_again()
    return milliseconds()


def first_after(one: Trial, moment_ms: float) -> float:
    """Seconds until the next letter was accepted; 0 if none was left to go."""
    first = min((one.dot_ms for one in one.log.accepted if one.dot_ms > moment_ms), default=moment_ms)
    return (first - moment_ms) / 1000


def run_locked(kind: str, seed: int) -> Outcome:
    """Bulk writers: one that never lets go, during which nothing can leave; one that holds long; one with manners."""
    with trial(spread(Plan(kind), PEOPLE, 30), PEOPLE, seed) as one:
        one.wait_until_accepted(0.1)
        with writing(one.house.database.file, Writes(0.08, 0.0)) as greedy:
            time.sleep(GREEDY_SECONDS)
        back = milliseconds()
        one.wait_until_accepted(0.4)
        with writing(one.house.database.file, Writes(5.0, 2.0)) as long:
            one.wait_until_accepted(0.6)
        with writing(one.house.database.file, Writes(0.08, 0.08)) as polite:
            one.wait_until_accepted(0.95)
        one.wait_for_the_end()
        steps = f"{len(greedy) + len(polite)} of 80 ms, {len(long)} of 5 s"
        return one.judge("SQLite locked by bulk writers", steps, resume=first_after(one, back))


@dataclass(frozen=True)
class Writes:
    """How long each write transaction is held, and the pause after it, in seconds."""

    held: float
    pause: float


@contextmanager
def writing(file: Path, writes: Writes) -> Iterator[list[float]]:
    """Write transactions one after the other in the background; what is handed out grows with each."""
    done: list[float] = []
    over = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(file, timeout=60, isolation_level=None)) as connection:
            while not over.wait(writes.pause):
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("UPDATE subscriber SET last_name = last_name WHERE id % 10 = 0")
                time.sleep(writes.held)
                connection.execute("COMMIT")
                done.append(writes.held)

    writer = threading.Thread(target=write, name="bulk writer", daemon=True)
    writer.start()
    try:
        yield done
    finally:
        over.set()
        writer.join()
