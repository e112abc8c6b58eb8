"""A signed campaign over connections of 20 ms round trip, against smtp-source over as many: goal 4.

python -m tests.benchmarks.bench_distance [--db postgresql] [--letters 4000] [--pairs 5] [--connections 10]
"""

import argparse

from tests.benchmarks.bench_campaign import fill, paragraphs_for_size, run_campaign, run_source, stage
from tests.benchmarks.bench_signed import SIGNED
from tests.benchmarks.measuring import Row, keep, table

DISTANCE_MS = 20


def measure(kind: str, letters: int, pairs: int, *, workers: int, connections: int) -> list[Row]:
    sources, ours, ratios = [], [], []
    with stage(kind, workers, connections, distance_ms=DISTANCE_MS) as house:
        house.shape = SIGNED
        fill(house, letters)
        paragraphs = paragraphs_for_size(house)
        run_campaign(house, paragraphs)
        for _ in range(pairs):
            sources.append(run_source(house.port, letters, connections=workers * connections))
            ours.append(run_campaign(house, paragraphs)[0])
            ratios.append(ours[-1] / sources[-1])
    together = workers * connections
    label = f"campaign, signed, {DISTANCE_MS} ms away, {together} connections, {kind}"
    return [
        Row(f"smtp-source, {DISTANCE_MS} ms away, {together} connections", "letters/s", tuple(sources)),
        Row(label, "letters/s", tuple(ours)),
        Row(f"{label} / smtp-source", "times", tuple(ratios), must=3.0, aim=3.6, goal=4),
    ]


def main(arguments: list[str] | None = None) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--letters", type=int, default=4_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=10, help="of each send process")
    given = parser.parse_args(arguments)
    rows = measure(given.db, given.letters, given.pairs, workers=given.workers, connections=given.connections)
    print(table(rows))
    print("written to", keep(f"distance-{given.db}", rows))
    return rows


if __name__ == "__main__":
    main()
