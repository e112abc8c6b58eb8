"""kill -9 of horses, parents, schedulers, the general worker, or everything at once, spread over a whole campaign.

A kill counts only where a begin mark was open just before the signal, and for a horse still is when it is dead.
"""

import signal
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.campaign import leave_now
from tests.chaos.house import Host, Member, Plan
from tests.chaos.on_the_wire import journal_of, wait_for_open
from tests.chaos.processes import kill, wait_until_gone
from tests.chaos.report import Outcome, say
from tests.chaos.sink import milliseconds
from tests.chaos.trial import Trial, spread, trial

VICTIMS = {"horse": 50, "parent": 15, "scheduler": 10, "general": 10, "all": 15}
LONGEST_RESUME_SECONDS = 35
SECONDS_A_KILL = 4.0


@dataclass
class Kill:
    """One that counted: when, whose letters were on the wire, and under which names its victims held chunks."""

    victim: str
    at_ms: float
    open_ids: set[int]
    owners: list[str] = field(default_factory=list)


def run_kills(
    kind: str,
    people: int,
    kills: int,
    *,
    seed: int,
    take_out: str = "",
    senders: int = 3,
    leave: Callable[[int], None] = leave_now,
) -> Outcome:
    plan = spread(Plan(kind, take_out=take_out, senders=senders), people, kills * SECONDS_A_KILL)
    done: list[Kill] = []
    with trial(plan, people, seed, leave) as one:
        for place in range(kills):
            share = 0.02 + 0.93 * (place + one.rng.random()) / kills
            landed = land(one) if one.wait_until_accepted(share) else None
            if not landed:
                one.complaints.append(f"only {len(done)} of {kills} kills landed before the campaign ended")
                break
            done.append(landed)
            say(f"  kill {len(done)} of {kills}: {landed.victim}, {one.accepted} of {people} accepted")
        one.wait_for_the_end()
        figures = judge_kills(one, done)
        return one.judge(f"kill -9, seed {seed}", f"{len(done)} kills", **figures)


def land(one: Trial) -> Kill | None:
    """A kill that counts, of a victim that the seed chooses; None when the campaign ended first."""
    victim = one.rng.choices(list(VICTIMS), list(VICTIMS.values()))[0]
    host = one.rng.choice(one.house.hosts)
    tried: list[Kill] = []

    def attempt() -> bool:
        landed = strike(one, host, victim)
        if landed:
            tried.append(landed)
        return bool(tried)

    return tried[0] if one.wait_until(attempt) else None


def strike(one: Trial, host: Host, victim: str) -> Kill | None:
    """Kills if somebody has a begin mark open right now; None if nobody has, or if the mark was closed in time."""
    senders = [member for member in host.of("send") if member.alive and journal_of(one, member)]
    one.rng.shuffle(senders)
    whose = senders[:1] if victim in {"horse", "parent"} else senders
    journals = [journal for member in whose if (journal := journal_of(one, member))]
    if not wait_for_open(journals):
        return None
    at = milliseconds()
    signal_to(host, victim, whose)
    open_ids: set[int] = set()
    if victim in {"horse", "all"}:
        open_ids = {number for journal in journals for number in journal.open_marks()}
        if not open_ids:
            return None
    owners = [journal.owner for journal in journals] if victim in {"horse", "parent", "all"} else []
    return Kill(victim, at, open_ids, owners)


def signal_to(host: Host, victim: str, senders: list[Member]) -> None:
    """Returns when the victim is dead."""
    if victim == "horse":
        pids = senders[0].horses()
    elif victim == "parent":
        pids = [senders[0].pid]
    elif victim == "all":
        pids = [pid for member in host.members if member.alive for pid in (member.pid, *member.horses())]
    else:
        role = "schedule" if victim == "scheduler" else victim
        pids = [member.pid for member in host.of(role) if member.alive]
    for pid in pids:
        kill(pid, signal.SIGKILL)
    for pid in pids:
        wait_until_gone(pid)


def judge_kills(one: Trial, kills: list[Kill]) -> dict[str, float]:
    """The longest wait until the victims' chunks could be leased again; no more letters open than connections."""
    longest = 0.0
    for number, done in enumerate(kills, start=1):
        seconds = resumed_after(one, done)
        longest = max(longest, seconds)
        if seconds > LONGEST_RESUME_SECONDS:
            one.complaints.append(f"after kill {number} ({done.victim}) it took {seconds:.1f} s to go on")
    for done in kills:
        most = one.house.plan.connections * (one.house.plan.senders if done.victim == "all" else 1)
        if len(done.open_ids) > most:
            one.complaints.append(f"{len(done.open_ids)} letters were open at a kill, with {most} connections")
    return {"resume": longest}


def resumed_after(one: Trial, done: Kill) -> float:
    """Seconds until the victims held no chunk any more and a letter was accepted again; 0 where none was left."""
    next_letter = min((letter.dot_ms for letter in one.log.accepted if letter.dot_ms > done.at_ms), default=done.at_ms)
    released = [watcher.leased_until.get(owner, 0) for watcher in one.watchers for owner in done.owners]
    return (max(next_letter, *released, done.at_ms) - done.at_ms) / 1000
