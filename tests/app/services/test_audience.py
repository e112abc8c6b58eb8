"""The freeze looks at everybody once, and the books balance after every page."""

import threading

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.clock import now
from app.database.session import engine, transaction
from app.errors import WrongState
from app.models import (
    Campaign,
    CampaignList,
    CampaignStatus,
    Chunk,
    Exclusion,
    MailingList,
    Message,
    Reason,
    SubscriptionStatus,
    Suppression,
    SuppressionReason,
    Variant,
)
from app.services import audience
from app.services.audience import count_audience, freeze_page
from tests.factories.campaigns import make_preparing
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed, make_subscriber, subscribe

CONFIRMED, UNCONFIRMED, UNSUBSCRIBED = (
    SubscriptionStatus.CONFIRMED,
    SubscriptionStatus.UNCONFIRMED,
    SubscriptionStatus.UNSUBSCRIBED,
)


def freeze_all(campaign_id: int) -> int:
    pages = 1
    while True:
        with transaction(parents_read=True) as session:
            if not freeze_page(session, campaign_id):
                return pages
        pages += 1


def reasons(campaign_id: int) -> dict[int, Reason]:
    with transaction() as session:
        rows = session.execute(
            select(Exclusion.subscriber_id, Exclusion.reason).where(Exclusion.campaign_id == campaign_id)
        )
        return dict(rows.all())


def people_written_to(campaign_id: int) -> list[int]:
    with transaction() as session:
        query = select(Message.subscriber_id).where(Message.campaign_id == campaign_id).order_by(Message.subscriber_id)
        return list(session.scalars(query))


def assert_balanced(campaign_id: int) -> None:
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        count = {
            table: session.scalar(select(func.count()).select_from(table).where(table.campaign_id == campaign_id))
            for table in (Message, Exclusion)
        }
        assert campaign.candidates == count[Message] + count[Exclusion]


@pytest.fixture
def mixed(database):
    """A campaign to two lists, leaving out a third, with one person for each fate; returns (campaign id, fates)."""
    with transaction() as session:
        first, second, left_out, elsewhere = (make_list(session) for _ in range(4))
        fates: dict[int, Reason | None] = {}

        def person(fate: Reason | None, *subscriptions, **given) -> None:
            one = make_subscriber(session, **given)
            for mailing_list, status in subscriptions:
                subscribe(session, one, mailing_list, status)
            fates[one.id] = fate

        person(None, (first, CONFIRMED))
        person(None, (first, CONFIRMED), (second, CONFIRMED))
        person(None, (first, UNSUBSCRIBED), (second, CONFIRMED))
        person(None, (first, CONFIRMED), (left_out, UNSUBSCRIBED))
        person(Reason.UNCONFIRMED, (first, UNCONFIRMED))
        person(Reason.UNSUBSCRIBED, (first, UNSUBSCRIBED))
        person(Reason.UNSUBSCRIBED, (first, UNSUBSCRIBED), (second, UNCONFIRMED))
        person(Reason.EXCLUDED_LIST, (second, CONFIRMED), (left_out, CONFIRMED))
        person(
            Reason.ERASED, (first, CONFIRMED), email="gone@example.test", email_key=None, address_hash=None,
            erased_at=now(),
        )  # fmt: skip
        for kind, fate in (
            (SuppressionReason.COMPLAINT, Reason.SUPPRESSED),
            (SuppressionReason.UNSUBSCRIBED, Reason.UNSUBSCRIBED),
        ):
            one = make_subscriber(session)
            subscribe(session, one, first)
            session.add(Suppression(address_hash=one.address_hash, reason=kind))
            fates[one.id] = fate
        outsider = make_subscriber(session)
        subscribe(session, outsider, elsewhere)
        subscribe(session, make_subscriber(session), left_out)
        campaign = make_preparing(session, first, second, exclude=(left_out,))
    return campaign.id, fates


def test_everybody_on_an_included_list_is_written_to_or_excluded_with_a_reason(mixed):
    campaign_id, fates = mixed
    freeze_all(campaign_id)
    assert people_written_to(campaign_id) == sorted(one for one, fate in fates.items() if fate is None)
    assert reasons(campaign_id) == {one: fate for one, fate in fates.items() if fate}
    assert_balanced(campaign_id)
    with transaction() as session:
        assert session.get_one(Campaign, campaign_id).candidates == len(fates)


def test_the_count_beforehand_equals_what_is_frozen(mixed):
    campaign_id, fates = mixed
    with transaction() as session:
        counted = count_audience(session, campaign_id)
    excluded = [fate.value for fate in fates.values() if fate]
    assert counted.confirmed == len(fates) - len(excluded)
    assert counted.excluded == {one: excluded.count(one) for one in set(excluded)}
    assert counted.candidates == len(fates)


