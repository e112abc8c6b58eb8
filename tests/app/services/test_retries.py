"""Once more, because a person asked: what is tried again, what stays, and in which states it is refused."""

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.database.session import reading, transaction
from app.errors import WrongState
from app.models import (
    AuditEntry,
    Campaign,
    CampaignStatus,
    Chunk,
    ChunkState,
    Message,
    MessageStatus,
    Reason,
    SuppressionReason,
)
from app.queries.books import books_of
from app.queries.retries import Retryable, retryable
from app.services import audience
from app.services.delivery import Outcome, finish_if_balanced, record_outcomes
from app.services.leases import give_back, lease_chunk
from app.services.retries import leave_unknown, retry_refused, send_unknown_again
from app.services.suppressions import suppress
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed

_S = MessageStatus
ENDS = (_S.SENT, _S.UNKNOWN, _S.REFUSED, _S.UNKNOWN, _S.REFUSED, _S.SENT, _S.SENT, _S.SENT, _S.SENT)


@pytest.fixture
def ended(database, monkeypatch) -> int:
    """A campaign that is sent, to 9 people in 3 chunks: rows 2 and 4 unknown, rows 3 and 5 refused."""
    monkeypatch.setattr(audience, "CHUNK_SIZE", 3)
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, len(ENDS))
        campaign_id = make_sending(session, readers).id
    left = iter(ENDS)
    for _ in range(3):
        with transaction() as session:
            work(session, campaign_id, left)
    with transaction() as session:
        assert finish_if_balanced(session, campaign_id)
    return campaign_id


def work(session, campaign_id, ends):
    """Leases a chunk, ends its letters in these ways, and gives it back."""
    held = lease_chunk(session, campaign_id, owner="w", host="h", lease_seconds=60)
    outcomes = [
        Outcome(row.message_id, status, now(), 1, reason=Reason.POLICY if status == _S.REFUSED else None, code=550)
        for row, status in zip(held.rows, ends, strict=False)
    ]
    record_outcomes(session, held.lease, outcomes)
    give_back(session, held.lease)


def statuses(campaign_id: int) -> list[MessageStatus]:
    with reading() as session:
        return list(
            session.scalars(select(Message.status).where(Message.campaign_id == campaign_id).order_by(Message.id))
        )


def campaign(campaign_id: int) -> Campaign:
    with reading() as session:
        return session.get_one(Campaign, campaign_id)


def chunks(campaign_id: int) -> list[ChunkState]:
    with reading() as session:
        return list(session.scalars(select(Chunk.state).where(Chunk.campaign_id == campaign_id).order_by(Chunk.id)))


