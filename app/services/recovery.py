"""Ends the lease of an owner that is dead, in one transaction: what its journal tells, what nobody can know, the rest.

Whether it is dead decides `workers/sending/reaper.py`. Lock order: campaign, chunk, messages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.jobs import Job, enqueue
from app.models import (
    Campaign,
    CampaignStatus,
    Chunk,
    ChunkState,
    HoldCause,
    Message,
    MessageStatus,
    Reason,
    Subscriber,
)
from app.services.campaigns import lock_campaign
from app.services.chunks import UNFINISHED, recount, rows_of
from app.services.delivery import Outcome, record_outcomes
from app.services.holds import hold
from app.services.leases import Lease, lock_held, release

MOST_DEATHS = 3
MOST_IDLE_DEATHS = 10


@dataclass(frozen=True, slots=True)
class LeasedRow:
    """A lease as it stands in the database, whoever holds it."""

    lease: Lease
    host: str
    beat: datetime | None
    lease_until: datetime | None


@dataclass(frozen=True, slots=True)
class DeadChunk:
    """A dead owner's chunk, locked. `pending` is message id -> earlier tries; ids up to `begun_to` may have begun."""

    lease: Lease
    campaign: Campaign
    chunk: Chunk
    begun_to: int
    pending: Mapping[int, int]


def leased_chunks(session: Session) -> tuple[LeasedRow, ...]:
    found = session.scalars(select(Chunk).where(Chunk.state == ChunkState.LEASED).order_by(Chunk.id))
    return tuple(
        LeasedRow(Lease(one.id, one.campaign_id, one.fence, one.owner or ""), one.host or "", one.beat, one.lease_until)
        for one in found
    )


def take_dead(session: Session, lease: Lease, *, expired_for: timedelta | None = None) -> DeadChunk | None:
    """Locks a dead owner's chunk; None where the lease is over, or (given `expired_for`) not over for so long."""
    campaign = lock_campaign(session, lease.campaign_id)
    chunk = lock_held(session, lease)
    if chunk is None or chunk.lease_until is None:
        return None
    if expired_for is not None and chunk.lease_until + expired_for > now():
        return None
    rows = session.execute(
        select(Message.id, Message.attempts).where(*rows_of(chunk), Message.status == MessageStatus.PENDING)
    )
    return DeadChunk(lease, campaign, chunk, chunk.begun_to, dict(rows.all()))


def release_dead(
    session: Session, dead: DeadChunk, outcomes: Sequence[Outcome], *, suspect: int | None = None, idle: bool = False
) -> ChunkState:
    """Writes the outcomes, opens the chunk under a new fence and rings for it. After too many deaths in a row at one
    letter, or of owners that had begun nothing, the campaign is held.

    `suspect` is the letter that the owner was writing when it died; `idle` says that it had not begun any.
    """
    record_outcomes(session, dead.lease, outcomes)
    chunk = dead.chunk
    count_death(session, chunk, suspect, idle=idle)
    state = release(session, dead.campaign, chunk)
    chunk.fence += 1
    if state == ChunkState.OPEN and is_hopeless(chunk):
        if dead.campaign.status == CampaignStatus.SENDING:
            hold(session, dead.campaign, HoldCause.POISON, poison_sentence(session, chunk))
    else:
        enqueue(session, Job.SEND if state == ChunkState.OPEN else Job.FINISH, chunk.campaign_id)
    return state


def count_death(session: Session, chunk: Chunk, suspect: int | None, *, idle: bool) -> None:
    """Three in a row at one letter are too many, the first one blind: only after it owners note what they write.

    Ten are too many of owners that had begun nothing; fewer may be chance, where processes are killed from outside.
    """
    left = session.scalar(
        select(func.count()).select_from(Message).where(*rows_of(chunk), Message.status.in_(UNFINISHED))
    )
    same_letter = suspect is not None and chunk.suspects == [suspect]
    nothing_done = idle and not chunk.suspects and left == chunk.left_at_death
    if suspect is not None and not chunk.suspects:
        chunk.deaths = min(chunk.deaths, 1) + 1
    else:
        chunk.deaths = chunk.deaths + 1 if same_letter or nothing_done else 1
    chunk.suspects = [suspect] if suspect is not None else None
    chunk.left_at_death = left


def is_hopeless(chunk: Chunk) -> bool:
    return chunk.deaths >= (MOST_DEATHS if chunk.suspects else MOST_IDLE_DEATHS)


def poison_sentence(session: Session, chunk: Chunk) -> str:
    """Says at whose letter it happened, as far as the journals told."""
    address = session.scalar(
        select(Subscriber.email)
        .join(Message, Message.subscriber_id == Subscriber.id)
        .where(Message.id.in_(chunk.suspects or []), *rows_of(chunk))
    )
    if not address:
        return (
            f"{MOST_IDLE_DEATHS} times in a row a send process died before it began any letter, and left no word why. "
            "Look at its log, then resume."
        )
    return (
        f"Three times in a row a send process died while it wrote the letter to {address}. "
        "Resume to leave this letter out and send the rest, or mend what stands in this person's fields first."
    )


def set_suspects_aside(session: Session, campaign_id: int) -> int:
    """Refuses the letters that senders died at, so that the rest can go on; returns how many."""
    chunks = session.scalars(
        select(Chunk)
        .where(Chunk.campaign_id == campaign_id, Chunk.deaths > 0, Chunk.state == ChunkState.OPEN)
        .order_by(Chunk.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    aside = 0
    for chunk in chunks:
        gone = session.execute(
            update(Message)
            .where(*rows_of(chunk), Message.id.in_(chunk.suspects or []), Message.status.in_(UNFINISHED))
            .values(status=MessageStatus.REFUSED, reason=Reason.RENDER_FAILED, next_at=None)
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        ).all()
        aside += len(gone)
        chunk.deaths, chunk.left_at_death, chunk.suspects = 0, None, None
    recount(session, chunks)
    return aside
