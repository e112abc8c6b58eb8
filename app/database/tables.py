"""Whole tables of either database, for backups: chooses what SQLite and PostgreSQL each need."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError, DBAPIError

from app.database import postgresql_tables, sqlite_tables
from app.database.away import DATABASE_AWAY
from app.database.table_text import Shape
from app.models import Base, HostBeat, KeptSecret

DATABASE_FAILED: tuple[type[Exception], ...] = (DBAPIError, sqlite3.Error, psycopg.Error)
"""What a database raises that cannot read or write a table: rows of whole tables go past SQLAlchemy."""
FOUND_IN_AN_EMPTY_HOUSE = {KeptSecret.__tablename__, HostBeat.__tablename__}


class Building(Protocol):
    """A database that is being built beside the one in use."""

    engine: Engine

    def load(self, shape: Shape, parts: Iterable[bytes]) -> int: ...

    def finish(self) -> None: ...

    def move_in(self, aside: str) -> str | None: ...


class WholeTables(Protocol):
    """What `sqlite_tables.py` and `postgresql_tables.py` both offer."""

    def snapshot(
        self, engine: Engine, scratch: Path, /
    ) -> AbstractContextManager[Callable[[Shape], Iterator[bytes]]]: ...

    def building(self, address: str, /) -> AbstractContextManager[Building]: ...

    def others_connected(self, engine: Engine, /) -> int: ...


def whole_tables(address: str) -> WholeTables:
    """By an address, or by the name of a dialect."""
    return postgresql_tables if address.startswith("postgres") else sqlite_tables


def is_empty(engine: Engine) -> bool:
    """Whether nobody has worked here yet: no table of ours, or no row but what a start leaves."""
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if file and not Path(file).exists():
        return True
    try:
        with engine.connect() as connection:
            there = set(inspect(connection).get_table_names()) & set(Base.metadata.tables) - FOUND_IN_AN_EMPTY_HOUSE
            rows = [f'EXISTS (SELECT 1 FROM "{name}")' for name in sorted(there)]  # noqa: S608  names of our tables
            return not rows or not connection.scalar(text(f"SELECT {' OR '.join(rows)}"))
    except DATABASE_AWAY:
        raise
    except DatabaseError:
        return False


def why(failure: Exception) -> str:
    """The first line of what the database said."""
    said = str(getattr(failure, "orig", failure)).strip()
    return said.splitlines()[0] if said else type(failure).__name__
