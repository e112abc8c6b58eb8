"""Freezing a million people into message rows, exclusions and chunks, page by page as the worker does it: goal 9.

python -m tests.benchmarks.bench_freeze [--db postgresql] [--people 1000000] [--times 3]
"""

import argparse
import time

from sqlalchemy import func, select, text

from app.database.session import engine, reading, transaction
from app.models import Exclusion, MailingList, Message
from app.services.audience import freeze_page
from tests.benchmarks.big_house import Sql, people, settle, stamp
from tests.benchmarks.empty_house import empty_house
from tests.benchmarks.measuring import Row, keep, table
from tests.factories.campaigns import make_preparing
from tests.factories.mailing_lists import make_list

MUST = {"sqlite": (10, 4), "postgresql": (15, 8)}
"""Seconds for a million."""


def fill(count: int) -> int:
    """The list with everybody; one in twenty has left it, and a few are suppressed."""
    sql = Sql(engine().dialect.name)
    with transaction() as session:
        everybody, other = make_list(session, name="Everybody"), make_list(session, name="Other")
        values = {"people": count, "letters": 0, "began": stamp(500)}
        for statement in people(sql, everybody.id, other.id):
            session.execute(text(statement), values)
        list_id = everybody.id
    settle(sql)
    return list_id


def freeze(list_id: int, count: int) -> float:
    """Seconds; every person is in the books afterwards."""
    with transaction() as session:
        campaign = make_preparing(session, session.get_one(MailingList, list_id))
        campaign_id = campaign.id
    started = time.perf_counter()
    more = True
    while more:
        with transaction(parents_read=True) as session:
            more = freeze_page(session, campaign_id)
    seconds = time.perf_counter() - started
    with reading() as session:
        booked = sum(
            session.scalar(select(func.count()).select_from(kind).where(kind.campaign_id == campaign_id))
            for kind in (Message, Exclusion)
        )
    if booked != count:
        raise SystemExit(f"{booked} of {count} people are in the books")
    return seconds


def measure(kind: str, count: int, times: int) -> list[Row]:
    with empty_house(kind):
        list_id = fill(count)
        taken = tuple(freeze(list_id, count) * 1e6 / count for _ in range(times))
    must, aim = MUST[kind]
    label = f"freezing people, {kind} (measured with {count:,})"
    return [Row(label, "s/million", taken, must=must, aim=aim, goal=9, at_most=True)]


def main(arguments: list[str] | None = None) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args(arguments)
    rows = measure(given.db, given.people, given.times)
    print(table(rows))
    print("written to", keep(f"freeze-{given.db}", rows))
    return rows


if __name__ == "__main__":
    main()
