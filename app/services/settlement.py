"""Settles letters of unknown fate: whoever holds a letter's token proves that it was accepted.

Called by the readers' doors when a token comes, and by whoever writes that a fate is unknown.
Lock order: chunk, messages.
"""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from app.models import Event, EventKind, Message, MessageStatus
from app.services.chunks import lock_chunks_of, recount


class ProofWay(StrEnum):
    """What somebody did with a letter that they can only have if it was accepted."""

    CLICK = "click"
    OPEN = "open"
    BROWSER_VIEW = "browser_view"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"


def needs_proof(session: Session, message_id: int) -> bool:
    """Whether a proof would be news: false for the letters that were sent, nearly all."""
    status = session.scalar(select(Message.status).where(Message.id == message_id))
    return status not in {None, MessageStatus.SENT}


def prove_accepted(session: Session, message_id: int, way: str) -> bool:
    """Keeps the first proof that a letter was accepted, where that is news; whether its unknown row is sent by it.

    A row in another state stays as it is: its outcome may not be written yet, and `settle_proved` asks then.
    """
    if not needs_proof(session, message_id):
        return False
    message = lock_message(session, message_id)
    if message.status == MessageStatus.SENT:
        return False
    kept = exists().where(Event.message_id == message_id, Event.kind == EventKind.LETTER_PROVED)
    if not session.scalar(select(kept)):
        ids = {"campaign_id": message.campaign_id, "subscriber_id": message.subscriber_id, "message_id": message_id}
        session.add(Event(kind=EventKind.LETTER_PROVED, facts={"way": str(way)}, **ids))
        session.flush()
    return bool(settle_proved(session, [message_id]))


def lock_message(session: Session, message_id: int) -> Message:
    """The row as it stands now, its chunk locked before it, so that no outcome is written meanwhile."""
    lock_chunks_of(session, [message_id])
    return session.scalars(
        select(Message).where(Message.id == message_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def settle_proved(session: Session, message_ids: Collection[int]) -> set[int]:
    """Of rows that are unknown, those already proved become sent, as of their proof; the ids of these.

    To be called in the transaction that makes rows unknown, under its locks. Done chunks are counted again.
    """
    of_row = Event.message_id == Message.id, Event.kind == EventKind.LETTER_PROVED
    proved_at = select(func.min(Event.at)).where(*of_row).scalar_subquery()
    settled = session.scalars(
        update(Message)
        .where(Message.id.in_(message_ids), Message.status == MessageStatus.UNKNOWN, exists().where(*of_row))
        .values(status=MessageStatus.SENT, reason=None, sent_at=proved_at)
        .returning(Message.id)
    ).all()
    if settled:
        recount(session, lock_chunks_of(session, settled))
    return set(settled)
