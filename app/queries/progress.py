"""How fast a campaign leaves, when it may be done, and what is in hand. Asked by its page and the command line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import CampaignStatus, Chunk, ChunkState, Message, MessageStatus
from app.queries.books import Books, joined, rows_between

LOOKING_BACK = timedelta(minutes=1)
SHORTEST_LOOK = timedelta(seconds=10)
QUICK_LOOK = timedelta(seconds=15)
MANY_ROWS = 20_000
BEAT_APART = timedelta(seconds=30)
"""A held chunk's beat is never older than this."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`rate` is in letters a minute; `seconds_left` is None where nobody can say; `in_hand` chunks are leased now."""

    rate: int
    seconds_left: int | None
    next_try: datetime | None
    in_hand: int


def progress_of(session: Session, books: Books) -> Progress:
    of_campaign = Chunk.campaign_id == books.campaign
    leased = select(func.count()).select_from(Chunk).where(of_campaign, Chunk.state == ChunkState.LEASED)
    waiting = select(func.min(Chunk.next_at)).where(of_campaign, Chunk.state == ChunkState.OPEN, Chunk.next_at > now())
    leaves = books.status == CampaignStatus.SENDING
    rate = letters_a_minute(session, books.campaign) if leaves else 0
    return Progress(
        rate=rate,
        seconds_left=round(60 * books.pending / rate) if rate and books.pending else None,
        next_try=session.scalar(waiting) if books.deferred else None,
        in_hand=session.scalar(leased) or 0,
    )


def letters_a_minute(session: Session, campaign_id: int) -> int:
    """The rate since the first letter of the last minute, so that a campaign just begun is not told too slow.

    Where tens of thousands leave in a minute, the last quarter of it tells as much for a quarter of the work.
    """
    moment = now()
    since = moment - LOOKING_BACK
    spans = held_since(session, campaign_id, since)
    if sum(last_id - first_id + 1 for first_id, last_id in spans) > MANY_ROWS:
        since = moment - QUICK_LOOK
        spans = held_since(session, campaign_id, since)
    count, first = accepted_in(session, campaign_id, spans, since)
    return round(60 * count / max(moment - first, SHORTEST_LOOK).total_seconds()) if first else 0


def accepted_since(session: Session, campaign_id: int, since: datetime) -> tuple[int, datetime | None]:
    """How many letters were accepted, and when the first was; only chunks that were held since then are read."""
    return accepted_in(session, campaign_id, held_since(session, campaign_id, since), since)


def held_since(session: Session, campaign_id: int, since: datetime) -> list[tuple[int, int]]:
    """Ranges of message ids that somebody held since then: given back after it, or still in hand."""
    still = and_(Chunk.state == ChunkState.LEASED, Chunk.beat >= since - BEAT_APART)
    held = select(Chunk.first_id, Chunk.last_id).where(
        Chunk.campaign_id == campaign_id, or_(Chunk.beat >= since, still)
    )
    return joined((first_id, last_id) for first_id, last_id in session.execute(held.order_by(Chunk.first_id)))


def accepted_in(
    session: Session, campaign_id: int, spans: Iterable[tuple[int, int]], since: datetime
) -> tuple[int, datetime | None]:
    total, first = 0, None
    for first_id, last_id in spans:
        accepted = select(func.count(), func.min(Message.sent_at)).where(
            *rows_between(campaign_id, first_id, last_id),
            Message.status == MessageStatus.SENT,
            Message.sent_at >= since,
        )
        count, earliest = session.execute(accepted).one()
        total += count
        first = min(filter(None, (first, earliest)), default=None)
    return total, first
