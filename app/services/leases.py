"""Leases of chunks: taken, renewed, given back, and how far letters may begin under them. Called by the send workers.

Lock order in every verb here, in `delivery` and in `scheduling`: campaign, chunk, messages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, bindparam, exists, select, text, update
from sqlalchemy.orm import Session

from app.clock import now
from app.database import ledger_sql
from app.database.statements import statements_for
from app.models import (
    Campaign,
    CampaignStatus,
    Chunk,
    ChunkState,
    DeparturePlan,
    Message,
    MessageStatus,
    WarmUp,
)
from app.models.base import Base, UtcTime
from app.services.chunks import Run, cancel_unfinished, remainder_of, reopen_or_close, rows_of
from app.services.envelopes import Envelope
from app.services.gates import may_begin
from app.services.letter_rows import LetterRow, frozen_letters, rows_to_go
from app.services.warm_ups import allowance

CAMPAIGN, CHUNK = Base.metadata.tables["campaign"], Base.metadata.tables["chunk"]
MOVE_BEGUN_TO = text(ledger_sql.MOVE_BEGUN_TO)
ANY_DUE = text(ledger_sql.ANY_DUE).bindparams(bindparam("now", type_=UtcTime()))
GRANT = text(ledger_sql.GRANT)
# All that a lease must know of its campaign, which nobody moves meanwhile; most have no plan, most houses no warm-up.
LOCK_CAMPAIGN = (
    select(
        CAMPAIGN.c.id,
        CAMPAIGN.c.status,
        CAMPAIGN.c.epoch,
        CAMPAIGN.c.wave_open,
        exists().where(DeparturePlan.campaign_id == CAMPAIGN.c.id).label("planned"),
        exists().where(WarmUp.finished_at.is_(None)).label("warming"),
    )
    .where(CAMPAIGN.c.id == bindparam("campaign_id"))
    .with_for_update(read=True)
)
NOBODYS = {"owner": None, "host": None, "lease_until": None}
NO_DEATHS = {"deaths": 0, "left_at_death": None}
BEGUN_AHEAD = 100


@dataclass(frozen=True, slots=True)
class Lease:
    """Whose a chunk is. What is written under an old fence matches nothing."""

    chunk_id: int
    campaign_id: int
    fence: int
    owner: str


class Taken(NamedTuple):
    """What is read of a chunk when it is leased."""

    id: int
    campaign_id: int
    first_id: int
    last_id: int
    fence: int
    deaths: int


@dataclass(frozen=True, slots=True)
class LeasedChunk:
    """A chunk that is its owner's until `lease_until`. `rows` may be empty (all have gone meanwhile): give it back.

    `envelopes` is by variant id; the compiled letters come from `letters.load_compiled(session, variant_id)`.
    `begun_to` is how far letters may begin at once, `epoch` the campaign's, `deaths` those of owners in this chunk.
    """

    lease: Lease
    first_id: int
    last_id: int
    lease_until: datetime
    envelopes: Mapping[int, Envelope]
    rows: tuple[LetterRow, ...]
    begun_to: int = 0
    epoch: int = 0
    deaths: int = 0


def any_due(session: Session, campaign_id: int) -> bool:
    """Whether a chunk could be leased now, so far as chunks tell: what holds a campaign back is asked at the lease."""
    return session.execute(ANY_DUE, {"campaign_id": campaign_id, "now": now()}).first() is not None


def lease_chunk(
    session: Session, campaign_id: int, *, owner: str, host: str, lease_seconds: float
) -> LeasedChunk | None:
    """One open chunk of a sending campaign, its due deferred rows pending again and people who left skipped.

    None where the campaign is not sending, may not send now, or no open chunk is due.
    """
    campaign = session.execute(LOCK_CAMPAIGN, {"campaign_id": campaign_id}).one_or_none()
    if campaign is None or not may_lease(session, campaign):
        return None
    allowed = allowance(session, campaign_id) if campaign.warming else None
    if allowed == 0:
        return None
    moment = now()
    until = moment + timedelta(seconds=lease_seconds)
    wanted = {"campaign_id": campaign_id, "wave": campaign.wave_open, "owner": owner, "host": host}
    found = statements_for(session).lease_open_chunk(session, {**wanted, "now": moment, "until": until})
    if found is None:
        return None
    chunk = Taken(*found)
    if chunk.fence > 1:  # before the first lease nothing was tried
        wake_deferred(session, chunk, moment)
    letters = frozen_letters(session, campaign_id)
    rows = rows_to_go(session, chunk, letters, moment)[:allowed]
    return LeasedChunk(
        lease=Lease(chunk.id, campaign_id, chunk.fence, owner),
        first_id=chunk.first_id,
        last_id=chunk.last_id,
        lease_until=until,
        envelopes={one.variant_id: one.envelope for one in letters},
        rows=rows,
        begun_to=grant(session, chunk.id, rows, allowed),
        epoch=campaign.epoch,
        deaths=chunk.deaths,
    )


def may_lease(session: Session, campaign: Any) -> bool:
    if campaign.status != CampaignStatus.SENDING:
        return False
    return not campaign.planned or may_begin(session, campaign.id)


def grant(session: Session, chunk_id: int, rows: Sequence[LetterRow], allowed: int | None) -> int:
    """Notes how far letters may begin, and returns it."""
    begun_to = begin_window(rows)
    grant_to = None if allowed is None else max((row.message_id for row in rows), default=0)
    session.execute(GRANT, {"chunk_id": chunk_id, "begun_to": begun_to, "grant_to": grant_to})
    return begun_to


def begin_window(rows: Sequence[LetterRow]) -> int:
    """The last of the first 100 rows: no letter above it may begin before `move_begun_to` was acknowledged."""
    return rows[min(len(rows), BEGUN_AHEAD) - 1].message_id if rows else 0


def move_begun_to(session: Session, lease: Lease, message_id: int) -> bool:
    """Lets letters up to `message_id` begin, once committed; False where the lease is no longer the caller's."""
    held = {"chunk_id": lease.chunk_id, "fence": lease.fence, "owner": lease.owner}
    return session.execute(MOVE_BEGUN_TO, {**held, "begun_to": message_id}).scalar() is not None


