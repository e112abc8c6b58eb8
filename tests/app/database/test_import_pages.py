"""A page of an import beside others who write: whoever came in by another door meanwhile is found, not doubled."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from app.clock import now
from app.database import imports, postgresql_imports
from app.database.import_rows import Order, PageRow, TakenMeanwhile
from app.database.session import engine, reading, transaction
from app.models import Subscriber, Subscription
from app.tokens import suppression_hash
from tests.factories.mailing_lists import make_list

NAMES = ("a", "b\\c", "d")
COMES_IN = text(
    "INSERT INTO subscriber"
    " (email, email_key, address_hash, domain, first_name, last_name, language, fields, created_at)"
    " VALUES (:key, :key, :hash, 'x.test', '', '', '', '{}', :now)"
)


@pytest.fixture
def order(database) -> Order:
    with transaction() as session:
        lists = [make_list(session).id, make_list(session).id]
    return Order(list_ids=lists, overwrite=False, import_id=7, basis="They confirmed by mail", user_id=None)


def rows() -> list[PageRow]:
    keys = [f"{number}@x.test" for number in range(len(NAMES))]
    return [
        PageRow(number, key, key, suppression_hash(key), "x.test", name, "", "", '{"town": "Łódź \\"x\\\\"}', None)
        for number, (key, name) in enumerate(zip(keys, NAMES, strict=True))
    ]


def take(order: Order) -> dict[str, int]:
    with transaction() as session:
        counts = imports.take_page(session, rows(), order, lambda _rows: set(), moment=now())
    return {reason: count for reason, count in counts.items() if count}


def come_in(key: str) -> None:
    with engine().begin() as connection:
        connection.execute(COMES_IN, {"key": key, "hash": suppression_hash(key), "now": now()})


def test_strangers_come_in_with_what_the_file_says_on_every_list(order):
    assert take(order) == {"created": 3}
    assert take(replace(order, import_id=8)) == {"unchanged": 3}
    assert take(order) == {"duplicate_address": 3}
    with reading() as session:
        people = session.scalars(select(Subscriber).order_by(Subscriber.email_key)).all()
        assert [one.first_name for one in people] == list(NAMES)
        assert {str(one.fields) for one in people} == {str({"town": 'Łódź "x\\'})}
        pairs = session.execute(select(Subscription.subscriber_id, Subscription.list_id)).all()
        assert set(map(tuple, pairs)) == {(one.id, number) for one in people for number in order.list_ids}


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
def test_who_comes_in_by_another_door_meanwhile_is_filled_not_doubled(order, monkeypatch):
    looked = postgresql_imports.find_stopped
    doors = ["1@x.test", "2@x.test"]

    def look_and_lose(session, hashes):
        found = looked(session, hashes)
        if doors:
            come_in(doors.pop())
        return found

    monkeypatch.setattr(postgresql_imports, "find_stopped", look_and_lose)
    assert take(order) == {"created": 1, "updated": 2}
    with reading() as session:
        names = session.scalars(select(Subscriber.first_name).order_by(Subscriber.email_key)).all()
        assert names == list(NAMES)
        assert session.scalar(select(func.count()).select_from(Subscription)) == 6


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
def test_a_page_that_loses_every_time_is_given_back_whole(order, monkeypatch):
    come_in("1@x.test")
    monkeypatch.setattr(postgresql_imports, "find_known", lambda *_args, **_more: {})
    with pytest.raises(TakenMeanwhile):
        take(order)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 1
