"""`python -m tests.chaos [--kills N] [--db KIND] [--seed N] [--people N] [--faults all]`: prints the table.

Ends with 1 when a letter was lost or doubled, when anything else was found wrong, or when a fault could not be run.
"""

import argparse
import sys
import time
from pathlib import Path

from tests.chaos.faults import FAULTS, Size
from tests.chaos.report import Outcome, say, table

PEOPLE_A_KILL = 100


def run(names: list[str], kinds: list[str], size: Size) -> list[Outcome]:
    """Every fault on every database it is meant for."""
    outcomes = []
    for kind in kinds:
        for name in names:
            fault = FAULTS[name]
            if kind not in fault.kinds:
                continue
            say(f"{name} on {kind}")
            started = time.monotonic()
            outcomes.append(fault.run(kind, size))
            say(f"  {outcomes[-1].verdict} after {time.monotonic() - started:.0f} s")
            for words in outcomes[-1].complaints:
                say(f"  {words}")
    return outcomes


def chosen(given: str) -> list[str]:
    names = list(FAULTS) if given == "all" else [name for name in given.split(",") if name]
    unknown = [name for name in names if name not in FAULTS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such fault: {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    return names


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql", "pgbouncer", "both"), default="both")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--times", type=int, default=10, help="how often stops, drains, pauses and their like strike")
    parser.add_argument("--people", type=int, default=0, help=f"as many as {PEOPLE_A_KILL} a kill, if not said")
    parser.add_argument("--seed", type=int, default=1, help="decides victims and moments")
    parser.add_argument("--faults", type=chosen, default=["kills"], help=f"all, or some of {','.join(FAULTS)}")
    parser.add_argument("--out", type=Path, help="a file to write the table to as well")
    given = parser.parse_args(arguments)
    kinds = ["sqlite", "postgresql"] if given.db == "both" else [given.db]
    people = given.people or PEOPLE_A_KILL * given.kills
    size = Size(people=people, kills=given.kills, times=given.times, seed=given.seed)
    outcomes = run(given.faults, kinds, size)
    printed = table(outcomes)
    print(printed)
    if given.out:
        given.out.write_text(f"{printed}\n", encoding="utf-8")
    return 0 if all(one.clean for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
