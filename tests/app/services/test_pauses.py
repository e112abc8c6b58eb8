"""Who takes a break gets no letter: not at the freeze, not at the lease, not at the pulse; and the books balance."""

from datetime import timedelta

import pytest

from app.clock import now
from app.database.session import transaction
from app.models import Message, MessageStatus, Reason, Subscriber
from app.queries.books import books_of
from app.services.audience import count_audience
from app.services.leases import lease_chunk
from app.services.truth import Stretch, ask_truth
from tests.factories.campaigns import make_preparing, make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed


@pytest.fixture
def readers(database):
    with transaction() as session:
        mailing_list = make_list(session)
        return mailing_list, [one.id for one in make_confirmed(session, mailing_list, 3)]


def rest(person_id: int, **ahead) -> None:
    with transaction() as session:
        session.get_one(Subscriber, person_id).paused_until = now() + timedelta(**ahead)


def test_who_pauses_is_left_out_and_who_has_paused_is_not(readers):
    mailing_list, people = readers
    rest(people[0], hours=1)
    rest(people[1], hours=-1)
    with transaction() as session:
        campaign = make_preparing(session, mailing_list)
        counted = count_audience(session, campaign.id)
        assert (counted.confirmed, counted.excluded) == (2, {"paused": 1})
    with transaction() as session:
        campaign = make_sending(session, mailing_list)
        books = books_of(session, campaign.id)
        assert (books.messages, books.excluded) == (2, {Reason.PAUSED: 1})
        assert books.candidates == books.messages + sum(books.excluded.values())


def test_who_pauses_midway_is_skipped_at_the_lease(readers):
    mailing_list, people = readers
    with transaction() as session:
        campaign_id = make_sending(session, mailing_list).id
    rest(people[0], days=7)
    with transaction() as session:
        held = lease_chunk(session, campaign_id, owner="w", host="here", lease_seconds=60)
    assert len(held.rows) == 2
    with transaction() as session:
        skipped = session.query(Message).filter_by(campaign_id=campaign_id, subscriber_id=people[0]).one()
        assert (skipped.status, skipped.reason) == (MessageStatus.SKIPPED, Reason.PAUSED)


def test_who_pauses_while_the_chunk_is_held_is_barred_at_the_next_pulse(readers):
    mailing_list, people = readers
    with transaction() as session:
        campaign_id = make_sending(session, mailing_list).id
    with transaction() as session:
        held = lease_chunk(session, campaign_id, owner="w", host="here", lease_seconds=60)
    rest(people[2], days=7)
    with transaction() as session:
        truth = ask_truth(session, campaign_id, [Stretch(held.lease, held.first_id, held.last_id)])
    assert list(truth.barred[held.lease.chunk_id].values()) == [Reason.PAUSED]
