"""The catalogue of faults: each name that `--faults` takes, what runs it, and on which databases."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos.kills import run_kills
from tests.chaos.report import Outcome

BOTH = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Size:
    """What was asked for: people and kills of the kills, and the seed of all."""

    people: int = 2_000
    kills: int = 20
    seed: int = 1


@dataclass(frozen=True)
class Fault:
    run: Callable[[str, Size], Outcome]
    kinds: tuple[str, ...] = BOTH


FAULTS = {
    "kills": Fault(lambda kind, size: run_kills(kind, size.people, size.kills, size.seed)),
}