def acts() -> list[tuple[str, dict]]:
    with reading() as session:
        return [(one.act, one.facts) for one in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def suppress_row(campaign_id: int, place: int) -> None:
    with transaction() as session:
        of_campaign = select(Message.address_hash).where(Message.campaign_id == campaign_id)
        hashes = session.scalars(of_campaign.order_by(Message.id)).all()
        suppress(session, hashes[place], SuppressionReason.COMPLAINT)


def test_letters_of_unknown_fate_leave_again_and_only_their_chunks_reopen(ended):
    with transaction() as session:
        assert send_unknown_again(session, ended) == 2
    assert statuses(ended) == [_S.PENDING if one == _S.UNKNOWN else one for one in ENDS]
    assert chunks(ended) == [ChunkState.OPEN, ChunkState.OPEN, ChunkState.DONE]
    assert campaign(ended).status == CampaignStatus.SENDING
    assert campaign(ended).ended_at is None
    assert acts() == [("campaign.unknown_sent_again", {"letters": 2})]


def test_what_is_tried_again_ends_again_with_books_that_balance(ended):
    with transaction() as session:
        send_unknown_again(session, ended)
    for _ in range(2):
        with transaction() as session:
            work(session, ended, [_S.SENT])
    with transaction() as session:
        assert finish_if_balanced(session, ended)
        books = books_of(session, ended)
    assert (books.balanced, books.sent, books.unknown, books.refused) == (True, 7, 0, 2)


def test_only_the_letters_named_leave_again(ended):
    with transaction() as session:
        first, _second = session.scalars(select(Message.id).where(Message.status == _S.UNKNOWN).order_by(Message.id))
        leave_unknown(session, ended)
        assert send_unknown_again(session, ended, message_ids=[first]) == 1
    assert statuses(ended)[1:4:2] == [_S.PENDING, _S.UNKNOWN]
    assert chunks(ended) == [ChunkState.OPEN, ChunkState.DONE, ChunkState.DONE]
    assert campaign(ended).unknown_left == 1


def test_the_refused_are_tried_again_with_a_fresh_count_of_tries(ended):
    with transaction() as session:
        assert retry_refused(session, ended) == 2
        tried = session.scalars(select(Message).where(Message.status == _S.PENDING)).all()
        assert {(one.attempts, one.reason, one.next_at) for one in tried} == {(0, None, None)}
    assert acts() == [("campaign.refused_retried", {"letters": 2})]


def test_addresses_never_to_be_written_to_stay_as_they_are(ended):
    suppress_row(ended, 2)
    suppress_row(ended, 3)
    with transaction() as session:
        assert retryable(session, ended) == Retryable(refused=1, unknown=1)
        assert (retry_refused(session, ended), send_unknown_again(session, ended)) == (1, 1)
        assert retryable(session, ended) == Retryable(refused=0, unknown=0)
    assert statuses(ended)[2:4] == [_S.REFUSED, _S.UNKNOWN]
    assert campaign(ended).unknown_left == 1


def test_a_second_press_tries_nothing_and_moves_nothing(ended):
    with transaction() as session:
        send_unknown_again(session, ended)
    epoch = campaign(ended).epoch
    with transaction() as session:
        assert send_unknown_again(session, ended) == 0
    assert campaign(ended).epoch == epoch
    assert len(acts()) == 1


def test_where_nobody_can_be_tried_again_a_sent_campaign_stays_sent(ended):
    suppress_row(ended, 2)
    suppress_row(ended, 4)
    with transaction() as session:
        assert retry_refused(session, ended) == 0
    assert campaign(ended).status == CampaignStatus.SENT
    assert set(chunks(ended)) == {ChunkState.DONE}


@pytest.mark.parametrize("status", [CampaignStatus.PAUSED, CampaignStatus.HELD])
def test_a_campaign_that_stands_still_goes_on_standing(ended, status):
    with transaction() as session:
        session.execute(update(Campaign).values(status=status))
        assert send_unknown_again(session, ended) == 2
    assert campaign(ended).status == status


@pytest.mark.parametrize("status", [CampaignStatus.CANCELLED, CampaignStatus.DRAFT])
def test_nothing_of_a_campaign_that_is_cancelled_or_has_not_left_is_tried_again(ended, status):
    with transaction() as session:
        session.execute(update(Campaign).values(status=status))
    for verb in (send_unknown_again, retry_refused):
        with pytest.raises(WrongState, match=status.value), transaction() as session:
            verb(session, ended)
    assert statuses(ended) == list(ENDS)


def test_in_a_leased_chunk_the_row_waits_until_the_chunk_is_given_back(ended):
    with transaction() as session:
        retry_refused(session, ended)
        held = lease_chunk(session, ended, owner="w", host="h", lease_seconds=60)
        send_unknown_again(session, ended)
        assert session.get_one(Chunk, held.lease.chunk_id).state == ChunkState.LEASED
        record_outcomes(session, held.lease, [Outcome(held.rows[0].message_id, _S.SENT, now(), 1)])
        assert give_back(session, held.lease) == ChunkState.OPEN


def test_what_is_left_as_it_is_stays_unknown_and_is_written_down(ended):
    with transaction() as session:
        leave_unknown(session, ended)
    assert campaign(ended).unknown_left == 2
    assert statuses(ended) == list(ENDS)
    assert acts() == [("campaign.unknown_left", {"letters": 2})]


def test_letters_sent_again_whose_fate_is_unknown_again_are_asked_about_again(ended):
    with transaction() as session:
        leave_unknown(session, ended)
        send_unknown_again(session, ended)
    for _ in range(2):
        with transaction() as session:
            work(session, ended, [_S.UNKNOWN])
    with reading() as session:
        assert books_of(session, ended).unknown > session.get_one(Campaign, ended).unknown_left