def test_the_books_balance_after_every_page_and_the_cursor_goes_with_it(mixed, monkeypatch):
    monkeypatch.setattr(audience, "PAGE_SIZE", 3)
    campaign_id, fates = mixed
    with transaction() as session:
        assert freeze_page(session, campaign_id)
    assert_balanced(campaign_id)
    with Session(engine()) as session:
        freeze_page(session, campaign_id)
        session.rollback()  # as when the process dies before its commit
    assert_balanced(campaign_id)
    freeze_all(campaign_id)
    assert people_written_to(campaign_id) == sorted(one for one, fate in fates.items() if fate is None)
    assert_balanced(campaign_id)


def test_freezing_again_changes_nothing(mixed):
    campaign_id, _ = mixed
    freeze_all(campaign_id)
    before = people_written_to(campaign_id), reasons(campaign_id)
    assert freeze_all(campaign_id) == 1
    assert (people_written_to(campaign_id), reasons(campaign_id)) == before
    with transaction() as session:
        assert session.get_one(Campaign, campaign_id).status == CampaignStatus.SENDING


def test_people_who_come_after_the_start_are_not_looked_at(mixed, monkeypatch):
    monkeypatch.setattr(audience, "PAGE_SIZE", 3)
    campaign_id, _ = mixed
    with transaction() as session:
        freeze_page(session, campaign_id)
        first = session.scalars(select(CampaignList.list_id).order_by(CampaignList.id).limit(1)).one()
        late = make_subscriber(session)
        subscribe(session, late, session.get_one(MailingList, first))
    freeze_all(campaign_id)
    assert late.id not in people_written_to(campaign_id)
    assert_balanced(campaign_id)


def test_an_address_that_moved_to_another_person_between_pages_is_a_duplicate(database, monkeypatch):
    monkeypatch.setattr(audience, "PAGE_SIZE", 1)
    with transaction() as session:
        readers = make_list(session)
        one, two = make_confirmed(session, readers, 2)
        campaign = make_preparing(session, readers)
    with transaction() as session:
        freeze_page(session, campaign.id)
    with transaction() as session:
        one, two = session.merge(one), session.merge(two)
        taken, one.address_hash, one.email_key = one.address_hash, "f" * 32, "moved@example.test"
        session.flush()
        two.address_hash = taken
    freeze_all(campaign.id)
    assert people_written_to(campaign.id) == [one.id]
    assert reasons(campaign.id) == {two.id: Reason.DUPLICATE_ADDRESS}
    assert_balanced(campaign.id)


def test_two_processes_may_freeze_one_campaign_at_once(database, monkeypatch):
    monkeypatch.setattr(audience, "PAGE_SIZE", 5)
    with transaction() as session:
        readers = make_list(session)
        people = make_confirmed(session, readers, 60)
        campaign = make_preparing(session, readers)
    threads = [threading.Thread(target=freeze_all, args=(campaign.id,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert people_written_to(campaign.id) == [person.id for person in people]
    assert_balanced(campaign.id)


def test_chunks_hold_every_message_once_and_large_domains_apart(database, monkeypatch):
    monkeypatch.setattr(audience, "PAGE_SIZE", 400)
    monkeypatch.setattr(audience, "CHUNK_SIZE", 50)
    monkeypatch.setattr(audience, "LARGE_GROUP", 25)
    with transaction() as session:
        readers = make_list(session)
        for turn in range(12):
            make_confirmed(session, readers, 20, domain="large.test")
            make_confirmed(session, readers, 9, domain="big.test")
            make_confirmed(session, readers, 3, domain=f"small{turn}.test")
            make_confirmed(session, readers, 2, domain="rare.test")
        campaign = make_preparing(session, readers)
    freeze_all(campaign.id)
    held: list[int] = []
    with transaction() as session:
        for chunk in session.scalars(select(Chunk).order_by(Chunk.first_id)):
            rows = session.execute(
                text(
                    "SELECT m.id, s.domain FROM message m JOIN subscriber s ON s.id = m.subscriber_id"
                    " WHERE m.campaign_id = :c AND m.id BETWEEN :a AND :b"
                ),
                {"c": campaign.id, "a": chunk.first_id, "b": chunk.last_id},
            ).all()
            held += [row.id for row in rows]
            domains = {row.domain for row in rows}
            assert len(rows) <= 50
            if chunk.domain_group:
                assert domains == {chunk.domain_group}
            else:
                assert "large.test" not in domains
        assert sorted(held) == sorted(session.scalars(select(Message.id)))
        groups = set(session.scalars(select(Chunk.domain_group)))
    assert groups == {"large.test", "big.test", ""}


def test_a_letter_that_was_not_compiled_is_not_frozen(mixed):
    campaign_id, _ = mixed
    with transaction() as session:
        session.execute(Variant.__table__.delete())
    with pytest.raises(WrongState, match="compiled"), transaction() as session:
        freeze_page(session, campaign_id)


def test_a_campaign_without_people_begins_and_has_no_chunk(database):
    with transaction() as session:
        campaign = make_preparing(session, make_list(session))
    freeze_all(campaign.id)
    with transaction() as session:
        assert session.get_one(Campaign, campaign.id).status == CampaignStatus.SENDING
        assert session.scalar(select(func.count()).select_from(Chunk)) == 0
