"""One campaign to a million people, from the freeze to the last letter, with everything looked at meanwhile.

Books that balance at the end, memory of each sending process at tenths of the way, pages asked for while letters leave,
and listing, searching and counting afterwards.
    python -m tests.benchmarks.bench_million [--db postgresql] [--people 1000000] [--unsigned]
"""

import argparse
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from app.database.session import reading, transaction
from app.factory import create_app
from app.models import Campaign, MailingList, Sender
from app.queries.books import Books, books_of
from app.queries.segment_rules import read_rule
from app.queries.segments import count_people
from app.services.audience import freeze_page
from app.services.signing_keys import make_key, start_signing
from tests.benchmarks.bench_campaign import PATIENCE_SECONDS, Stage, all_done, paragraphs_for_size, stage
from tests.benchmarks.bench_campaign import prepared_campaign as prepared
from tests.benchmarks.bench_pages import pages_of
from tests.benchmarks.bench_report import Page, owner_of, p95
from tests.benchmarks.bench_signed import SIGNED
from tests.benchmarks.big_house import House, Size, fill
from tests.benchmarks.measuring import Row, keep, table
from tests.factories.segments import all_of, asks
from workers.jobs.tallies import count_again
from workers.runtime import use_settings

WORKERS, CONNECTIONS = 2, 25
TENTHS = 10
PAUSE_SECONDS = 1.0
SLOWEST_A_SECOND = 100
"""A run below this rate is given up."""

_HELD = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)


@dataclass
class Way:
    """What was seen on the way: MiB of sending processes by tenth, and seconds of each page."""

    letters: int
    held: defaultdict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    def look(self, house: Stage, sent: int) -> None:
        tenth = min(TENTHS - 1, TENTHS * sent // self.letters)
        for worker in house.workers[:-1]:
            self.held[tenth].extend(memory_of_children(worker.pid))


def memory_of_children(parent: int) -> Iterator[float]:
    for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split():
        try:
            found = _HELD.search(Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
        except (FileNotFoundError, ProcessLookupError):
            continue
        if found:
            yield int(found[1]) / 1024


def choose_everybody(house: Stage, filled: House) -> None:
    with transaction() as session:
        everybody = session.get_one(MailingList, filled.everybody)
        sender = session.scalars(select(Sender).where(Sender.brand_id == everybody.brand_id)).first()
        house.brand_id, house.list_id, house.sender_id = everybody.brand_id, everybody.id, sender.id
        if house.shape.signed:
            domain = sender.email.rpartition("@")[2]
            make_key(session, domain)
            start_signing(session, domain)


def freeze(campaign_id: int) -> float:
    """Seconds."""
    started = time.perf_counter()
    more = True
    while more:
        with transaction() as session:
            more = freeze_page(session, campaign_id)
    return time.perf_counter() - started


def books(campaign_id: int, *, at_a_glance: bool = False) -> Books:
    with reading() as session:
        return books_of(session, campaign_id, at_a_glance=at_a_glance)


def watch(house: Stage, campaign_id: int, pages: list[Page], visitor: object) -> tuple[Way, float]:
    """Until the last chunk is done: one round of pages, one look at memory, a breath."""
    way = Way(books(campaign_id, at_a_glance=True).messages)
    started = time.monotonic()
    most = PATIENCE_SECONDS + way.letters / SLOWEST_A_SECOND
    while not all_done(campaign_id):
        if time.monotonic() - started > most:
            raise SystemExit(f"the campaign did not end within {most:.0f} s: {books(campaign_id).to_json()}")
        for page in pages:
            page.ask(visitor, None)
        way.look(house, books(campaign_id, at_a_glance=True).sent)
        time.sleep(PAUSE_SECONDS)
    return way, time.monotonic() - started


def end_of(campaign_id: int) -> Books:
    """The books once the campaign has ended; stops where they do not balance or a letter is missing."""
    closing = time.monotonic() + PATIENCE_SECONDS
    while True:
        with reading() as session:
            ended = session.get_one(Campaign, campaign_id).ended_at is not None
        if ended:
            break
        if time.monotonic() > closing:
            raise SystemExit("the campaign was not finished")
        time.sleep(1)
    found = books(campaign_id)
    if not found.balanced or found.sent != found.messages:
        raise SystemExit(f"the books at the end: {found.to_json()}")
    print(found.to_json())
    return found


def afterwards(visitor: object, filled: House, campaign_id: int) -> Iterator[Row]:
    looked = [
        Page("people of the campaign", f"/campaigns/{campaign_id}/people", part=True),
        Page("people of the campaign, found", f"/campaigns/{campaign_id}/people?q=first99", part=True),
        Page("the report", f"/campaigns/{campaign_id}"),
        Page("people", "/people"),
        Page("people, found", "/people?q=first99"),
        Page("the list", f"/lists/{filled.everybody}"),
    ]
    for page in looked:
        for _ in range(5):
            page.ask(visitor, None)
        yield Row(f"afterwards: {page.name}", "ms", tuple(1000 * wall for wall in page.walls))
    rule = read_rule(all_of(asks("got_campaign", "is", campaign_id), asks("last_name", "is", "Last7")))
    walls = []
    for _ in range(3):
        started = time.perf_counter()
        with reading() as session:
            count_people(session, rule)
        walls.append(1000 * (time.perf_counter() - started))
    yield Row("afterwards: counting a segment of who got it", "ms", tuple(walls))


def measure(kind: str, people: int, *, signed: bool) -> list[Row]:
    with stage(kind, WORKERS, CONNECTIONS) as house:
        if signed:
            house.shape = SIGNED
        filled = fill(Size(people, people // 10, earlier=1))
        use_settings(house.settings)
        count_again()  # what ended days ago was counted since: the timetable, which does not run here, sees to that
        choose_everybody(house, filled)
        visitor = owner_of(create_app(house.settings))
        campaign_id = prepared(house, paragraphs_for_size(house))
        frozen = freeze(campaign_id)
        pages = pages_of(filled, campaign_id)
        way, seconds = watch(house, campaign_id, pages, visitor)
        letters = end_of(campaign_id).messages
        walls = [1000 * wall for page in pages for wall in page.walls]
        rows = [
            Row(f"a million, {kind}: letters accepted", "letters", (letters,)),
            Row(f"a million, {kind}: freezing", "s", (frozen,)),
            Row(f"a million, {kind}: rate", "letters/s", (letters / seconds,)),
            Row(f"pages meanwhile, 95th percentile, {kind}", "ms", (p95(walls),), must=300, aim=100, at_most=True),
            *(Row(f"{page.name} meanwhile", "ms", tuple(1000 * wall for wall in page.walls)) for page in pages),
            *(
                Row(f"memory of a sending process, tenth {tenth + 1}", "MiB", tuple(held))
                for tenth, held in sorted(way.held.items())
            ),
            *afterwards(visitor, filled, campaign_id),
        ]
        ends = [statistics.median(way.held[tenth]) for tenth in (min(way.held), max(way.held))]
        growth = Row(
            f"memory at the end / at the beginning, {kind}", "%", (100 * ends[1] / ends[0],), must=110, at_most=True
        )
        return [*rows, growth]


def main(arguments: list[str] | None = None) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--unsigned", action="store_true")
    given = parser.parse_args(arguments)
    rows = measure(given.db, given.people, signed=not given.unsigned)
    print(table(rows))
    print("written to", keep(f"million-{given.db}", rows))
    return rows


if __name__ == "__main__":
    main()
