"""A campaign's rows as they stand, and what must be true of them whatever happened. For `test_state_machine.py`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from app.database.session import reading
from app.models import (
    Campaign,
    CampaignStatus,
    Chunk,
    ChunkState,
    Event,
    EventKind,
    Exclusion,
    Message,
    MessageStatus,
)
from app.models import campaign as campaign_model
from app.models import chunk as chunk_model
from app.models import message as message_model
from app.queries.books import Books, books_of

UNFINISHED = {MessageStatus.PENDING, MessageStatus.DEFERRED}


@dataclass(frozen=True)
class LedgerRows:
    campaign: Campaign
    chunks: Mapping[int, Chunk]
    messages: Mapping[int, Message]
    excluded: Mapping[int, str]
    proofs: list[int]
    books: Books

    def of_chunk(self, chunk: Chunk) -> list[Message]:
        return [one for one in self.messages.values() if chunk.first_id <= one.id <= chunk.last_id]

    def counts(self) -> Counter[MessageStatus]:
        return Counter(one.status for one in self.messages.values())


def look(campaign_id: int) -> LedgerRows:
    with reading() as session:
        chunks = session.scalars(select(Chunk).where(Chunk.campaign_id == campaign_id).order_by(Chunk.id))
        messages = session.scalars(select(Message).where(Message.campaign_id == campaign_id).order_by(Message.id))
        excluded = session.scalars(select(Exclusion).where(Exclusion.campaign_id == campaign_id))
        proofs = select(Event.message_id).where(Event.campaign_id == campaign_id, Event.kind == EventKind.LETTER_PROVED)
        return LedgerRows(
            campaign=session.get_one(Campaign, campaign_id),
            chunks={one.id: one for one in chunks},
            messages={one.id: one for one in messages},
            excluded={one.subscriber_id: one.reason for one in excluded},
            proofs=sorted(session.scalars(proofs)),
            books=books_of(session, campaign_id),
        )


def check_always(before: LedgerRows, after: LedgerRows) -> None:
    check_books(after)
    check_chunks(after)
    check_end(after)
    check_moves(before, after)


def check_books(rows: LedgerRows) -> None:
    counts = rows.counts()
    assert rows.books.balanced
    assert {state: getattr(rows.books, state) for state in MessageStatus} == {
        state: counts[state] for state in MessageStatus
    }


def check_chunks(rows: LedgerRows) -> None:
    """Every row stands in one chunk; counts are true where kept, nothing is left in what is done; only a lease has an
    owner."""
    assert sorted(one.id for chunk in rows.chunks.values() for one in rows.of_chunk(chunk)) == sorted(rows.messages)
    for chunk in rows.chunks.values():
        assert (chunk.owner is not None) == (chunk.state == ChunkState.LEASED)
        counts = Counter(one.status.value for one in rows.of_chunk(chunk))
        assert chunk.counts is None or chunk.counts == counts
        if chunk.state == ChunkState.DONE:
            assert chunk.counts is not None
            assert not UNFINISHED & counts.keys()


def check_end(rows: LedgerRows) -> None:
    """Nobody waits in a campaign that was sent; in a cancelled one, only who is in a leased chunk."""
    waiting = [one for one in rows.messages.values() if one.status in UNFINISHED]
    if rows.campaign.status == CampaignStatus.SENT:
        assert waiting == []
    if rows.campaign.status == CampaignStatus.CANCELLED:
        assert all(chunk.state != ChunkState.OPEN for chunk in rows.chunks.values())


def check_moves(before: LedgerRows, after: LedgerRows) -> None:
    """Nothing is gone, no fence goes back, and whatever changed did so by a row of its MOVES."""
    may(campaign_model.MOVES, before.campaign.status, after.campaign.status)
    assert before.chunks.keys() <= after.chunks.keys()
    assert before.messages.keys() <= after.messages.keys()
    for one in before.chunks.values():
        may(chunk_model.MOVES, one.state, after.chunks[one.id].state)
        assert one.fence <= after.chunks[one.id].fence
    for row in before.messages.values():
        may(message_model.MOVES, row.status, after.messages[row.id].status)


def may(moves: Mapping[StrEnum, set[StrEnum]], old: StrEnum, new: StrEnum) -> None:
    assert old == new or new in moves[old], f"{old} became {new}"
