"""SIGTERM under load: letters on the wire are finished and nothing is unknown."""

import signal
import time

from tests.chaos.house import Member, Plan
from tests.chaos.on_the_wire import sender_on_the_wire
from tests.chaos.processes import kill, wait_until_gone
from tests.chaos.report import Outcome, say
from tests.chaos.trial import Trial, spread, trial

PEOPLE_A_DRAIN = 200
SECONDS_A_DRAIN = 8
LONGEST_EXIT_SECONDS = 30


def run_drains(kind: str, drains: int, seed: int) -> Outcome:
    people = PEOPLE_A_DRAIN * drains
    with trial(spread(Plan(kind), people, SECONDS_A_DRAIN * drains), people, seed) as one:
        longest, done = 0.0, 0
        for place in range(drains):
            if one.wait_until_accepted((place + 0.5) / (drains + 1)):
                longest = max(longest, drain_one(one))
                done += 1
                say(f"  drain {done} of {drains}, {one.accepted} of {people} accepted")
        if done < drains:
            one.complaints.append(f"only {done} of {drains} drains before the campaign ended")
        one.wait_for_the_end()
        return judge(one, "SIGTERM under load", f"{done} drains", longest)


def drain_one(one: Trial) -> float:
    """Asks a parent or its horse to leave while a letter is on the wire; seconds until the horse was gone."""
    found = None
    while not found and not one.ended:
        found = sender_on_the_wire(one, one.house.hosts[0])
    if not found:
        return 0.0
    member, _ = found
    horses = member.horses()
    asked = one.rng.choice([member.pid, *horses])
    started = time.monotonic()
    kill(asked, signal.SIGTERM)
    for pid in {asked, *horses}:
        if not wait_until_gone(pid):
            one.complaints.append("a process did not leave when it was asked to")
    return time.monotonic() - started


def leave_all(one: Trial, members: list[Member]) -> float:
    started = time.monotonic()
    pids = [pid for member in members for pid in (member.pid, *member.horses())]
    for member in members:
        kill(member.pid, signal.SIGTERM)
    for pid in pids:
        if not wait_until_gone(pid):
            one.complaints.append("a process did not leave when it was asked to")
    return time.monotonic() - started


def judge(one: Trial, fault: str, steps: str, longest: float) -> Outcome:
    outcome = one.judge(fault, steps, note=f"gone after {longest:.1f} s at most")
    if outcome.unknown:
        outcome.complaints.append("after a drain no letter may be unknown")
    if longest > LONGEST_EXIT_SECONDS:
        outcome.complaints.append(f"leaving took {longest:.0f} s")
    return outcome
