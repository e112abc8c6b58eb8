"""Whole tables out of a PostgreSQL database and into a new schema. The twin of `sqlite_tables.py`, for backups only."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, text

from app.database.engine import make_engine
from app.database.session import SNAPSHOT
from app.database.sqlite_tables import DatabaseDamaged
from app.database.table_text import Shape
from app.models import Base

SCHEMA = "letterwright_restoring"
# As backups are written, whatever this server or database prefers.
PLAIN_TEXT = ("client_encoding TO 'UTF8'", "timezone TO 'UTC'", "datestyle TO 'ISO'", "extra_float_digits TO 1")
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = :schema ORDER BY tablename")

FUNCTIONS = text("SELECT proname FROM pg_proc WHERE pronamespace = to_regnamespace(:schema) AND proname = ANY(:ours)")
KEEPERS = ["keep_parent_of_message", "keep_parents_of_messages"]
"""Our functions, which take no arguments: those of the triggers that keep the parents of messages."""
ORPHAN = text(
    "SELECT CASE WHEN c.id IS NULL THEN 'campaign' WHEN s.id IS NULL THEN 'subscriber' ELSE 'variant' END"
    " FROM message m LEFT JOIN campaign c ON c.id = m.campaign_id LEFT JOIN subscriber s ON s.id = m.subscriber_id"
    " LEFT JOIN variant v ON v.id = m.variant_id"
    " WHERE c.id IS NULL OR s.id IS NULL OR (v.id IS NULL AND m.variant_id IS NOT NULL) LIMIT 1"
)

SEQUENCES = text(
    "SELECT table_name, pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name)"
    " FROM information_schema.columns WHERE table_schema = :schema AND column_name = 'id'"
)


@contextmanager
def snapshot(engine: Engine, _scratch: Path) -> Iterator[Callable[[Shape], Iterator[bytes]]]:
    """Reads tables, all as of one moment; writers go on meanwhile."""
    with engine.connect().execution_options(**SNAPSHOT) as connection:
        speak_plainly(connection)
        connection.execute(text("SELECT count(*) FROM alembic_version"))

        reading: list[Generator[bytes, None, None]] = []

        def read(shape: Shape) -> Iterator[bytes]:
            reading[:] = [copied_lines(connection, shape)]
            return reading[0]

        try:
            yield read
        finally:
            # One that was left midway holds the connection, and would keep it for ever from being closed.
            for lines in reading:
                lines.close()


def copied_lines(connection: Connection, shape: Shape) -> Generator[bytes, None, None]:
    columns = shape.quoted_columns
    with cursor_of(connection).copy(f'COPY "{shape.table}" ({columns}) TO STDOUT') as lines:
        yield from map(bytes, lines)


def speak_plainly(connection: Connection) -> None:
    for setting in PLAIN_TEXT:
        connection.execute(text(f"SET LOCAL {setting}"))


def cursor_of(connection: Connection) -> Any:
    """Psycopg's own cursor, inside the transaction of `connection`."""
    return connection.connection.cursor()


class Building:
    """New tables in a schema of their own; nobody sees them before they move in."""

    def __init__(self, address: str) -> None:
        self.target = make_engine(address)
        self.engine = make_engine(address)
        event.listen(self.engine, "connect", look_into_schema, insert=True)

    def load(self, shape: Shape, parts: Iterable[bytes]) -> int:
        """Replaces a table's rows by those of `parts`; returns how many there are."""
        with self.engine.begin() as connection:
            speak_plainly(connection)
            connection.execute(text(f'DELETE FROM "{shape.table}"'))  # noqa: S608  names of our tables
            cursor = cursor_of(connection)
            with cursor.copy(f'COPY "{shape.table}" ({shape.quoted_columns}) FROM STDIN') as lines:
                for part in parts:
                    lines.write(part)
            return int(cursor.rowcount)

    def finish(self) -> None:
        """Sets every sequence behind the ids that were loaded, and lets the planner know the tables.

        Raises:
            DatabaseDamaged: a message refers to what is not there; all else was checked row by row.
        """
        with self.engine.begin() as connection:
            for name, sequence in connection.execute(SEQUENCES, {"schema": SCHEMA}).all():
                last = text(f'SELECT setval(:sequence, max(id)) FROM "{name}" HAVING max(id) > 0')  # noqa: S608  ours
                connection.execute(last, {"sequence": sequence})
            for name in connection.scalars(TABLES, {"schema": SCHEMA}).all():
                connection.execute(text(f'ANALYZE "{name}"'))
            missing = connection.scalar(ORPHAN)
        if missing:
            raise DatabaseDamaged(
                f"A row of message refers to one of {missing} that is not in the backup. Nothing was changed."
            )

    def move_in(self, aside: str) -> str | None:
        """Puts the new tables in the place of the old, which are kept in a schema; returns its name where there are."""
        schema = f"letterwright_{aside}".replace("-", "_")
        with self.target.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            home = connection.scalar(text("SELECT current_schema()"))
            new = connection.scalars(TABLES, {"schema": SCHEMA}).all()
            ours = {*new, *Base.metadata.tables}
            old = [name for name in connection.scalars(TABLES, {"schema": home}) if name in ours]
            if old:
                connection.execute(text(f'CREATE SCHEMA "{schema}"'))
            for name in old:
                connection.execute(text(f'ALTER TABLE "{home}"."{name}" SET SCHEMA "{schema}"'))
            if old:
                move_functions(connection, str(home), schema)
            for name in new:
                connection.execute(text(f'ALTER TABLE "{SCHEMA}"."{name}" SET SCHEMA "{home}"'))
            move_functions(connection, SCHEMA, str(home))
        return schema if old else None


def move_functions(connection: Connection, source: str, target: str) -> None:
    """Those behind our triggers go where their tables go, or they would end with the schema that they were made in."""
    for name in connection.scalars(FUNCTIONS, {"schema": source, "ours": KEEPERS}).all():
        connection.execute(text(f'ALTER FUNCTION "{source}"."{name}"() SET SCHEMA "{target}"'))


def look_into_schema(connection: Any, _record: object) -> None:
    # Outside a transaction: one that is rolled back would take the path with it.
    connection.autocommit = True
    connection.execute(f"SET search_path TO {SCHEMA}")
    connection.autocommit = False


@contextmanager
def building(address: str) -> Iterator[Building]:
    """A new, empty schema in the database; what was not moved in is gone afterwards."""
    new = Building(address)
    try:
        clear(new)
        with new.target.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        yield new
    finally:
        new.engine.dispose()
        clear(new)
        new.target.dispose()


def clear(new: Building) -> None:
    with new.target.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"))


def others_connected(engine: Engine) -> int:
    """How many other connections this database user has to the database: pages or workers that still run."""
    with engine.connect() as connection:
        return int(connection.scalar(OTHERS) or 0)
