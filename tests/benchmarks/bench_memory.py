"""The most memory that a sending process ever holds, at 50 connections, for a small campaign and a large one: goal 8.

python -m tests.benchmarks.bench_memory [--db postgresql] [--letters 10000 100000] (1000000 for the goal's own size)
"""

import argparse
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.bench_campaign import Stage, fill, paragraphs_for_size, run_campaign, stage
from tests.benchmarks.bench_signed import SIGNED
from tests.benchmarks.measuring import Row, keep, table

LOOK_SECONDS = 0.05
WORKERS = 2
CONNECTIONS = 25
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


class Watch:
    """Reads, many times a second, the most that each process under the send workers has held so far."""

    def __init__(self, house: Stage) -> None:
        self.parents = [worker.pid for worker in house.workers[:-1]]
        self.peaks: dict[int, float] = {}
        self.over = threading.Event()

    def look(self) -> None:
        while not self.over.wait(LOOK_SECONDS):
            for parent in self.parents:
                for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split():
                    self.note(int(pid))

    def note(self, pid: int) -> None:
        try:
            found = _PEAK.search(Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
        except (FileNotFoundError, ProcessLookupError):
            return
        if found:
            self.peaks[pid] = int(found[1]) / 1024


@contextmanager
def watched(house: Stage) -> Iterator[Watch]:
    watch = Watch(house)
    thread = threading.Thread(target=watch.look)
    thread.start()
    try:
        yield watch
    finally:
        watch.over.set()
        thread.join()


def measure(kind: str, sizes: list[int]) -> list[Row]:
    rows = []
    for letters in sizes:
        with stage(kind, WORKERS, CONNECTIONS) as house:
            house.shape = SIGNED
            fill(house, letters)
            paragraphs = paragraphs_for_size(house)
            with watched(house) as watch:
                run_campaign(house, paragraphs)
        label = f"memory of a sending process, {letters:,} letters, {kind}"
        rows.append(Row(label, "MiB", tuple(watch.peaks.values()), must=150, aim=100, goal=8, at_most=True))
    return rows


def main(arguments: list[str] | None = None) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--letters", type=int, nargs="+", default=[10_000, 100_000])
    given = parser.parse_args(arguments)
    rows = measure(given.db, given.letters)
    print(table(rows))
    print("written to", keep(f"memory-{given.db}", rows))
    return rows


if __name__ == "__main__":
    main()
