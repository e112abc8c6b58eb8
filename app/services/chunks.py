"""Runs of a campaign's messages: which rows are theirs, and how one is closed. Leasing is in `delivery`."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from app.models import Chunk, ChunkState, Message, MessageStatus

UNFINISHED = (MessageStatus.PENDING, MessageStatus.DEFERRED)


def rows_of(chunk: Chunk) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition that picks a chunk's messages; by id, since an index on the campaign would read all of them."""
    return (Message.campaign_id + 0) == chunk.campaign_id, Message.id.between(chunk.first_id, chunk.last_id)


def cancel_unfinished(session: Session, chunk: Chunk) -> None:
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


def close_chunk(session: Session, chunk: Chunk) -> None:
    """Marks a chunk done and keeps its counts, so that progress need not read its rows again."""
    chunk.counts = count_rows(session, chunk)
    chunk.move_to(ChunkState.DONE)
    chunk.next_at = None
