"""How fast a campaign leaves, when it may be done, and what is in hand."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.clock import now
from app.database.session import reading, transaction
from app.models import Chunk, Message, MessageStatus, Reason
from app.queries import progress as progress_module
from app.queries.books import books_of
from app.queries.progress import Progress, letters_a_minute, progress_of
from app.services.delivery import Outcome, record_outcomes
from app.services.leases import Lease, give_back, lease_chunk
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed


@pytest.fixture
def leaving(database) -> tuple[int, Lease]:
    """A campaign to 10 people in one leased chunk: 6 accepted just now, 4 to go."""
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 10)
        campaign_id = make_sending(session, readers).id
        held = lease_chunk(session, campaign_id, owner="w", host="h", lease_seconds=60)
        outcomes = [Outcome(row.message_id, MessageStatus.SENT, now(), 1) for row in held.rows[:6]]
        record_outcomes(session, held.lease, outcomes)
    return campaign_id, held.lease


def progress(campaign_id: int) -> Progress:
    with reading() as session:
        return progress_of(session, books_of(session, campaign_id))


def rate(campaign_id: int) -> int:
    with reading() as session:
        return letters_a_minute(session, campaign_id)


def accepted_ago(**ago: float) -> None:
    with transaction() as session:
        sent = update(Message).where(Message.status == MessageStatus.SENT)
        session.execute(sent.values(sent_at=now() - timedelta(**ago)))


def test_the_rate_of_a_campaign_just_begun_is_that_of_its_first_seconds(leaving):
    accepted_ago(seconds=20)
    assert 12 <= rate(leaving[0]) <= 18


def test_the_rate_forgets_what_left_more_than_a_minute_ago(leaving):
    accepted_ago(minutes=2)
    assert rate(leaving[0]) == 0


def test_chunks_that_nobody_held_in_the_last_minute_are_not_read(leaving):
    with transaction() as session:
        session.execute(update(Chunk).values(beat=now() - timedelta(minutes=5)))
    assert rate(leaving[0]) == 0


def test_the_time_left_follows_from_the_rate_and_what_is_to_go(leaving):
    found = progress(leaving[0])
    assert (found.rate, found.seconds_left, found.in_hand) == (36, 7, 1)


def test_the_next_try_is_that_of_the_earliest_chunk_that_waits(leaving):
    campaign_id, lease = leaving
    at = now() + timedelta(minutes=5)
    with transaction() as session:
        ids = [row.id for row in session.query(Message).where(Message.status == MessageStatus.PENDING)]
        outcomes = [Outcome(one, MessageStatus.DEFERRED, now(), 1, reason=Reason.TEMPORARY, next_at=at) for one in ids]
        record_outcomes(session, lease, outcomes)
        give_back(session, lease)
    found = progress(campaign_id)
    assert (found.next_try, found.seconds_left, found.in_hand) == (at, None, 0)


def test_where_many_leave_the_last_quarter_of_a_minute_tells_the_rate(leaving, monkeypatch):
    monkeypatch.setattr(progress_module, "MANY_ROWS", 9)
    accepted_ago(seconds=12)
    assert 24 <= rate(leaving[0]) <= 30
    accepted_ago(seconds=40)
    assert rate(leaving[0]) == 0
