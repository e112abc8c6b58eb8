"""Leases of chunks: taken, renewed, given back, and how far letters may begin under them. Called by the send workers.

Lock order in every verb here, in `delivery` and in `scheduling`: campaign, chunk, messages.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal, select, text, update
from sqlalchemy.orm import Session

from app.clock import now
from app.database import ledger_sql
from app.database.ledger_sql import SKIP_THE_GONE
from app.database.statements import statements_for
from app.models import (
    Campaign,
    CampaignStatus,
    Chunk,
    ChunkState,
    Message,
    MessageStatus,
    MxGroup,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Variant,
)
from app.models.base import Json, UtcTime
from app.services.campaigns import lock_campaign
from app.services.chunks import cancel_unfinished, reopen_or_close, rows_of
from app.services.envelopes import Envelope, envelope_from_json
from app.services.gates import may_begin
from app.services.untracked import leave_uncounted
from app.services.warm_ups import allowance

MOVE_BEGUN_TO = text(ledger_sql.MOVE_BEGUN_TO)
SKIP = text(SKIP_THE_GONE).bindparams(bindparam("now", type_=UtcTime()))
BEGUN_AHEAD = 100


class LetterRow(NamedTuple):
    """One pending message of a leased chunk, with its person as they are now. `attempts` counts earlier tries.

    `group` is the MX group of its domain, "" where nobody has looked it up.
    """

    message_id: int
    variant_id: int
    attempts: int
    email: str
    first_name: str
    last_name: str
    language: str
    fields: Mapping[str, str]
    lists: tuple[int, ...] = ()
    group: str = ""

    @property
    def pace_name(self) -> str:
        """Under which name its pace is kept: that of its MX group, or its domain's own."""
        return self.group or self.email.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class Lease:
    """Whose a chunk is. What is written under an old fence matches nothing."""

    chunk_id: int
    campaign_id: int
    fence: int
    owner: str


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


def lease_chunk(
    session: Session, campaign_id: int, *, owner: str, host: str, lease_seconds: float
) -> LeasedChunk | None:
    """One open chunk of a sending campaign, its due deferred rows pending again and people who left skipped.

    None where the campaign is not sending, may not send now, or no open chunk is due.
    """
    campaign = lock_campaign(session, campaign_id, share=True)
    if campaign.status != CampaignStatus.SENDING or not may_begin(session, campaign_id):
        return None
    allowed = allowance(session, campaign_id)
    if allowed == 0:
        return None
    moment = now()
    until = moment + timedelta(seconds=lease_seconds)
    wanted = {"campaign_id": campaign_id, "wave": campaign.wave_open, "owner": owner, "host": host}
    chunk_id = statements_for(session).lease_open_chunk(session, {**wanted, "now": moment, "until": until})
    if chunk_id is None:
        return None
    chunk = session.get_one(Chunk, chunk_id, populate_existing=True)
    wake_deferred(session, chunk, moment)
    session.execute(
        SKIP, {"campaign_id": campaign_id, "first_id": chunk.first_id, "last_id": chunk.last_id, "now": moment}
    )
    leave_uncounted(session, chunk)
    rows = pending_rows(session, chunk)[:allowed]
    chunk.grant_to = None if allowed is None else max((row.message_id for row in rows), default=0)
    chunk.begun_to = begin_window(rows)
    return LeasedChunk(
        lease=Lease(chunk.id, campaign_id, chunk.fence, owner),
        first_id=chunk.first_id,
        last_id=chunk.last_id,
        lease_until=until,
        envelopes=envelopes_of(session, campaign_id),
        rows=rows,
        begun_to=chunk.begun_to,
        epoch=campaign.epoch,
        deaths=chunk.deaths,
    )


def begin_window(rows: Sequence[LetterRow]) -> int:
    """The last of the first 100 rows: no letter above it may begin before `move_begun_to` was acknowledged."""
    return rows[min(len(rows), BEGUN_AHEAD) - 1].message_id if rows else 0


