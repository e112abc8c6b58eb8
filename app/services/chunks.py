"""Runs of a campaign's messages: which rows are theirs, and how they are closed. Leasing is in `delivery`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import ColumnElement, CursorResult, exists, func, select, update
from sqlalchemy.orm import Session

from app.models import Chunk, ChunkState, Message, MessageStatus, Reason
from app.queries.books import joined

UNFINISHED = (MessageStatus.PENDING, MessageStatus.DEFERRED)


class Run(Protocol):
    """What names a run of messages: a chunk, or as much of one as was read."""

    @property
    def campaign_id(self) -> int: ...

    @property
    def first_id(self) -> int: ...

    @property
    def last_id(self) -> int: ...


def rows_of(chunk: Run) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition that picks a chunk's messages; by id, since an index on the campaign would read all of them."""
    return (Message.campaign_id + 0) == chunk.campaign_id, Message.id.between(chunk.first_id, chunk.last_id)


def cancel_unfinished(session: Session, chunk: Run) -> None:
    session.execute(
        update(Message)
        .where(*rows_of(chunk), Message.status.in_(UNFINISHED))
        .values(status=MessageStatus.CANCELLED, next_at=None)
        .execution_options(synchronize_session=False)
    )


def lock_chunks_of(session: Session, message_ids: Sequence[int]) -> list[Chunk]:
    """The chunks these messages stand in, kept from everybody else until the transaction ends."""
    holds_one = exists().where(
        Message.id.in_(message_ids),
        Message.id.between(Chunk.first_id, Chunk.last_id),
        Message.campaign_id == Chunk.campaign_id,
    )
    campaigns = select(Message.campaign_id).where(Message.id.in_(message_ids))
    return list(
        session.scalars(
            select(Chunk)
            .where(Chunk.campaign_id.in_(campaigns), holds_one)
            .order_by(Chunk.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def recount(session: Session, chunks: Iterable[Chunk]) -> None:
    """Counts the rows of chunks again whose counts were kept: something changed after that."""
    for chunk in chunks:
        if chunk.counts is not None:
            chunk.counts = count_rows(session, chunk)


def count_rows(session: Session, chunk: Chunk) -> dict[str, int]:
    found = session.execute(select(Message.status, func.count()).where(*rows_of(chunk)).group_by(Message.status))
    return {status.value: count for status, count in found}


@dataclass(frozen=True, slots=True)
class Remainder:
    """Where a chunk stands by what is left of it, and how many rows it has in each state."""

    state: ChunkState
    next_at: datetime | None
    counts: Mapping[str, int]


def remainder_of(session: Session, chunk: Run, *, retry_at: datetime | None = None) -> Remainder:
    """Pending rows are due at `retry_at` (None: at once), deferred ones at their time. Where none is left: done."""
    rows = select(Message.status, func.count(), func.min(Message.next_at)).where(*rows_of(chunk))
    found = {status: (count, next_at) for status, count, next_at in session.execute(rows.group_by(Message.status))}
    counts = {status.value: count for status, (count, _) in found.items()}
    if MessageStatus.PENDING in found:
        return Remainder(ChunkState.OPEN, retry_at, counts)
    if MessageStatus.DEFERRED in found:
        return Remainder(ChunkState.OPEN, found[MessageStatus.DEFERRED][1], counts)
    return Remainder(ChunkState.DONE, None, counts)


def reopen_or_close(session: Session, chunk: Chunk) -> None:
    """Ends a lease by what is left. The counts are kept, so that nobody need read its rows before the next lease."""
    left = remainder_of(session, chunk)
    chunk.move_to(left.state)
    chunk.next_at, chunk.counts = left.next_at, dict(left.counts)


def cancel_open_chunks(session: Session, campaign_id: int) -> None:
    """Cancels what has not left of a locked campaign, but for its leased chunks; a few statements for all rows."""
    end_open_chunks(session, campaign_id, {"status": MessageStatus.CANCELLED})


def expire_open_chunks(session: Session, campaign_id: int) -> int:
    """Leaves out, in the same way, what has not left in time; returns how many letters."""
    return end_open_chunks(session, campaign_id, {"status": MessageStatus.SKIPPED, "reason": Reason.EXPIRED})


def end_open_chunks(session: Session, campaign_id: int, end: Mapping[str, object]) -> int:
    ended = 0
    still_open = Chunk.campaign_id == campaign_id, Chunk.state == ChunkState.OPEN
    spans = session.execute(
        select(Chunk.first_id, Chunk.last_id).where(*still_open).order_by(Chunk.id).with_for_update()
    ).all()
    of_campaign = (Message.campaign_id + 0) == campaign_id
    for first_id, last_id in joined(spans):
        done = session.execute(
            update(Message)
            .where(of_campaign, Message.id.between(first_id, last_id), Message.status.in_(UNFINISHED))
            .values(**end, next_at=None)
            .execution_options(synchronize_session=False)
        )
        ended += cast("CursorResult[Any]", done).rowcount
    # A count for each state, not a join by range: without figures of the tables, PostgreSQL would read all for each.
    within = of_campaign, Message.id.between(Chunk.first_id, Chunk.last_id)
    counted = {
        status.value: select(func.count()).where(*within, Message.status == status).scalar_subquery()
        for status in MessageStatus
        if status not in UNFINISHED
    }
    closed = []
    for chunk_id, *found in session.execute(select(Chunk.id, *counted.values()).where(*still_open)):
        counts = {word: count for word, count in zip(counted, found, strict=True) if count}
        closed.append({"id": chunk_id, "state": ChunkState.DONE, "next_at": None, "counts": counts})
    if closed:
        session.execute(update(Chunk), closed)
    return ended
