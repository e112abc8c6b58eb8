"""SIGSTOP of a horse with letters on the wire until its lease is over, then SIGCONT.

Whoever wakes may go on only if it can still renew: once a reaper has opened its chunk again, it must begin nothing.
"""

import signal
import time

from tests.chaos.house import Plan
from tests.chaos.on_the_wire import sender_on_the_wire
from tests.chaos.processes import is_alive, kill
from tests.chaos.report import Outcome, say
from tests.chaos.trial import Trial, spread, trial

LEASE_SECONDS = 6
SHORT_LEASES = {"CHAOS_LEASE_SECONDS": str(LEASE_SECONDS), "CHAOS_RENEW_SECONDS": "2"}
SECONDS_A_STOP = 11
PEOPLE_A_STOP = 200


def run_stops(kind: str, stops: int, seed: int) -> Outcome:
    people = PEOPLE_A_STOP * stops
    plan = spread(Plan(kind, environment=SHORT_LEASES), people, stops * SECONDS_A_STOP)
    done: list[bool] = []
    with trial(plan, people, seed) as one:
        one.wait_until_accepted(0.02)
        while len(done) < stops and one.wait_until(lambda: stop_one(one, done)):
            say(f"  stop {len(done)} of {stops}, {one.accepted} of {people} accepted")
        if len(done) < stops:
            one.complaints.append(f"only {len(done)} of {stops} stops landed before the campaign ended")
        one.wait_for_the_end()
        note = f"{sum(done)} of {len(done)} were ended by a reaper before they woke"
        return one.judge(f"SIGSTOP past the lease ({LEASE_SECONDS} s), seed {seed}", f"{len(done)} stops", note=note)


def stop_one(one: Trial, done: list[bool]) -> bool:
    """Stops a horse, and wakes it before or after a reaper may have ended it: the seed says how long past its lease."""
    found = sender_on_the_wire(one, one.house.hosts[0])
    if not found:
        return False
    member, journal = found
    horse = member.horses()[:1]
    if not horse or not kill(horse[0], signal.SIGSTOP):
        return False
    if not journal.open_marks():
        kill(horse[0], signal.SIGCONT)
        return False
    time.sleep(LEASE_SECONDS + one.rng.uniform(0.1, 4.0))
    done.append(not is_alive(horse[0]))
    kill(horse[0], signal.SIGCONT)
    return True
