"""What could be tried again: letters that were refused, letters of unknown fate, and the letters a campaign died at."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from app.models import Chunk, Message, MessageStatus, Subscriber, Suppression
from app.queries.books import counts_hold, rows_between

NOT_SETTLED = (MessageStatus.PENDING, MessageStatus.DEFERRED, MessageStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Retryable:
    """How many letters would go out at a new try; those to addresses never to be written to would not."""

    refused: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Suspect:
    """Somebody at whose letter senders died."""

    subscriber_id: int
    name: str
    email: str


def retryable(session: Session, campaign_id: int) -> Retryable:
    return Retryable(
        refused=count_retryable(session, campaign_id, MessageStatus.REFUSED),
        unknown=count_retryable(session, campaign_id, MessageStatus.UNKNOWN),
    )


def count_retryable(session: Session, campaign_id: int, status: MessageStatus) -> int:
    total = 0
    for first_id, last_id in ranges_with(session, campaign_id, status):
        rows = select(func.count()).select_from(Message)
        rows = rows.where(*rows_between(campaign_id, first_id, last_id), *may_be_tried(status))
        total += session.scalar(rows) or 0
    return total


def may_be_tried(status: MessageStatus) -> tuple[ColumnElement[bool], ...]:
    """Rows in this state whose address may still be written to."""
    return Message.status == status, ~exists().where(Suppression.address_hash == Message.address_hash)


def ranges_with(session: Session, campaign_id: int, status: MessageStatus) -> list[tuple[int, int]]:
    """Ranges of message ids with rows in this state, as far as chunks tell; neighbours are one range."""
    found: list[tuple[int, int]] = []
    counts = case((counts_hold(), Chunk.counts))
    chunks = select(Chunk.first_id, Chunk.last_id, counts).where(Chunk.campaign_id == campaign_id)
    for first_id, last_id, known in session.execute(chunks.order_by(Chunk.first_id)).all():
        if known is not None and not known.get(status.value):
            continue
        if found and found[-1][1] + 1 == first_id:
            found[-1] = (found[-1][0], last_id)
        else:
            found.append((first_id, last_id))
    return found


def suspects_of(session: Session, campaign_id: int) -> tuple[Suspect, ...]:
    """The people at whose letters senders died, as long as nothing else became of them."""
    told = session.scalars(select(Chunk.suspects).where(Chunk.campaign_id == campaign_id, Chunk.deaths > 0)).all()
    ids: Sequence[int] = [message_id for suspects in told for message_id in suspects or ()]
    people = (
        select(Subscriber.id, Subscriber.first_name, Subscriber.last_name, Subscriber.email)
        .join(Message, Message.subscriber_id == Subscriber.id)
        .where(Message.id.in_(ids), Message.campaign_id == campaign_id, Message.status.in_(NOT_SETTLED))
        .order_by(Message.id)
    )
    return tuple(
        Suspect(id_, f"{first_name} {last_name}".strip(), email)
        for id_, first_name, last_name, email in session.execute(people).all()
    )