def move_begun_to(session: Session, lease: Lease, message_id: int) -> bool:
    """Lets letters up to `message_id` begin, once committed; False where the lease is no longer the caller's."""
    held = {"chunk_id": lease.chunk_id, "fence": lease.fence, "owner": lease.owner}
    return session.execute(MOVE_BEGUN_TO, {**held, "begun_to": message_id}).scalar() is not None


def wake_deferred(session: Session, chunk: Chunk, moment: datetime) -> None:
    session.execute(
        update(Message)
        .where(*rows_of(chunk), Message.status == MessageStatus.DEFERRED, Message.next_at <= moment)
        .values(status=MessageStatus.PENDING, next_at=None)
        .execution_options(synchronize_session=False)
    )


def envelopes_of(session: Session, campaign_id: int) -> dict[int, Envelope]:
    found = session.execute(select(Variant.id, Variant.envelope).where(Variant.campaign_id == campaign_id))
    return {variant_id: envelope_from_json(kept) for variant_id, kept in found if kept}


def pending_rows(session: Session, chunk: Chunk) -> tuple[LetterRow, ...]:
    person = Subscriber
    found: Iterable[Any] = session.execute(
        select(
            Message.id,
            Message.variant_id,
            Message.attempts,
            person.email,
            person.first_name,
            person.last_name,
            person.language,
            Message.subscriber_id,
            func.nullif(person.fields, literal({}, Json), type_=Json).label("fields"),  # reading {} costs, too
            MxGroup.group,
        )
        .join(person, person.id == Message.subscriber_id)
        .outerjoin(MxGroup, MxGroup.domain == person.domain)
        .where(*rows_of(chunk), Message.status == MessageStatus.PENDING)
        .order_by(Message.id)
    )
    lists = lists_of_readers(session, chunk)
    return tuple(
        LetterRow(
            number, variant, tries, email, first, last, language, as_text(fields), lists.get(person_id, ()), group or ""
        )
        for number, variant, tries, email, first, last, language, person_id, fields, group in found
    )


def lists_of_readers(session: Session, chunk: Chunk) -> dict[int, tuple[int, ...]]:
    """The lists that each person of the chunk is on, by their id; not looked up where no letter asks for them."""
    asking = select(Variant.id).where(
        Variant.campaign_id == chunk.campaign_id, Variant.compiled.contains("subscriber.lists", autoescape=True)
    )
    if session.scalars(asking.limit(1)).first() is None:
        return {}
    people = select(Message.subscriber_id).where(*rows_of(chunk), Message.status == MessageStatus.PENDING)
    found = session.execute(
        select(Subscription.subscriber_id, Subscription.list_id)
        .where(Subscription.subscriber_id.in_(people), Subscription.status == SubscriptionStatus.CONFIRMED)
        .order_by(Subscription.subscriber_id, Subscription.list_id)
    )
    lists: dict[int, tuple[int, ...]] = {}
    for person, list_id in found:
        lists[person] = (*lists.get(person, ()), list_id)
    return lists


def as_text(fields: Mapping[str, object] | None) -> dict[str, str]:
    if not fields:
        return {}
    return {name: "" if value is None else str(value) for name, value in fields.items()}


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
    campaign = lock_campaign(session, lease.campaign_id, share=True)
    chunk = lock_held(session, lease)
    if chunk is None:
        return None
    chunk.deaths, chunk.left_at_death = 0, None
    return release(session, campaign, chunk, retry_at=retry_at)


def lock_held(session: Session, lease: Lease) -> Chunk | None:
    """The chunk of a lease, kept from everybody else; None where the lease is no longer the caller's."""
    return session.scalars(
        select(Chunk).where(*still_held(lease)).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def release(session: Session, campaign: Campaign, chunk: Chunk, *, retry_at: datetime | None = None) -> ChunkState:
    """Ends the lease of a locked chunk, whoever held it."""
    chunk.owner = chunk.host = chunk.lease_until = None
    chunk.beat = now()
    if campaign.status == CampaignStatus.CANCELLED:
        cancel_unfinished(session, chunk)
    reopen_or_close(session, chunk, retry_at=retry_at)
    return chunk.state
