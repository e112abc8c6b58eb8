"""No message is left without its campaign, its person or its letter, whoever deletes what, and whenever."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError, InternalError
from sqlalchemy.orm import Session

from app.database.session import engine, transaction
from app.models import Campaign, MailingList, Message, Subscriber, Variant
from app.services.audience import freeze_page
from tests.factories.campaigns import make_campaign, make_preparing, make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed, make_subscriber

PARENTS = [Subscriber, Variant, Campaign]
on_postgresql = pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)


@pytest.fixture
def preparing(database) -> int:
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 5)
        return make_preparing(session, readers).id


def orphans() -> int:
    with transaction() as session:
        letters = select(func.count()).select_from(Message)
        for parent, key in ((Campaign, "campaign_id"), (Subscriber, "subscriber_id"), (Variant, "variant_id")):
            letters = letters.outerjoin(parent, parent.id == getattr(Message, key))
        missing = (Campaign.id.is_(None)) | (Subscriber.id.is_(None)) | (Variant.id.is_(None))
        return session.scalar(letters.where(missing))


@pytest.mark.parametrize("parent", PARENTS)
def test_who_has_messages_is_not_deleted(database, parent):
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 2)
        make_sending(session, readers)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(delete(parent))
    assert orphans() == 0


@pytest.mark.parametrize("parent", PARENTS)
def test_who_has_messages_keeps_its_number(database, parent):
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 1)
        make_sending(session, readers)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(update(parent).values(id=parent.id + 1000))
    assert orphans() == 0


def test_who_has_no_messages_is_deleted_as_ever(database):
    with transaction() as session:
        person = make_subscriber(session)
        draft = make_campaign(session, make_list(session))
        session.add(Variant(campaign_id=draft.id))
    with transaction() as session:
        session.execute(delete(Campaign).where(Campaign.id == draft.id))
        session.execute(delete(Subscriber).where(Subscriber.id == person.id))
    with transaction() as session:
        assert [session.scalar(select(func.count()).select_from(one)) for one in PARENTS] == [0, 0, 0]


@pytest.mark.parametrize("database_address", ["sqlite"], indirect=True)
def test_whoever_comes_after_a_freeze_has_its_references_looked_at_again(preparing):
    with transaction(parents_read=True) as session:
        freeze_page(session, preparing)
    with transaction() as session:
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert session.scalar(select(func.count()).select_from(Message)) == 5
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(delete(Subscriber))
    with pytest.raises(IntegrityError), transaction(durable=True) as session:
        session.add(Message(campaign_id=preparing, subscriber_id=999, address_hash="f"))


@on_postgresql
@pytest.mark.parametrize("parent", PARENTS)
def test_a_parent_that_is_deleted_in_the_middle_of_a_freeze_waits_for_it_and_stays(preparing, parent):
    def deletes(session: Session) -> None:
        session.execute(text("DELETE FROM subscription") if parent is Subscriber else text("SELECT 1"))
        session.execute(delete(parent))

    refused = end_of_second(lambda session: freeze_page(session, preparing), deletes)
    assert type(refused) is IntegrityError
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 5
    assert orphans() == 0


@on_postgresql
@pytest.mark.parametrize("parent", PARENTS)
def test_a_freeze_that_begins_while_a_parent_is_being_deleted_writes_nobody_without_it(preparing, parent):
    failed = end_of_second(
        lambda session: session.execute(delete(parent)), lambda session: freeze_page(session, preparing)
    )
    assert (failed is not None) == (parent is not Subscriber)
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 0


@on_postgresql
@pytest.mark.parametrize("parent", PARENTS)
def test_a_snapshot_that_may_be_older_than_messages_deletes_no_parent(preparing, parent):
    with engine().connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        with pytest.raises(IntegrityError, match="may have"):
            connection.execute(delete(parent))
        connection.rollback()


@on_postgresql
def test_a_table_of_parents_is_not_emptied_under_its_messages(database):
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 1)
        make_sending(session, readers)
    for parent in PARENTS:
        with pytest.raises((IntegrityError, InternalError), match="has messages"), transaction() as session:
            session.execute(text(f"TRUNCATE {parent.__tablename__} CASCADE"))
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(MailingList)) == 1


def end_of_second(first: Callable[[Session], object], second: Callable[[Session], object]) -> BaseException | None:
    """What a transaction failed with that began while another had not ended, and had to wait for it."""

    def begin_second() -> None:
        with transaction() as session:
            second(session)

    with ThreadPoolExecutor(1) as pool:
        with transaction() as session:
            first(session)
            other = pool.submit(begin_second)
            wait_for_one_who_waits()
        return other.exception(20)


def wait_for_one_who_waits() -> None:
    """Until another connection stands before a lock."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
    for _ in range(200):
        with engine().connect() as connection:
            if connection.scalar(waiting):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
