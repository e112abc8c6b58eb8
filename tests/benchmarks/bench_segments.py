"""Counting a segment of two conditions on own fields among a million people: goal 13.

python -m tests.benchmarks.bench_segments [--db postgresql] [--people 1000000] [--times 5]
"""

import argparse
import time

from sqlalchemy import text

from app.database.session import engine, reading, transaction
from app.queries.segment_rules import read_rule
from app.queries.segments import count_people
from tests.benchmarks.big_house import Sql, people, settle, stamp
from tests.benchmarks.empty_house import empty_house
from tests.benchmarks.measuring import Row, keep, table
from tests.factories.mailing_lists import make_list
from tests.factories.segments import all_of, asks

RULES = {
    "two own fields": all_of(asks("field:town", "is", "Lyon"), asks("field:points", "above", "40")),
    "two usual fields": all_of(asks("language", "is", "en"), asks("first_name", "begins", "First99")),
    "a list and an own field": all_of(asks("list", "is", 1), asks("field:town", "is", "Lyon")),
}


def fill(count: int) -> None:
    sql = Sql(engine().dialect.name)
    town = "CASE WHEN id % 4 = 0 THEN 'Lyon' WHEN id % 4 = 1 THEN 'Oslo' ELSE 'Rome' END"
    fields = f"""'{{"town": "' || {town} || '", "points": "' || (id % 97) || '"}}'"""
    with transaction() as session:
        everybody, other = make_list(session, name="Everybody"), make_list(session, name="Other")
        for statement in people(sql, everybody.id, other.id):
            session.execute(text(statement), {"people": count, "letters": 0, "began": stamp(500)})
        session.execute(text(f"UPDATE subscriber SET fields = {sql.json(fields)}"))
    settle(sql)


def count(rule: dict[str, object], of: int) -> float:
    """Milliseconds a million."""
    started = time.perf_counter()
    with reading() as session:
        found = count_people(session, read_rule(rule))
    if not 0 < found < of:
        raise SystemExit(f"{found} of {of} people fit")
    return (time.perf_counter() - started) * 1e3 * 1e6 / of


def measure(kind: str, people_stored: int, times: int) -> list[Row]:
    with empty_house(kind):
        fill(people_stored)
        taken = {rule: [] for rule in RULES}
        for _ in range(times):
            for rule, asked in RULES.items():
                taken[rule].append(count(asked, people_stored))
    label = f"counting a segment, {kind}, {{}} (measured with {people_stored:,})"
    first, *others = (
        Row(label.format(rule), "ms/million", tuple(values), must=1000, aim=200, at_most=True)
        for rule, values in taken.items()
    )
    return [Row(first.name, first.unit, first.values, first.must, first.aim, goal=13, at_most=True), *others]


def main(arguments: list[str] | None = None) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args(arguments)
    rows = measure(given.db, given.people, given.times)
    print(table(rows))
    print("written to", keep(f"segments-{given.db}", rows))
    return rows


if __name__ == "__main__":
    main()
