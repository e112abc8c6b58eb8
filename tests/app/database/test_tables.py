"""Whole tables carried from one database into another: every table, every kind of value, row for row."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
from sqlalchemy import Column, Table, delete, insert, inspect, null, select
from sqlalchemy.exc import IntegrityError

from app.database.engine import make_engine
from app.database.migrate import is_current, migrate
from app.database.session import engine, transaction
from app.database.sqlite_tables import DatabaseDamaged
from app.database.table_text import Kind, kind_of, shapes
from app.database.tables import is_empty, whole_tables
from app.models import Base, Subscriber
from app.models.base import Word
from tests.factories.subscribers import make_subscriber

ROWS = 6
REFERRING = {one.name for one in Base.metadata.sorted_tables if "subscriber_id" in one.columns} - {"message"}
AWKWARD = ("plain", "a\tb", "a\nb\r\n", r"back\slash \N \n \t", "", "“Zoë” 東京 🌊", "'; --", r"\\", "\b\f\v", " ")
MOMENT = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)
TIMES = (MOMENT, MOMENT + timedelta(microseconds=1), MOMENT + timedelta(microseconds=120000), MOMENT.replace(year=1999))


@pytest.fixture(params=["sqlite", "postgresql"])
def other_address(request, tmp_path, postgresql_server) -> str:
    """A database that is not there yet, or has nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'other' / 'letterwright.db'}"
        return
    address = postgresql_server.fresh("template1")
    yield address
    postgresql_server.drop(address)


def awkward_value(column: Column, row: int) -> object:
    """Something of the column's type; the same row and column always give the same."""
    kind = kind_of(column)
    if column.foreign_keys:
        return awkward_value(next(iter(column.foreign_keys)).column, row)
    if column.primary_key and kind is Kind.INTEGER:
        return row
    if column.nullable and row % 3 == 0:
        return null()
    if isinstance(column.type, Word):
        words: list[StrEnum] = list(column.type.words)
        return words[row % len(words)]
    text = f"{row}{AWKWARD[(row + len(column.name)) % len(AWKWARD)]}"
    values = {
        Kind.INTEGER: (row - 3) * 1_000_003,
        Kind.REAL: row / 7 + 1e9,
        Kind.TEXT: text[: getattr(column.type, "length", None) or 99],
        Kind.TIME: TIMES[row % len(TIMES)],
        Kind.JSON: {"text": text, "list": [row, None, {"a": text}]},
    }
    return values[kind]


def fill_every_table() -> None:
    with engine().begin() as connection:
        for table in Base.metadata.sorted_tables:
            rows = [{c.name: awkward_value(c, row) for c in table.columns} for row in range(1, ROWS + 1)]
            for row in rows:
                connection.execute(insert(table).values(row))


def all_rows(of_engine) -> dict[str, list[tuple]]:
    with of_engine.connect() as connection:
        return {table.name: sorted_rows(connection, table) for table in Base.metadata.sorted_tables}


def sorted_rows(connection, table: Table) -> list[tuple]:
    return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]


def carry(settings, address: str, scratch) -> str | None:
    """Everything of the open house into the database at `address`."""
    scratch.mkdir()
    kind = whole_tables(settings.database)
    with kind.snapshot(engine(), scratch) as read, whole_tables(address).building(address) as new:
        migrate(new.engine)
        for shape in shapes():
            new.load(shape, read(shape))
        new.finish()
        return new.move_in("before")


@pytest.fixture
def carried(database, other_address, tmp_path):
    fill_every_table()
    carry(database, other_address, tmp_path / "scratch")
    other = make_engine(other_address)
    yield other
    other.dispose()


def test_every_row_of_every_table_comes_back_equal(carried):
    rows = all_rows(engine())
    assert {name for name, found in rows.items() if len(found) < ROWS} == set()
    assert all_rows(carried) == rows


def test_times_keep_their_order_as_the_database_sorts_them(carried):
    earliest = select(Subscriber.id).order_by(Subscriber.created_at, Subscriber.id)
    with engine().connect() as ours, carried.connect() as theirs:
        assert ours.scalars(earliest).all() == theirs.scalars(earliest).all()


def test_the_new_database_has_the_schema_of_this_version(carried):
    assert is_current(carried)
    assert set(inspect(carried).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_new_rows_are_numbered_on_from_those_that_came(carried):
    with carried.begin() as connection:
        made = connection.execute(
            insert(Subscriber).values(email="new@example.test", domain="", first_name="", last_name="", language="")
        )
        assert made.inserted_primary_key[0] == ROWS + 1


def test_messages_that_came_keep_their_parents(carried):
    with pytest.raises(IntegrityError), carried.begin() as connection:
        connection.execute(delete(Subscriber))


def test_a_message_without_its_person_is_not_brought_in(database, other_address, tmp_path):
    fill_every_table()
    ours, theirs = whole_tables(database.database), whole_tables(other_address)
    with ours.snapshot(engine(), tmp_path) as read, theirs.building(other_address) as new:
        migrate(new.engine)
        for shape in shapes():
            lines = b"".join(read(shape))
            new.load(shape, [b"" if shape.table in {"subscriber", *REFERRING} else lines])
        with pytest.raises(DatabaseDamaged, match="message refers to one of subscriber"):
            new.finish()


def test_what_was_in_the_place_is_kept_aside(database, other_address, tmp_path):
    with transaction() as session:
        make_subscriber(session, "first@example.test")
    assert carry(database, other_address, tmp_path / "one") is None
    with transaction() as session:
        make_subscriber(session, "second@example.test")
    kept = carry(database, other_address, tmp_path / "two")
    old = make_engine(f"sqlite:///{kept}" if other_address.startswith("sqlite") else other_address)
    with old.connect() as connection:
        table = "subscriber" if other_address.startswith("sqlite") else f"{kept}.subscriber"
        assert connection.exec_driver_sql(f"SELECT email FROM {table}").scalars().all() == ["first@example.test"]
    old.dispose()


def test_writers_go_on_while_a_snapshot_is_read(database, tmp_path):
    with transaction() as session:
        make_subscriber(session)
    with whole_tables(database.database).snapshot(engine(), tmp_path) as read:
        with transaction() as session:
            make_subscriber(session)
        (people,) = (shape for shape in shapes() if shape.table == "subscriber")
        assert b"".join(read(people)).count(b"\n") == 1


def test_a_snapshot_that_is_left_midway_lets_go_of_the_database(database, tmp_path):
    with transaction() as session:
        make_subscriber(session)
    (people,) = (shape for shape in shapes() if shape.table == "subscriber")
    with whole_tables(database.database).snapshot(engine(), tmp_path) as read:
        lines = read(people)
        assert next(lines)
    with transaction() as session:
        make_subscriber(session)


def test_a_house_is_empty_until_somebody_works_in_it(database, other_address):
    other = make_engine(other_address)
    assert is_empty(other)
    other.dispose()
    assert is_empty(engine())
    with transaction() as session:
        make_subscriber(session)
    assert not is_empty(engine())
