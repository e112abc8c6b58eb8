"""Closing a cancelled campaign's chunks, on real rows."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.clock import now
from app.database.session import reading, transaction
from app.models import Chunk, ChunkState, Message, MessageStatus
from app.services import audience, scheduling
from app.services.chunks import joined
from app.services.delivery import Outcome, record_outcomes
from app.services.leases import give_back, lease_chunk
from app.services.recovery import set_suspects_aside
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed

SENT, DEFERRED, REFUSED = MessageStatus.SENT, MessageStatus.DEFERRED, MessageStatus.REFUSED


@pytest.fixture
def two_campaigns(database, monkeypatch) -> tuple[int, int]:
    """Two campaigns to the same 15 people, in chunks of 3."""
    monkeypatch.setattr(audience, "CHUNK_SIZE", 3)
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 15)
        return make_sending(session, readers).id, make_sending(session, readers).id


def lease(campaign_id: int):
    with transaction() as session:
        return lease_chunk(session, campaign_id, owner="worker-1", host="here", lease_seconds=60)


def record(held, *statuses: MessageStatus) -> None:
    later = now() + timedelta(minutes=5)
    rows = zip(held.rows, statuses, strict=False)
    outcomes = [Outcome(row.message_id, status, now(), 1, next_at=later) for row, status in rows]
    with transaction() as session:
        record_outcomes(session, held.lease, outcomes)


def give_back_of(held) -> None:
    with transaction() as session:
        give_back(session, held.lease)


def chunks_of(campaign_id: int) -> list[Chunk]:
    with reading() as session:
        return list(session.scalars(select(Chunk).where(Chunk.campaign_id == campaign_id).order_by(Chunk.id)))


def counted(chunk: Chunk) -> dict[str, int]:
    rows = select(Message.status, func.count()).where(
        Message.campaign_id == chunk.campaign_id, Message.id.between(chunk.first_id, chunk.last_id)
    )
    with reading() as session:
        return {status.value: count for status, count in session.execute(rows.group_by(Message.status))}


def test_cancelling_closes_open_chunks_with_true_counts_and_leaves_leased_ones(two_campaigns):
    cancelled, other = two_campaigns
    whole, partly, leased = lease(cancelled), lease(cancelled), lease(cancelled)
    record(whole, SENT, SENT, SENT)
    record(partly, SENT, DEFERRED, REFUSED)
    record(leased, SENT)
    give_back_of(whole)
    give_back_of(partly)
    with transaction() as session:
        scheduling.cancel(session, cancelled)
    chunks = chunks_of(cancelled)
    states = [(chunk.state, chunk.next_at, counted(chunk)) for chunk in chunks]
    assert states == [
        (ChunkState.DONE, None, {"sent": 3}),
        (ChunkState.DONE, None, {"sent": 1, "cancelled": 1, "refused": 1}),
        (ChunkState.LEASED, None, {"sent": 1, "pending": 2}),
        (ChunkState.DONE, None, {"cancelled": 3}),
        (ChunkState.DONE, None, {"cancelled": 3}),
    ]
    assert all(chunk.counts == counted(chunk) for chunk in chunks if chunk.state == ChunkState.DONE)
    assert [counted(chunk) for chunk in chunks_of(other)] == [{"pending": 3}] * 5


def test_only_spans_that_touch_are_joined():
    assert joined([(1, 3), (4, 6), (8, 9), (10, 10), (20, 22)]) == [(1, 6), (8, 10), (20, 22)]
    assert joined([]) == []


def test_an_open_chunk_keeps_its_counts_until_the_next_lease(two_campaigns):
    campaign_id, _other = two_campaigns
    held = lease(campaign_id)
    record(held, SENT, DEFERRED)
    give_back_of(held)
    with transaction() as session:
        chunk = session.get_one(Chunk, held.lease.chunk_id)
        assert (chunk.state, chunk.counts) == (ChunkState.OPEN, {"sent": 1, "deferred": 1, "pending": 1})
        chunk.deaths, chunk.suspects = 3, [held.rows[2].message_id]
        assert set_suspects_aside(session, campaign_id) == 1
    with reading() as session:
        assert session.get_one(Chunk, held.lease.chunk_id).counts == {"sent": 1, "deferred": 1, "refused": 1}
    assert lease(campaign_id).lease.chunk_id == held.lease.chunk_id
    with reading() as session:
        assert session.get_one(Chunk, held.lease.chunk_id).counts is None
