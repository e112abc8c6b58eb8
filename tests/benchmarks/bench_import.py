"""Bringing in a CSV file, against the database's own loader into the same unique table; and how flat memory stays.

Ours reads, checks and hashes each address, looks for it among all who are here and all who are suppressed, and writes
two rows: the person (three indexes) and the subscription (two indexes, two foreign keys), whose import number is the
proof. The loader writes one row with one index. "Ready-made" are the same two rows, written by the same statements but
neither read nor compared: what the tables alone cost, and the most that an import can reach. Each in turns, into fresh
databases; ours in a process of its own, so that its memory is its own.
    python -m tests.benchmarks.bench_import [--rows 200000] [--pairs 3] [--db sqlite]
"""

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from operator import attrgetter
from pathlib import Path

from app.clock import now
from app.config import load_settings
from app.database.engine import make_engine
from app.database.import_rows import Order, PageRow
from app.database.imports import statements_for
from app.database.migrate import migrate
from app.database.session import dispose, engine, has_one_writer, transaction
from app.models import Existing
from app.services import imports
from app.services.import_ahead import ReadAhead
from app.services.import_pages import PAGE_ROWS, take_next_page
from app.startup import open_house
from app.tokens import suppression_hashes
from tests.benchmarks.measuring import Row, keep, table
from tests.factories.mailing_lists import make_list
from tests.servers.postgresql import start_postgresql

SECRET = "a secret for benchmarks, long enough to be accepted"
BARE = "CREATE TABLE bare (id {serial} PRIMARY KEY, email varchar(320) NOT NULL UNIQUE, first varchar, last varchar)"
GOALS = {"sqlite": (45, 60), "postgresql": (35, 50)}


