"""Transactions: the only place that commits. Jobs asked for inside one leave for the queue after its commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.config import Settings
from app.database.engine import make_engine
from app.jobs import deliver_rung

__all__ = ["Session", "close_connections", "dispose", "engine", "init_database", "reading", "transaction"]

SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

_engines: dict[str, Engine] = {}
_current: list[Engine] = []


def init_database(settings: Settings, *, tries_again: bool = False) -> Engine:
    """Makes `settings.database` this process's database; calling it again with another address switches.

    `tries_again` as for `make_engine`.
    """
    address = settings.database
    if address not in _engines:
        settings.data.mkdir(parents=True, exist_ok=True)
        _engines[address] = make_engine(address, tries_again=tries_again)
    _current[:] = [_engines[address]]
    return _engines[address]


def engine() -> Engine:
    if not _current:
        raise RuntimeError("init_database(settings) has not been called in this process")
    return _current[0]


def has_one_writer() -> bool:
    """Whether a long transaction makes every other writer wait, as SQLite's does."""
    return engine().dialect.name == "sqlite"


def close_connections() -> None:
    """Closes every connection, as before a fork; the engines stay, with all the statements that they have compiled."""
    for one in _engines.values():
        one.dispose(close=True)


def dispose() -> None:
    """Closes every connection and forgets the database."""
    close_connections()
    _engines.clear()
    _current.clear()


@contextmanager
def transaction(*, durable: bool = False, parents_read: bool = False) -> Iterator[Session]:
    """A session that commits when the block ends well, and then rings the jobs it asked for.

    `durable` outlives a power cut: what was handed over to the world must still be known afterwards. PostgreSQL always
    promises it, SQLite when asked. With `parents_read`, for a block that deletes nothing and refers only to rows that
    it read itself, SQLite does not look for them once more: where one writes alone, nobody takes them away meanwhile.
    """
    bind = engine().execution_options(durable=durable, parents_read=parents_read)
    with Session(bind, expire_on_commit=False) as session:
        with session.begin():
            yield session
        deliver_rung(session)


@contextmanager
def reading() -> Iterator[Session]:
    """A session for questions only: it never commits, and all its answers are of one moment.

    SQLite reads of one moment anyway (and never waits for a writer); PostgreSQL is asked to.
    """
    options = SNAPSHOT if engine().dialect.name == "postgresql" else {"reading": True}
    with engine().connect().execution_options(**options) as connection, Session(connection) as session:
        yield session
