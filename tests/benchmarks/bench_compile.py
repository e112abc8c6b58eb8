"""What one letter costs: compiling it, reading it back, the first copy, and each copy after that.

python -m tests.benchmarks.bench_compile [--times 300]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from emails.content import Recipient
from emails.letter import CompiledLetter
from emails.mime.build import LetterHeaders, LetterWriter, compose
from emails.render import personalise
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from tests.benchmarks.measuring import Row, keep, table
from tests.emails.render.samples import AMARA, BRAND, LINKS, PLAN, client_article, words

WHEN = datetime(2027, 1, 6, 9, tzinfo=UTC)
HEADERS = LetterHeaders(
    "m1.abc@example.test", WHEN, "Clearer Days", "news@example.test", list_id="1.lists.example.test"
)


def measure(work: Callable[[int], object], times: int) -> list[float]:
    """Microseconds of CPU, one figure a call."""
    taken = []
    for number in range(times):
        start = time.process_time_ns()
        work(number)
        taken.append((time.process_time_ns() - start) / 1_000)
    return taken


def compile_and_render(number: int) -> object:
    """As for a new campaign: nothing of this letter is cached."""
    personalise.prepare.cache_clear()
    letter = compile_letter(client_article_once, BRAND, replace(PLAN, subject=f"Number {number}"))
    return render_letter(letter, AMARA, LINKS)


client_article_once = client_article()


def rows(times: int) -> list[Row]:
    plain = compile_letter(client_article_once, BRAND, PLAN)
    condition = "{% if field.city == 'Leeds' %}near{% elif field.city %}far{% else %}somewhere{% endif %}"
    choosing = compile_letter(
        replace(client_article_once, blocks=(*client_article_once.blocks, *words(condition).blocks)), BRAND, PLAN
    )
    document = plain.to_json()
    people = [Recipient(f"p{number}@example.test", f"P{number}", "Reader") for number in range(times * 10)]
    writers = [LetterWriter(letter, HEADERS) for letter in (plain, choosing)]

    def write(writer: LetterWriter) -> Callable[[int], object]:
        return lambda number: writer.write(people[number], LINKS, message_id=f"m{number}.x@example.test", date=WHEN)

    compiled = sorted(measure(compile_and_render, times))
    percentile = compiled[int(len(compiled) * 0.95)] / 1_000
    return [
        Row("compile + first render", "ms", tuple(value / 1_000 for value in compiled)),
        Row("compile + first render, 95th percentile", "ms", (percentile,), must=5, aim=2, goal=14, at_most=True),
        Row("read back from JSON", "us", tuple(measure(lambda _: CompiledLetter.from_json(document), times))),
        Row("write one copy", "us", tuple(measure(write(writers[0]), times * 10))),
        Row("write one copy, with conditions", "us", tuple(measure(write(writers[1]), times * 10))),
        Row(
            "compose, the simple form",
            "us",
            tuple(measure(lambda n: compose(plain, HEADERS, people[n], LINKS), times * 10)),
        ),
    ]


def test_compiling_and_writing_are_measured():
    measured = rows(100)
    print(f"\n{table(measured)}")
    assert all(statistics.median(row.values) > 0 for row in measured)


def main(arguments: list[str] | None = None) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    measured = rows(parser.parse_args(arguments).times)
    print(table(measured))
    print(f"kept in {keep('compile', measured)}")
    return measured


if __name__ == "__main__":
    main()
