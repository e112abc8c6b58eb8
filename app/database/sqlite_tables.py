"""Whole tables out of an SQLite file and into a new one. The twin of `postgresql_tables.py`, for backups only."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, make_url

from app.database.engine import make_engine
from app.database.table_text import NULL, Kind, Shape, read_line
from app.errors import Refused

ROWS_AT_ONCE = 2000
BESIDE = ("", "-wal", "-shm", "-journal")
CACHE_KIB = 256 * 1024


class DatabaseDamaged(Refused):
    pass


@contextmanager
def snapshot(engine: Engine, scratch: Path) -> Iterator[Callable[[Shape], Iterator[bytes]]]:
    """Reads tables, all as of one moment, from a checked copy in `scratch`; writers go on meanwhile.

    Raises:
        DatabaseDamaged: the copy does not pass SQLite's own check.
    """
    with closing(sqlite3.connect(scratch / "copy.db")) as copy:
        with closing(sqlite3.connect(str(engine.url.database))) as live:
            # In one step: between steps, every write of another process would start it anew.
            live.backup(copy, pages=-1)
        (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise DatabaseDamaged(
                f"The database {engine.url.database} is damaged ({verdict}), so no backup was made of it. "
                "Keep it and your last backups, and look at the disk."
            )

        def read(shape: Shape) -> Iterator[bytes]:
            found = copy.execute(f'SELECT {line_of(shape)} FROM "{shape.table}"')  # noqa: S608  names of our tables
            while rows := found.fetchmany(ROWS_AT_ONCE):
                yield "".join(row[0] for row in rows).encode()

        yield read


def line_of(shape: Shape) -> str:
    """SQL for one row's whole line: much faster than joining cells in Python."""
    return " || char(9) || ".join(cell_of(name, kind) for name, kind in shape.columns.items()) + " || char(10)"


def cell_of(name: str, kind: Kind) -> str:
    column = f'"{name}"'
    if kind is Kind.TIME:
        text = f"{column} || '+00'"
    elif kind is Kind.REAL:
        text = f"CASE WHEN {column} IS NOT NULL THEN printf('%!.17g', {column}) END"
    elif kind is Kind.INTEGER:
        text = column
    else:
        text = rf"replace({column}, '\', '\\')"
        for code, mark in ((9, "t"), (10, "n"), (13, "r")):
            text = rf"replace({text}, char({code}), '\{mark}')"
    return f"coalesce({text}, '{NULL}')"


class Building:
    """A new database file beside the one in use; nobody sees it before it moves in."""

    def __init__(self, address: str) -> None:
        self.home = Path(str(make_url(address).database)).absolute()
        self.path = self.home.with_name(f"{self.home.name}.restoring")
        self.engine = make_engine(f"sqlite:///{self.path}")

    def load(self, shape: Shape, parts: Iterable[bytes]) -> int:
        """Replaces a table's rows by those of `parts`, each of whole lines; returns how many there are."""
        self.engine.dispose()
        table, places = f'"{shape.table}"', ", ".join("?" * len(shape.columns))
        with closing(sqlite3.connect(self.path)) as connection, connection:
            # A crash meanwhile costs nothing: the file is made anew. References are checked once, at the end.
            for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KIB}"):
                connection.execute(f"PRAGMA {pragma}")
            connection.execute(f"DELETE FROM {table}")  # noqa: S608  names of our tables
            insert = f"INSERT INTO {table} ({shape.quoted_columns}) VALUES ({places})"  # noqa: S608  the same
            before = connection.total_changes
            for part in parts:
                connection.executemany(insert, rows_of(shape, part))
            return connection.total_changes - before

    def finish(self) -> None:
        """Raises DatabaseDamaged where a row refers to one that is not there."""
        with closing(sqlite3.connect(self.path)) as connection:
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken:
            raise DatabaseDamaged(
                f"A row of {broken[0]} refers to one of {broken[2]} that is not in the backup. Nothing was changed."
            )

    def move_in(self, aside: str) -> str | None:
        """Puts the new file in the place of the old, which is kept; returns where, or None where there was none."""
        self.engine.dispose()
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())
        kept = self.home.with_name(f"{self.home.name}.{aside}")
        old = [suffix for suffix in BESIDE if self.home.with_name(self.home.name + suffix).exists()]
        # The old log goes first: left beside the new file, SQLite would play it into that.
        for suffix in reversed(old):
            self.home.with_name(self.home.name + suffix).rename(f"{kept}{suffix}")
        try:
            self.path.rename(self.home)
        except OSError:
            for suffix in old:
                kept.with_name(kept.name + suffix).rename(f"{self.home}{suffix}")
            raise
        return str(kept) if old else None


def rows_of(shape: Shape, part: bytes) -> Iterator[list[str | None]]:
    times = [place for place, kind in enumerate(shape.columns.values()) if kind is Kind.TIME]
    for line in part.decode().removesuffix("\n").split("\n") if part else ():
        cells = read_line(line)
        for place in times:
            cells[place] = sqlite_time(cells[place])
        yield cells


def sqlite_time(text: str | None) -> str | None:
    """A time in UTC as its column keeps it: always with microseconds and without zone, so that text sorts as time."""
    return None if text is None else f"{text[:19]}.{text[20:-3]:0<6}"


@contextmanager
def building(address: str) -> Iterator[Building]:
    """A new, empty database for `address`; what was not moved in is gone afterwards."""
    new = Building(address)
    new.home.parent.mkdir(parents=True, exist_ok=True)
    try:
        clear(new)
        yield new
    finally:
        new.engine.dispose()
        clear(new)


def clear(new: Building) -> None:
    for suffix in BESIDE:
        new.path.with_name(new.path.name + suffix).unlink(missing_ok=True)


def others_connected(_engine: Engine) -> int:
    """SQLite does not tell who else has the file open; the data folder's lock does."""
    return 0
