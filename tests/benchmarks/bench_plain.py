"""A signed campaign against as many processes that send the plain way (EmailMessage, dkimpy, smtplib): goal 6.

python -m tests.benchmarks.bench_plain [--db postgresql] [--letters 6000] [--pairs 5]
"""

import subprocess
import sys

from tests.benchmarks.bench_campaign import LETTER_BYTES, fill, paragraphs_for_size, run_campaign, stage
from tests.benchmarks.bench_signed import SIGNED
from tests.benchmarks.measuring import Row
from tests.benchmarks.turns import run
from tests.servers.lifetime import die_with_parent

PLAIN_LETTERS = 200


def run_plain(port: int, processes: int) -> float:
    """Letters a second of all processes together; each counts from its first letter on."""
    command = [sys.executable, "-m", "tests.benchmarks.plain_way", str(port), str(PLAIN_LETTERS), str(LETTER_BYTES)]
    started = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
        for _ in range(processes)
    ]
    return sum(float(one.communicate()[0]) for one in started)


def measure(kind: str, letters: int, pairs: int, *, workers: int, connections: int) -> list[Row]:
    plain, ours, ratios = [], [], []
    with stage(kind, workers, connections) as house:
        house.shape = SIGNED
        fill(house, letters)
        paragraphs = paragraphs_for_size(house)
        run_campaign(house, paragraphs)
        for _ in range(pairs):
            plain.append(run_plain(house.port, workers))
            ours.append(run_campaign(house, paragraphs)[0])
            ratios.append(ours[-1] / plain[-1])
    label = f"campaign, signed, {kind}"
    return [
        Row(f"EmailMessage + dkimpy + smtplib, {workers} processes", "letters/s", tuple(plain)),
        Row(label, "letters/s", tuple(ours)),
        Row(f"{label} / the plain way", "times", tuple(ratios), must=12, aim=17, goal=6),
    ]


def main(arguments: list[str] | None = None) -> list[Row]:
    return run(arguments, __doc__, name="plain", letters=6_000, measure=measure)


if __name__ == "__main__":
    main()
