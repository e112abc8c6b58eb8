"""Every benchmark, one after the other: `python -m tests.benchmarks [--quick] [--only signed,plain]`."""

import argparse
from collections.abc import Callable, Sequence

from tests.benchmarks import (
    bench_campaign,
    bench_compile,
    bench_conditions,
    bench_delivery,
    bench_distance,
    bench_dry_render,
    bench_freeze,
    bench_import,
    bench_memory,
    bench_pages,
    bench_plain,
    bench_polite,
    bench_recording,
    bench_report,
    bench_segments,
    bench_signed,
    bench_tracking,
)
from tests.benchmarks.goals import goal_table, read_peer, write_results
from tests.benchmarks.measuring import Row

FEW = ["--letters", "2000", "--pairs", "2"]
Main = Callable[[list[str]], Sequence[object] | None]

# name: its main, and what `--quick` says to it
ON_BOTH_DATABASES: dict[str, tuple[Main, list[str]]] = {
    "signed": (bench_signed.main, FEW),
    "campaign": (bench_campaign.main, FEW),
    "conditions": (bench_conditions.main, FEW),
    "distance": (bench_distance.main, FEW),
    "plain": (bench_plain.main, FEW),
    "recording": (bench_recording.main, FEW),
    "memory": (bench_memory.main, ["--letters", "2000", "10000"]),
    "freeze": (bench_freeze.main, ["--people", "50000", "--times", "2"]),
    "import": (bench_import.main, ["--rows", "20000", "--pairs", "1"]),
    "dry_render": (bench_dry_render.main, ["--people", "5000", "--times", "1"]),
    "report": (bench_report.main, ["--people", "20000", "--letters", "6000", "--earlier", "3", "--times", "3"]),
    "segments": (bench_segments.main, ["--people", "20000", "--times", "2"]),
    "pages": (bench_pages.main, ["--people", "20000", "--letters", "6000"]),
    "delivery": (bench_delivery.main, ["--letters", "20000", "--times", "3"]),
    "polite": (bench_polite.main, ["--letters", "1000", "--pairs", "2"]),
}
ALONE: dict[str, tuple[Main, list[str]]] = {
    "compile": (bench_compile.main, ["--times", "100"]),
    "tracking": (bench_tracking.main, ["--pairs", "2", "--seconds", "1"]),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer letters and pairs: a look, not a figure to quote")
    parser.add_argument("--only", default="", help=f"some of {','.join((*ON_BOTH_DATABASES, *ALONE))}")
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="both")
    given = parser.parse_args()
    wanted = set(given.only.split(",")) if given.only else {*ON_BOTH_DATABASES, *ALONE}
    measured: list[object] = []
    for name, (run, quick) in ON_BOTH_DATABASES.items():
        for kind in ("postgresql", "sqlite"):
            if name in wanted and given.db in {kind, "both"}:
                print(f"\n{name}, {kind}")
                measured += run(["--db", kind, *(quick if given.quick else [])]) or []
    for name, (run, quick) in ALONE.items():
        if name in wanted:
            print(f"\n{name}")
            measured += run(quick if given.quick else []) or []
    rows = [one for one in measured if isinstance(one, Row)]
    print(f"\n{goal_table(rows, read_peer())}")
    print("written to", write_results(rows))


if __name__ == "__main__":
    main()
