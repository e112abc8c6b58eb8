"""Every benchmark, one after the other: `python -m tests.benchmarks [--quick]`."""

import argparse

from tests.benchmarks import (
    bench_campaign,
    bench_dry_render,
    bench_import,
    bench_recording,
    bench_report,
    bench_tracking,
)

SMALL_HOUSE = ["--people", "20000", "--letters", "6000", "--earlier", "3", "--times", "3"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer letters and pairs: a look, not a figure to quote")
    given = parser.parse_args()
    size = ["--letters", "2000", "--pairs", "2"] if given.quick else []
    for kind in ("sqlite", "postgresql"):
        bench_campaign.main(["--db", kind, *size])
        bench_recording.main(["--db", kind, *size])
        bench_import.main(["--db", kind, *(["--rows", "20000", "--pairs", "1"] if given.quick else [])])
        bench_dry_render.main(["--db", kind, *(["--people", "5000", "--times", "1"] if given.quick else [])])
        bench_report.main(["--db", kind, *(SMALL_HOUSE if given.quick else [])])
    bench_tracking.main(["--pairs", "2", "--seconds", "1"] if given.quick else [])


if __name__ == "__main__":
    main()
