"""The signed campaign of `bench_signed` with conditions in its paragraphs, decided for each person: goal 3.

python -m tests.benchmarks.bench_conditions [--db postgresql] [--letters 40000] [--pairs 5]
"""

from tests.benchmarks.bench_campaign import Shape
from tests.benchmarks.bench_campaign import main as run
from tests.benchmarks.measuring import Row

CONDITIONAL = Shape("conditions", 3, 38, 50, signed=True, conditions=True)


def main(arguments: list[str] | None = None) -> list[Row]:
    return run(arguments, CONDITIONAL)


if __name__ == "__main__":
    main()
