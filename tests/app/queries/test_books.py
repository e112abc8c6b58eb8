"""The books of a campaign, and the people in them."""

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.errors import NotFound
from app.models import Message, MessageStatus, Reason, SubscriptionStatus
from app.queries.books import books_of
from app.queries.campaign_people import PeopleFilter, fate_of, people_of_campaign
from app.queries.campaigns import find_campaigns
from app.services import audience
from app.services.delivery import Outcome, record_outcomes
from app.services.leases import give_back, lease_chunk
from tests.factories.campaigns import make_campaign, make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed, make_subscriber, subscribe


@pytest.fixture
def half_sent(database, monkeypatch):
    """A campaign to 8 people of whom 2 are excluded: one chunk of 3 done, one leased with 1 sent."""
    monkeypatch.setattr(audience, "CHUNK_SIZE", 3)
    with transaction() as session:
        readers = make_list(session, name="Readers")
        people = make_confirmed(session, readers, 6)
        left, waiting = make_subscriber(session), make_subscriber(session)
        subscribe(session, left, readers, SubscriptionStatus.UNSUBSCRIBED)
        subscribe(session, waiting, readers, SubscriptionStatus.UNCONFIRMED)
        campaign = make_sending(session, readers)
    for count in (3, 1):
        with transaction() as session:
            held = lease_chunk(session, campaign.id, owner="w", host="h", lease_seconds=60)
            outcomes = [Outcome(row.message_id, MessageStatus.SENT, now(), 1, code=250) for row in held.rows[:count]]
            record_outcomes(session, held.lease, outcomes)
            if count == 3:
                give_back(session, held.lease)
    return campaign.id, people, left


def test_the_books_have_the_shape_that_scripts_rely_on(half_sent):
    with reading() as session:
        books = books_of(session, half_sent[0])
    assert books.balanced
    assert books.to_json() == {
        "campaign": half_sent[0],
        "status": "sending",
        "candidates": 8,
        "excluded": {"unconfirmed": 1, "unsubscribed": 1},
        "messages": 6,
        "pending": 2,
        "sent": 4,
        "deferred": 0,
        "refused": 0,
        "skipped": 0,
        "cancelled": 0,
        "unknown": 0,
    }


def test_books_that_do_not_balance_say_so(half_sent):
    with transaction() as session:
        lost = session.scalars(select(Message).order_by(Message.id).limit(1)).one()
        session.delete(lost)
    with reading() as session:
        assert not books_of(session, half_sent[0]).balanced


def test_a_draft_has_empty_books_and_an_unknown_campaign_none(database):
    with transaction() as session:
        campaign = make_campaign(session)
    with reading() as session:
        books = books_of(session, campaign.id)
        assert (books.balanced, books.candidates, books.messages) == (True, 0, 0)
        with pytest.raises(NotFound):
            books_of(session, campaign.id + 1)


def test_two_campaigns_at_once_do_not_mix_their_books(half_sent, monkeypatch):
    with transaction() as session:
        other = make_list(session)
        make_confirmed(session, other, 4)
        second = make_sending(session, other)
    with reading() as session:
        assert books_of(session, half_sent[0]).messages == 6
        assert books_of(session, second.id).messages == 4


def test_books_at_a_glance_are_the_same_books(half_sent):
    with reading() as session:
        assert books_of(session, half_sent[0], at_a_glance=True) == books_of(session, half_sent[0])


def test_books_at_a_glance_still_notice_a_row_that_is_lost(half_sent):
    with transaction() as session:
        lost = session.scalars(select(Message).where(Message.status == MessageStatus.PENDING).limit(1)).one()
        session.delete(lost)
    with reading() as session:
        assert not books_of(session, half_sent[0], at_a_glance=True).balanced


def test_the_list_of_campaigns_shows_state_and_counts(half_sent):
    with reading() as session:
        (row,) = find_campaigns(session)
    assert (row.id, row.status.value, row.lists, row.messages, row.sent) == (
        half_sent[0],
        "sending",
        ("Readers",),
        6,
        4,
    )


def test_everybody_looked_at_is_found_with_what_happened(half_sent):
    campaign_id, people, left = half_sent
    with reading() as session:
        everyone = people_of_campaign(session, campaign_id)
        assert everyone.total == 8
        assert people_of_campaign(session, campaign_id, PeopleFilter(status=MessageStatus.SENT)).total == 4
        (found,) = people_of_campaign(session, campaign_id, PeopleFilter(search=people[0].email.upper())).rows
        assert (found.subscriber_id, found.status) == (people[0].id, MessageStatus.SENT)
        (found,) = people_of_campaign(session, campaign_id, PeopleFilter(search=left.email)).rows
        assert (found.status, found.reason) == (None, Reason.UNSUBSCRIBED)
        assert people_of_campaign(session, campaign_id, PeopleFilter(search="100%")).rows == ()
        assert people_of_campaign(session, campaign_id, page=99).page == 1


def test_one_persons_fate_is_told_and_a_stranger_has_none(half_sent):
    campaign_id, people, left = half_sent
    with transaction() as session:
        stranger = make_subscriber(session)
    with reading() as session:
        assert fate_of(session, campaign_id, people[0].id).message.code == 250
        assert fate_of(session, campaign_id, left.id).excluded == Reason.UNSUBSCRIBED
        assert fate_of(session, campaign_id, stranger.id) is None
