"""The command of a benchmark that measures campaigns in turns with something else: its options, its table, its file."""

import argparse
from typing import Protocol

from tests.benchmarks.measuring import Row, keep, table


class Measure(Protocol):
    def __call__(self, kind: str, letters: int, pairs: int, *, workers: int, connections: int) -> list[Row]: ...


def run(
    arguments: list[str] | None, description: str | None, *, name: str, letters: int, measure: Measure
) -> list[Row]:
    """Measures as the options say, prints the table and keeps it as `name` with the kind of database."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--letters", type=int, default=letters)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=5, help="of each send process")
    given = parser.parse_args(arguments)
    rows = measure(given.db, given.letters, given.pairs, workers=given.workers, connections=given.connections)
    print(table(rows))
    print("written to", keep(f"{name}-{given.db}", rows))
    return rows