def wake_deferred(session: Session, chunk: Run, moment: datetime) -> None:
    session.execute(
        update(Message)
        .where(*rows_of(chunk), Message.status == MessageStatus.DEFERRED, Message.next_at <= moment)
        .values(status=MessageStatus.PENDING, next_at=None)
        .execution_options(synchronize_session=False)
    )


def renew_lease(session: Session, lease: Lease, *, lease_seconds: float) -> datetime | None:
    """The new end of the lease; None where it is no longer the caller's, who must stop at once."""
    moment = now()
    until = moment + timedelta(seconds=lease_seconds)
    renewed = session.execute(
        update(Chunk).where(*still_held(lease)).values(beat=moment, lease_until=until).returning(Chunk.id)
    ).all()
    return until if renewed else None


def still_held(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (
        Chunk.id == lease.chunk_id,
        Chunk.fence == lease.fence,
        Chunk.owner == lease.owner,
        Chunk.state == ChunkState.LEASED,
    )


def leases_of(session: Session, owner: str) -> tuple[Lease, ...]:
    """What is leased in this owner's name: after a lost answer, these are given back."""
    found = session.scalars(select(Chunk).where(Chunk.owner == owner, Chunk.state == ChunkState.LEASED))
    return tuple(Lease(chunk.id, chunk.campaign_id, chunk.fence, owner) for chunk in found)


def give_back(session: Session, lease: Lease, *, retry_at: datetime | None = None) -> ChunkState | None:
    """Ends a lease once every outcome under it is written: done, or open again for what is left.

    Pending rows are due at `retry_at` (None: at once), else the chunk waits for its earliest deferred row. Of a
    cancelled campaign, what is left is cancelled. None where the lease was no longer the caller's.
    """
    campaign = session.execute(LOCK_CAMPAIGN, {"campaign_id": lease.campaign_id}).one()
    held = select(CHUNK.c.campaign_id, CHUNK.c.first_id, CHUNK.c.last_id).where(*still_held(lease))
    run = session.execute(held.with_for_update()).one_or_none()
    if run is None:
        return None
    chunk = cast("Run", run)
    if campaign.status == CampaignStatus.CANCELLED:
        cancel_unfinished(session, chunk)
    left = remainder_of(session, chunk, retry_at=retry_at)
    ended = {"state": left.state, "next_at": left.next_at, "counts": left.counts, "beat": now()}
    session.execute(update(CHUNK).where(CHUNK.c.id == lease.chunk_id).values(**ended, **NOBODYS, **NO_DEATHS))
    return left.state


def lock_held(session: Session, lease: Lease) -> Chunk | None:
    """The chunk of a lease, kept from everybody else; None where the lease is no longer the caller's."""
    return session.scalars(
        select(Chunk).where(*still_held(lease)).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def release(session: Session, campaign: Campaign, chunk: Chunk) -> ChunkState:
    """Ends the lease of a locked chunk whose owner is dead."""
    if campaign.status == CampaignStatus.CANCELLED:
        cancel_unfinished(session, chunk)
    reopen_or_close(session, chunk)
    chunk.owner = chunk.host = chunk.lease_until = None
    chunk.beat = now()
    return chunk.state
