"""The catalogue of faults: each name that `--faults` takes, what runs it, and on which databases."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos.campaign import leave_in_waves
from tests.chaos.clocks import run_clock_jumps
from tests.chaos.drains import run_drains
from tests.chaos.full_disk import run_full_disk
from tests.chaos.hosts import run_dead_host, run_late_host, run_lost_host, run_sleeping_host
from tests.chaos.kills import run_kills
from tests.chaos.latecomers import run_cancels, run_optouts, run_pauses
from tests.chaos.outages import (
    run_database_away,
    run_database_restarts,
    run_flushes,
    run_locked,
    run_queue_away,
)
from tests.chaos.report import Outcome
from tests.chaos.starts import run_starts
from tests.chaos.stops import run_stops
from tests.chaos.upgrades import run_upgrade

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)
AWAY_SECONDS = 60


@dataclass(frozen=True)
class Size:
    """What was asked for: people and kills of the kills, how often the other faults strike, and the seed of all."""

    people: int = 2_000
    kills: int = 20
    times: int = 10
    seed: int = 1


@dataclass(frozen=True)
class Fault:
    run: Callable[[str, Size], Outcome]
    kinds: tuple[str, ...] = BOTH


FAULTS = {
    "kills": Fault(lambda kind, size: run_kills(kind, size.people, size.kills, seed=size.seed)),
    "kills-in-waves": Fault(
        lambda kind, size: run_kills(kind, size.people, size.kills, seed=size.seed, leave=leave_in_waves)
    ),
    "stops": Fault(lambda kind, size: run_stops(kind, size.times, size.seed)),
    "flushes": Fault(lambda kind, size: run_flushes(kind, size.seed)),
    "queue-away": Fault(lambda kind, size: run_queue_away(kind, AWAY_SECONDS, size.seed)),
    "database-restarts": Fault(lambda kind, size: run_database_restarts(kind, size.seed), (POSTGRESQL,)),
    "database-away": Fault(lambda kind, size: run_database_away(kind, AWAY_SECONDS, size.seed), (POSTGRESQL,)),
    "locked": Fault(lambda kind, size: run_locked(kind, size.seed), (SQLITE,)),
    "full-disk": Fault(lambda kind, size: run_full_disk(kind, size.seed)),
    "clock-jumps": Fault(lambda kind, size: run_clock_jumps(kind, size.seed)),
    "starts": Fault(lambda kind, size: run_starts(kind, size.seed)),
    "dead-host": Fault(lambda kind, size: run_dead_host(kind, size.seed), (POSTGRESQL,)),
    "lost-host": Fault(lambda kind, size: run_lost_host(kind, size.seed), (POSTGRESQL,)),
    "late-host": Fault(lambda kind, size: run_late_host(kind, size.seed), (POSTGRESQL,)),
    "sleeping-host": Fault(lambda kind, size: run_sleeping_host(kind, size.seed), (POSTGRESQL,)),
    "drains": Fault(lambda kind, size: run_drains(kind, size.times, size.seed)),
    "upgrade": Fault(lambda kind, size: run_upgrade(kind, size.seed)),
    "opt-outs": Fault(lambda kind, size: run_optouts(kind, size.times * 10, size.seed)),
    "pauses": Fault(lambda kind, size: run_pauses(kind, size.times, size.seed)),
    "cancels": Fault(lambda kind, size: run_cancels(kind, size.times, size.seed)),
}
