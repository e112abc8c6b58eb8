"""SIGSTOP of a horse with letters on the wire until its lease is over, then SIGCONT: it must begin nothing any more."""

import signal
import time
from dataclasses import dataclass

from tests.chaos.house import Plan
from tests.chaos.journals import Journal
from tests.chaos.on_the_wire import sender_on_the_wire
from tests.chaos.processes import kill
from tests.chaos.report import Outcome, say
from tests.chaos.sink import milliseconds
from tests.chaos.trial import Trial, spread, trial

LEASE_SECONDS = 6
SHORT_LEASES = {"CHAOS_LEASE_SECONDS": str(LEASE_SECONDS), "CHAOS_RENEW_SECONDS": "2"}
SECONDS_A_STOP = 11
PEOPLE_A_STOP = 200


@dataclass(frozen=True)
class Stop:
    """A horse that was stopped, and the moment its lease was over at the latest."""

    journal: Journal
    over_ms: float


def run_stops(kind: str, stops: int, seed: int) -> Outcome:
    people = PEOPLE_A_STOP * stops
    plan = spread(Plan(kind, environment=SHORT_LEASES), people, stops * SECONDS_A_STOP)
    done: list[Stop] = []
    with trial(plan, people, seed) as one:
        one.wait_until_accepted(0.02)
        while len(done) < stops and one.wait_until(lambda: stop_one(one, done)):
            say(f"  stop {len(done)} of {stops}, {one.accepted} of {people} accepted")
        if len(done) < stops:
            one.complaints.append(f"only {len(done)} of {stops} stops landed before the campaign ended")
        one.wait_for_the_end()
        late = sum(begun_after(stop) for stop in done)
        if late:
            one.complaints.append(f"{late} letters were begun by stopped processes after the end of their lease")
        return one.judge(f"SIGSTOP past the lease ({LEASE_SECONDS} s here), seed {seed}", f"{len(done)} stops")


def stop_one(one: Trial, done: list[Stop]) -> bool:
    """Stops a horse, and wakes it before or after a reaper may have ended it: the seed says how long past its lease."""
    found = sender_on_the_wire(one, one.house.hosts[0])
    if not found:
        return False
    member, journal = found
    horse = member.horses()[:1]
    if not horse or not kill(horse[0], signal.SIGSTOP):
        return False
    stopped = milliseconds()
    if not journal.open_marks():
        kill(horse[0], signal.SIGCONT)
        return False
    time.sleep(LEASE_SECONDS + one.rng.uniform(0.1, 4.0))
    kill(horse[0], signal.SIGCONT)
    done.append(Stop(journal, stopped + LEASE_SECONDS * 1000))
    return True


def begun_after(stop: Stop) -> int:
    """Begins that were not taken back at once: a process that slept between mark and byte writes N and hangs up."""
    stop.journal.open_marks()
    return sum(begin.ms > stop.over_ms and begin.end != "N" for begin in stop.journal.begins)
