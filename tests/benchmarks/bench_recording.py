"""What writing everything down costs: the same campaign with journal and ledger, and with neither, in turns.

Two houses stand side by side, each with its own database, workers and smtp-sink; only one works at a time.
    python -m tests.benchmarks.bench_recording [--db postgresql] [--letters 10000] [--pairs 5]
"""

from app.database.session import dispose
from app.startup import open_house
from tests.benchmarks.bench_campaign import Stage, fill, paragraphs_for_size, run_campaign, stage
from tests.benchmarks.measuring import Row
from tests.benchmarks.turns import run


def prepared(house: Stage, letters: int) -> int:
    """Enters a house, fills it, and warms it up; the letter's size in paragraphs."""
    enter(house)
    fill(house, letters)
    return paragraphs_for_size(house)


def enter(house: Stage) -> None:
    dispose()
    open_house(house.settings)


def rate_in(house: Stage, paragraphs: int, *, recorded: bool) -> float:
    enter(house)
    return run_campaign(house, paragraphs, recorded=recorded)[0]


def measure(kind: str, letters: int, pairs: int, *, workers: int, connections: int) -> list[Row]:
    on, off = [], []
    with (
        stage(kind, workers, connections) as kept,
        stage(kind, workers, connections, send="tests.benchmarks.unrecorded") as bare,
    ):
        paragraphs = prepared(kept, letters)
        prepared(bare, letters)
        rate_in(kept, paragraphs, recorded=True)
        rate_in(bare, paragraphs, recorded=False)
        for _ in range(pairs):
            off.append(rate_in(bare, paragraphs, recorded=False))
            on.append(rate_in(kept, paragraphs, recorded=True))
    ratios = tuple(100 * mine / theirs for mine, theirs in zip(on, off, strict=True))
    return [
        Row(f"nothing written down, {kind}", "letters/s", tuple(off)),
        Row(f"journal and ledger on, {kind}", "letters/s", tuple(on)),
        Row(f"on / off, {kind}", "%", ratios, must=85, aim=95, goal=7),
    ]


def main(arguments: list[str] | None = None) -> list[Row]:
    return run(arguments, __doc__, name="recording", letters=10_000, measure=measure)


if __name__ == "__main__":
    main()
