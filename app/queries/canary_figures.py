"""What became of a campaign's first letters, by which the rest is let go or held."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from app.models import (
    Campaign,
    Chunk,
    ChunkState,
    Event,
    EventKind,
    Message,
    MessageStatus,
    Suppression,
    SuppressionReason,
)
from app.queries.books import rows_between

_S = MessageStatus
TRIED = (_S.SENT, _S.REFUSED, _S.DEFERRED, _S.UNKNOWN)


@dataclass(frozen=True, slots=True)
class CanaryFigures:
    """`tried` first letters were handed over or refused; of those so many bounced (refused, or sent back later), were
    reported as spam, were put off by their mail server at least once, or led somebody to leave.
    """

    tried: int = 0
    bounced: int = 0
    complained: int = 0
    deferred: int = 0
    unsubscribed: int = 0

    def __add__(self, other: "CanaryFigures") -> "CanaryFigures":
        return CanaryFigures(
            self.tried + other.tried,
            self.bounced + other.bounced,
            self.complained + other.complained,
            self.deferred + other.deferred,
            self.unsubscribed + other.unsubscribed,
        )


def canary_figures(session: Session, campaign: Campaign) -> CanaryFigures:
    found = CanaryFigures()
    chunks = select(Chunk.first_id, Chunk.last_id).where(Chunk.campaign_id == campaign.id, Chunk.wave == 0)
    for first_id, last_id in session.execute(chunks.order_by(Chunk.id)).all():
        found += figures_between(session, campaign, rows_between(campaign.id, first_id, last_id))
    return found


def figures_between(session: Session, campaign: Campaign, rows: tuple[ColumnElement[bool], ...]) -> CanaryFigures:
    is_tried = Message.status.in_(TRIED)
    sent_back = (Message.status == _S.SENT) & suppressed(campaign, SuppressionReason.ADDRESS_BAD)
    put_off = (Message.status == _S.DEFERRED) | (is_tried & (Message.attempts > 1))
    counted = select(
        func.count().filter(is_tried),
        func.count().filter((Message.status == _S.REFUSED) | sent_back),
        func.count().filter(is_tried & suppressed(campaign, SuppressionReason.COMPLAINT)),
        func.count().filter(put_off),
        func.count().filter(is_tried & has_left(campaign)),
    ).where(*rows)
    return CanaryFigures(*session.execute(counted).one())


def suppressed(campaign: Campaign, reason: SuppressionReason) -> ColumnElement[bool]:
    """Whether the address became one not to be written to since the campaign began."""
    since = campaign.started_at or campaign.created_at
    return exists().where(
        Suppression.address_hash == Message.address_hash,
        Suppression.reason == reason,
        Suppression.created_at >= since,
    )


def has_left(campaign: Campaign) -> ColumnElement[bool]:
    return exists().where(
        Event.subscriber_id == Message.subscriber_id,
        Event.campaign_id == campaign.id,
        Event.kind == EventKind.UNSUBSCRIBED,
    )


def waves_of(session: Session, campaign_id: int) -> tuple[int, int] | None:
    """The first wave of a campaign's letters and the last; None without any."""
    first, last = session.execute(
        select(func.min(Chunk.wave), func.max(Chunk.wave)).where(Chunk.campaign_id == campaign_id)
    ).one()
    return None if first is None else (first, last)


def is_leaving(session: Session, campaign_id: int) -> bool:
    """Whether a first letter is still to go, or in somebody's hand; those put off are not waited for."""
    first_ones = Chunk.campaign_id == campaign_id, Chunk.wave == 0
    unfinished = select(Chunk.state, Chunk.first_id, Chunk.last_id).where(*first_ones, Chunk.state != ChunkState.DONE)
    for state, first_id, last_id in session.execute(unfinished).all():
        to_go = exists().where(*rows_between(campaign_id, first_id, last_id), Message.status == _S.PENDING)
        if state == ChunkState.LEASED or session.scalar(select(to_go)):
            return True
    return False
