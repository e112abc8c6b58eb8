"""Makes the engine for one database address, with what SQLite and PostgreSQL each need."""

from typing import Any

from sqlalchemy import Engine, create_engine, event

from app.database.pooler import prepare_postgresql
from app.errors import Refused

BUSY_TIMEOUT_MS = 10_000
OLDEST_SQLITE = (3, 38, 0)
LONGEST_LOG = 64 * 1024 * 1024
"""Bytes of the disk that SQLite's log keeps when it begins anew; it grows for as long as readers overlap."""


class DatabaseTooOld(Refused):
    pass


def make_engine(address: str, *, tries_again: bool = False) -> Engine:
    """An engine for `address`; SQLite gets WAL, foreign keys and writers that begin as writers.

    Whoever `tries_again` by themselves where a connection has died spare asking each of them whether it still lives.

    Raises:
        DatabaseTooOld: the SQLite library lacks RETURNING or json functions we use.
    """
    if not address.startswith("sqlite"):
        engine = create_engine(address, pool_pre_ping=not tries_again, pool_size=5, max_overflow=10)
        event.listen(engine, "connect", prepare_postgresql, insert=True)
        return engine
    engine = create_engine(address, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000})
    check_sqlite(engine)
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def check_sqlite(engine: Engine) -> None:
    version = engine.dialect.dbapi.sqlite_version_info  # type: ignore[union-attr]
    if tuple(version) < OLDEST_SQLITE:
        raise DatabaseTooOld(
            f"SQLite {'.'.join(map(str, version))} is too old; 3.38 or newer is needed. "
            "Install a newer Python, or set DATABASE_URL to a PostgreSQL database."
        )


def prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        f"journal_size_limit={LONGEST_LOG}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    # A reader that turns writer midway cannot wait for the lock; so writers take it at once.
    if options.get("reading", False):
        connection.exec_driver_sql("BEGIN")
        return
    kept = "OFF" if options.get("parents_read", False) else "ON"
    if connection.info.get("foreign_keys", "ON") != kept:
        connection.exec_driver_sql(f"PRAGMA foreign_keys={kept}")
        connection.info["foreign_keys"] = kept
    wanted = "FULL" if options.get("durable", False) else "NORMAL"
    if connection.info.get("synchronous") != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info["synchronous"] = wanted
    connection.exec_driver_sql("BEGIN IMMEDIATE")
