"""The marketer's pages that read events, with a million people and eleven campaigns of 300,000 letters.

Each page is asked for as a browser does and read to its end, all of them in turns, after the job that counts has run.
CPU is that of the web process and of every process of PostgreSQL.
    python -m tests.benchmarks.bench_report [--db sqlite] [--people 1000000] [--letters 300000] [--times 12]
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.config import load_settings
from app.database.engine import make_engine
from app.database.migrate import migrate
from app.database.session import dispose, transaction
from app.factory import create_app
from app.models import Role, User
from app.startup import open_house
from tests.app.pages.visitor import Visitor
from tests.benchmarks.big_house import House, Size, fill
from tests.benchmarks.measuring import TICKS, Row, keep
from tests.servers.postgresql import start_postgresql
from workers.jobs.tallies import count_again
from workers.runtime import use_settings

SECRET = "a secret for benchmarks, long enough to be accepted"
MUST_MS = 300
CSV_LINES = 1000
"""A file of everybody is written as it is read; its figure is for so many of its lines."""


@dataclass
class Page:
    """One address, and what asking for it took: seconds by the clock, seconds of CPU, bytes."""

    name: str
    address: str
    part: bool = False
    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)
    size: int = 0

    def ask(self, visitor: Visitor, server: int | None) -> None:
        cpu, began = cpu_of(server), time.perf_counter()
        answer = visitor.part(self.address) if self.part else visitor.get(self.address)
        self.size = len(answer.data)
        self.walls.append(time.perf_counter() - began)
        self.cpus.append(cpu_of(server) - cpu)
        if answer.status_code != 200:
            raise RuntimeError(f"{self.address} answered {answer.status_code}")
        if self.address.endswith("people.csv"):
            lines = max(1, answer.data.count(b"\n") / CSV_LINES)
            self.walls[-1], self.cpus[-1] = self.walls[-1] / lines, self.cpus[-1] / lines


def cpu_of(server: int | None) -> float:
    """Seconds that this process and PostgreSQL's have worked."""
    return time.process_time() + (sum(ticks(one) for one in family(server)) / TICKS if server else 0)


def family(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return [parent, *map(int, children)]


def ticks(pid: int) -> int:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(stat[11]) + int(stat[12]) + int(stat[13]) + int(stat[14]) if pid else 0


def pages_of(house: House) -> list[Page]:
    campaign = f"/campaigns/{house.campaign}"
    return [
        Page("report", campaign),
        Page("report, the click map", f"{campaign}/report/letter"),
        Page("who opened", f"{campaign}/report/people?did=opened"),
        Page("who opened, page 200", f"{campaign}/report/people?did=opened&page=200"),
        Page("who clicked", f"{campaign}/report/people?did=clicked"),
        Page("who followed a link", f"{campaign}/report/people?did=clicked&link=3"),
        Page("by list and domain", f"{campaign}/report/groups"),
        Page("figures as CSV", f"{campaign}/report/figures.csv"),
        Page("links as CSV", f"{campaign}/report/links.csv"),
        Page("people as CSV, 1,000 lines", f"{campaign}/report/people.csv"),
        Page("people who were refused", f"{campaign}/people?status=refused", part=True),
        Page("people found by name", f"{campaign}/people?q=first99", part=True),
        Page("a person by the address", f"{campaign}/people?q={house.address}", part=True),
        Page("one letter's story", f"{campaign}/people/{house.reader}"),
        Page("all reports", "/reports"),
        Page("first page", "/"),
        Page("list report, months", f"/lists/{house.everybody}/report"),
        Page("list report, weeks", f"/lists/{house.everybody}/report?by=week"),
        Page("a person's page", f"/people/{house.reader}"),
    ]


@contextmanager
def filled(kind: str, size: Size) -> Iterator[tuple[House, Visitor, int | None]]:
    """A house of this size, the owner at its screens, and PostgreSQL's process."""
    server = start_postgresql() if kind == "postgresql" else None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            if server is not None:
                server.run("CREATE DATABASE bench")
            address = server.address("bench") if server else f"sqlite:///{folder / 'house.db'}"
            made = make_engine(address)
            migrate(made)
            made.dispose()
            settings = load_settings(data=folder, database_url=address, given_secret=SECRET)
            open_house(settings)
            house = fill(size)
            use_settings(settings)
            count_again()
            yield house, owner_of(create_app(settings)), server.process.pid if server else None
        finally:
            dispose()
            if server is not None:
                server.stop()


def owner_of(app: object) -> Visitor:
    with transaction() as session:
        user = User(email="owner@example.test", email_key="owner@example.test", role=Role.OWNER, name="Owner")
        session.add(user)
    return Visitor(app, user)


def measure(kind: str, size: Size, times: int) -> list[Page]:
    with filled(kind, size) as (house, visitor, server):
        return asked(pages_of(house), visitor, server, times)


def asked(pages: list[Page], visitor: Visitor, server: int | None, times: int) -> list[Page]:
    """Each page once unmeasured, so that plans and templates are at hand, then in turns; a file of everybody twice."""
    for turn in range(times + 1):
        for page in pages:
            if turn < 3 or not page.address.endswith("people.csv"):
                page.ask(visitor, server)
    for page in pages:
        page.walls, page.cpus = page.walls[1:], page.cpus[1:]
    return pages


def p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def as_table(pages: Sequence[Page]) -> str:
    lines = [f"{'':28}  {'p50 ms':>7} {'p95 ms':>7} {'CPU ms':>7} {'kB':>7}  must {MUST_MS} ms at p95"]
    for page in pages:
        middle, high, cpu = (1000 * one for one in (statistics.median(page.walls), p95(page.walls), mean(page.cpus)))
        met = "" if high <= MUST_MS else "NOT MET" if cpu > MUST_MS else "by the clock not met"
        lines.append(f"{page.name:28}  {middle:7.1f} {high:7.1f} {cpu:7.1f} {page.size / 1000:7.1f}  {met}".rstrip())
    return "\n".join(lines)


def mean(values: Sequence[float]) -> float:
    return statistics.fmean(values)


def as_rows(pages: Sequence[Page]) -> list[Row]:
    told = [(page, tuple(round(1000 * one, 1) for one in page.walls)) for page in pages]
    cpus = [(page, tuple(round(1000 * one, 1) for one in page.cpus)) for page in pages]
    return [Row(f"{page.name}, clock", "ms", values) for page, values in told] + [
        Row(f"{page.name}, CPU", "ms", values) for page, values in cpus
    ]


def main(arguments: list[str] | None = None) -> list[Page]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--people", type=int, default=Size.people)
    parser.add_argument("--letters", type=int, default=Size.letters)
    parser.add_argument("--earlier", type=int, default=Size.earlier)
    parser.add_argument("--times", type=int, default=12)
    given = parser.parse_args(arguments)
    pages = measure(given.db, Size(given.people, given.letters, given.earlier), given.times)
    print(f"{given.db}: {given.people:,} people, {given.earlier + 1} campaigns of {given.letters:,} letters")
    print(as_table(pages))
    print("written to", keep(f"report-{given.db}", as_rows(pages)))
    return pages


if __name__ == "__main__":
    main()
