"""The campaign of `bench_campaign` with a DKIM signature (RSA 2048) in each letter: goals 1 and 5.

python -m tests.benchmarks.bench_signed [--db postgresql] [--letters 40000] [--pairs 5]
"""

from tests.benchmarks.bench_campaign import Shape
from tests.benchmarks.bench_campaign import main as run
from tests.benchmarks.measuring import Row

SIGNED = Shape("signed", 1, 45, 60, signed=True)


def main(arguments: list[str] | None = None) -> list[Row]:
    return run(arguments, SIGNED)


if __name__ == "__main__":
    main()
