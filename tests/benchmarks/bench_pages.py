"""The marketer's pages while a campaign of 100,000 letters leaves, with a million people stored: goal 15.

Each page is asked for as a browser does and read to its end, in turns, for as long as letters leave.
    python -m tests.benchmarks.bench_pages [--db postgresql] [--people 1000000] [--letters 100000]
"""

import argparse
import time

from sqlalchemy import select

from app.database.session import reading, transaction
from app.factory import create_app
from app.models import Campaign, MailingList, Sender
from app.services.audience import freeze_page
from tests.benchmarks.bench_campaign import Stage, all_done, prepared_campaign, stage
from tests.benchmarks.bench_report import Page, owner_of, p95
from tests.benchmarks.big_house import House, Size, fill
from tests.benchmarks.measuring import Row, keep, table
from workers.jobs.tallies import count_again
from workers.runtime import use_settings

PARAGRAPHS = 30
MUST_MS, AIM_MS = 300, 100


def pages_of(house: House, campaign_id: int) -> list[Page]:
    return [
        Page("the campaign that leaves", f"/campaigns/{campaign_id}"),
        Page("its people", f"/campaigns/{campaign_id}/people", part=True),
        Page("all campaigns", "/campaigns"),
        Page("delivery", "/delivery"),
        Page("first page", "/"),
        Page("people", "/people"),
        Page("people found by name", "/people?q=first99"),
        Page("a person", f"/people/{house.reader}"),
        Page("a list", f"/lists/{house.everybody}"),
        Page("all reports", "/reports"),
        Page("an earlier report", f"/campaigns/{house.campaign}"),
        Page("senders", "/settings/senders"),
    ]


def start(house: Stage) -> int:
    """A campaign to the list of the earlier ones, frozen as the worker does it; letters leave meanwhile."""
    with reading() as session:
        weekly = session.scalars(select(MailingList).where(MailingList.name == "Weekly")).one()
        earlier = session.scalars(select(Campaign).where(Campaign.brand_id == weekly.brand_id)).first()
        sender = session.scalars(select(Sender).order_by(Sender.id)).first()
        house.brand_id, house.list_id, house.sender_id = earlier.brand_id, weekly.id, sender.id
    campaign_id = prepared_campaign(house, PARAGRAPHS)
    more = True
    while more:
        with transaction() as session:
            more = freeze_page(session, campaign_id)
    return campaign_id


def measure(kind: str, size: Size, *, workers: int, connections: int) -> list[Row]:
    with stage(kind, workers, connections) as house:
        filled = fill(size)
        use_settings(house.settings)
        count_again()  # what ended days ago was counted since: the timetable, which does not run here, sees to that
        visitor = owner_of(create_app(house.settings))
        pages = pages_of(filled, 1)
        for page in pages[2:]:
            page.ask(visitor, None)
            page.walls.clear()
        campaign_id = start(house)
        pages[:2] = pages_of(filled, campaign_id)[:2]
        started = time.monotonic()
        while not all_done(campaign_id) and time.monotonic() - started < 120:
            for page in pages:
                page.ask(visitor, None)
    each = [Row(f"{page.name}, {kind}", "ms", tuple(1000 * wall for wall in page.walls)) for page in pages]
    walls = [1000 * wall for page in pages for wall in page.walls]
    label = f"pages while letters leave, 95th percentile of all, {kind}"
    return [*each, Row(label, "ms", (p95(walls),), must=MUST_MS, aim=AIM_MS, goal=15, at_most=True)]


def main(arguments: list[str] | None = None) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--letters", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=5, help="of each send process")
    given = parser.parse_args(arguments)
    size = Size(given.people, given.letters, earlier=2)
    rows = measure(given.db, size, workers=given.workers, connections=given.connections)
    print(table(rows))
    print("written to", keep(f"pages-{given.db}", rows))
    return rows


if __name__ == "__main__":
    main()