def write_people(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("email,first_name,last_name\n")
        for number in range(rows):
            file.write(f"{key_of(number)},First{number % 1000},Last{number % 5000}\n")


def key_of(number: int) -> str:
    """Addresses in no order, as they are in life."""
    mixed = number * 2_654_435_761 % 4_294_967_296
    return f"reader{mixed:010}@example{number % 97}.test"


def bring_in(address: str, file: Path, folder: Path) -> tuple[float, int, int]:
    """Seconds of a first import, peak memory in MiB, and rows that were created."""
    settings = load_settings(data=folder, database_url=address, given_secret=SECRET)
    open_house(settings)
    with file.open("rb") as source:
        received = imports.receive(source, file.name, settings.imports)
    with transaction() as session:
        readers = make_list(session)
        batch = imports.create_import(session, received, user_id=None).id
        imports.choose_lists(session, batch, [readers.id], basis="Made for the benchmark", existing=Existing.FILL)
        imports.start(session, batch)
    began, more = time.perf_counter(), True
    with ReadAhead() as thread:
        ahead = None if has_one_writer() else thread
        while more:
            with transaction() as session:
                more = take_next_page(session, batch, settings.imports, ahead=ahead)
    seconds = time.perf_counter() - began
    with transaction() as session:
        created = imports.get_import(session, batch).report["created"]
    return seconds, peak_mebibytes(), created


def write_ready(address: str, rows: int, folder: Path) -> float:
    """Seconds in which the same people are written and nothing else is done, in pages as large."""
    open_house(load_settings(data=folder, database_url=address, given_secret=SECRET))
    with transaction() as session:
        order = Order([make_list(session).id], overwrite=False, import_id=1, basis="Made", user_id=None)
    seconds = 0.0
    for first in range(0, rows, PAGE_ROWS):
        page = ready_page(range(first, min(rows, first + PAGE_ROWS)))
        began = time.perf_counter()
        with transaction() as session:
            statements_for(session).bring_in(session, page, order, moment=now())
        seconds += time.perf_counter() - began
    engine().dispose()
    dispose()
    return seconds


def ready_page(numbers: range) -> list[PageRow]:
    keys = [key_of(number) for number in numbers]
    hashes, domains = suppression_hashes(keys), [key.partition("@")[2] for key in keys]
    rows = zip(numbers, keys, hashes, domains, strict=True)
    people = [
        PageRow(number, key, key, one, domain, f"First{number % 1000}", f"Last{number % 5000}", "", "{}", None)
        for number, key, one, domain in rows
    ]
    return sorted(people, key=attrgetter("email_key"))


def peak_mebibytes() -> int:
    """Of this process alone: what `getrusage` tells begins with that of the process it was started by."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def in_a_process(address: str, file: Path, folder: Path) -> tuple[float, int]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_import", "--one", address, str(file), str(folder)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(out[0]), int(out[1])


def load_bare(address: str, file: Path, folder: Path) -> float:
    """Seconds in which the database's own loader fills a table with a unique address."""
    if address.startswith("sqlite"):
        bare = folder / "bare.db"
        if shutil.which("sqlite3"):
            script = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;\n"
            script += "CREATE TABLE bare (email varchar(320) NOT NULL UNIQUE, first varchar, last varchar);\n"
            script += f".import --csv --skip 1 {file} bare\n"
            began = time.perf_counter()
            subprocess.run(["sqlite3", str(bare)], input=script, text=True, check=True, capture_output=True)
            return time.perf_counter() - began
        return load_with_executemany(bare, file)
    bare_engine = make_engine(address)
    with bare_engine.begin() as connection:
        connection.exec_driver_sql(BARE.format(serial="bigserial"))
        began = time.perf_counter()
        cursor = connection.connection.cursor()
        with cursor.copy("COPY bare (email, first, last) FROM STDIN CSV HEADER") as lines, file.open("rb") as source:
            while block := source.read(65536):
                lines.write(block)
    seconds = time.perf_counter() - began
    bare_engine.dispose()
    return seconds


def load_with_executemany(bare: Path, file: Path) -> float:
    """Where the machine has no sqlite3 command: the same table by the quickest way from Python."""
    import csv  # noqa: PLC0415
    import sqlite3  # noqa: PLC0415

    connection = sqlite3.connect(bare, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(BARE.format(serial="integer"))
    with file.open(encoding="utf-8", newline="") as source:
        rows = csv.reader(source)
        next(rows)
        began = time.perf_counter()
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO bare (email, first, last) VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - began
    connection.close()
    return seconds


def fresh(kind: str, server: object, folder: Path) -> str:
    if kind == "sqlite":
        address = f"sqlite:///{folder / 'house.db'}"
    else:
        server.run("DROP DATABASE IF EXISTS bench")
        server.run("CREATE DATABASE bench")
        address = server.address("bench")
    made = make_engine(address)
    migrate(made)
    made.dispose()
    return address


def clear_away(kind: str, folder: Path) -> None:
    if kind == "sqlite":
        for path in folder.glob("house.db*"):
            path.unlink()


def measure(kind: str, rows: int, pairs: int) -> list[Row]:
    server = start_postgresql() if kind == "postgresql" else None
    ours, theirs, ready, memory = [], [], [], []
    try:
        for _ in range(pairs):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                file = folder / "people.csv"
                write_people(file, rows)
                address = fresh(kind, server, folder)
                theirs.append(rows / load_bare(address, file, folder))
                ready.append(rows / write_ready(address, rows, folder))
                clear_away(kind, folder)
                address = fresh(kind, server, folder)
                seconds, peak = in_a_process(address, file, folder)
                ours.append(rows / seconds)
                memory.append(float(peak))
    finally:
        if server is not None:
            server.stop()
    must, aim = GOALS[kind]
    ratios, ceiling = (
        tuple(100 * mine / other for mine, other in zip(values, theirs, strict=True)) for values in (ours, ready)
    )
    return [
        Row(f"the loader, one unique table, {kind}", "rows/s", tuple(theirs)),
        Row(f"an import with its proofs, {kind}", "rows/s", tuple(ours)),
        Row(f"the same rows ready-made, {kind}", "rows/s", tuple(ready)),
        Row(f"import / loader, {kind}", "%", ratios, must=must, aim=aim, goal=10),
        Row(f"ready-made / loader, {kind}", "%", ceiling),
        Row(f"peak memory of an import, {kind}", "MiB", tuple(memory), must=150, aim=100, goal=11, at_most=True),
    ]


def main(arguments: list[str] | None = None) -> list[Row]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.one:
        address, file, folder = given.one
        print(*bring_in(address, Path(file), Path(folder)))
        engine().dispose()
        dispose()
        return []
    rows = measure(given.db, given.rows, given.pairs)
    print(table(rows))
    print("written to", keep(f"import-{given.db}", rows))
    return rows


if __name__ == "__main__":
    main()
