"""Leases of chunks, and the outcomes written under them. Called by the send workers; knows no SMTP.

Lock order in every verb here and in `scheduling`: campaign, chunk, messages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, select, text, update
from sqlalchemy.orm import Session

from app.clock import now
from app.database import ledger_sql
from app.database.ledger_sql import SKIP_THE_GONE
from app.database.statements import statements_for
from app.errors import WrongState
from app.jobs import Job, enqueue
from app.models import (
    Campaign,
    CampaignStatus,
    Chunk,
    ChunkState,
    Event,
    EventKind,
    HoldCause,
    Message,
    MessageStatus,
    Reason,
    Subscriber,
    SuppressionReason,
    Variant,
)
from app.models.message import MOVES
from app.services.campaigns import lock_campaign
from app.services.chunks import UNFINISHED, cancel_unfinished, lock_chunks_of, recount, reopen_or_close, rows_of
from app.services.envelopes import Envelope, envelope_from_json
from app.services.full_mailboxes import suppress_if_full_for_long
from app.services.holds import hold, let_go
from app.services.settlement import settle_proved
from app.services.suppressions import suppress

MOVE_BEGUN_TO = text(ledger_sql.MOVE_BEGUN_TO)
_S = MessageStatus
MAX_OUTCOMES = 100
BEGUN_AHEAD = 100
LONGEST_REPLY = 200


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One pending message of a leased chunk, with its person as they are now. `attempts` counts earlier tries."""

    message_id: int
    variant_id: int
    attempts: int
    email: str
    first_name: str
    last_name: str
    language: str
    fields: Mapping[str, str]


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try. `attempts` is the number of tries with this one; `at` is when the reply came.

    A deferred row needs `next_at`. `suppress` says that the address itself is bad. Rows never tried get no Outcome.
    """

    message_id: int
    status: MessageStatus
    at: datetime
    attempts: int
    reason: Reason | None = None
    next_at: datetime | None = None
    code: int | None = None
    enhanced: str = ""
    reply: str = ""
    suppress: bool = False


def lease_chunk(
    session: Session, campaign_id: int, *, owner: str, host: str, lease_seconds: float
) -> LeasedChunk | None:
    """One open chunk of a sending campaign, its due deferred rows pending again and people who left skipped.

    None where the campaign is not sending or no open chunk is due.
    """
    campaign = lock_campaign(session, campaign_id, share=True)
    if campaign.status != CampaignStatus.SENDING:
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
        text(SKIP_THE_GONE), {"campaign_id": campaign_id, "first_id": chunk.first_id, "last_id": chunk.last_id}
    )
    rows = pending_rows(session, chunk)
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
    found = session.execute(
        select(
            Message.id,
            Message.variant_id,
            Message.attempts,
            person.email,
            person.first_name,
            person.last_name,
            person.language,
            person.fields,
        )
        .join(person, person.id == Message.subscriber_id)
        .where(*rows_of(chunk), Message.status == MessageStatus.PENDING)
        .order_by(Message.id)
    )
    return tuple(
        LetterRow(
            message_id=row.id,
            variant_id=row.variant_id,
            attempts=row.attempts,
            email=row.email,
            first_name=row.first_name,
            last_name=row.last_name,
            language=row.language,
            fields=as_text(row.fields),
        )
        for row in found
    )


def as_text(fields: Mapping[str, object]) -> dict[str, str]:
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


def record_outcomes(session: Session, lease: Lease, outcomes: Sequence[Outcome]) -> set[int]:
    """Writes what became of rows still pending under a lease still held; returns the message ids written.

    An acceptance that came too late for its lease is true all the same and moves any row to sent.
    """
    written: set[int] = set()
    for start in range(0, len(outcomes), MAX_OUTCOMES):
        rows = [as_row(outcome) for outcome in outcomes[start : start + MAX_OUTCOMES]]
        written |= statements_for(session).update_messages(session, asdict(lease), rows)
    late = [one for one in outcomes if one.status == MessageStatus.SENT and one.message_id not in written]
    if late:
        written |= record_accepted(session, late)
    follow_up(session, [one for one in outcomes if one.message_id in written])
    return written


def follow_up(session: Session, written: Sequence[Outcome]) -> None:
    """What outcomes mean beyond their rows: bad addresses, mailboxes full for long, unknown letters already proved."""
    for outcome in sorted((one for one in written if one.suppress), key=lambda one: one.message_id):
        address_hash = session.execute(
            select(Message.address_hash).where(Message.id == outcome.message_id)
        ).scalar_one()
        suppress(session, address_hash, SuppressionReason.ADDRESS_BAD, message_id=outcome.message_id)
    full = [one.message_id for one in written if one.reason == Reason.MAILBOX_FULL and one.status == _S.REFUSED]
    suppress_if_full_for_long(session, full)
    unknown = [one.message_id for one in written if one.status == _S.UNKNOWN]
    if unknown:
        settle_proved(session, unknown)


def record_accepted(session: Session, outcomes: Sequence[Outcome]) -> set[int]:
    """Moves every row that a server accepted to sent, whatever it was and whoever leases it; returns what changed.

    The counts of chunks that are done follow in the same transaction.
    """
    changed: set[int] = set()
    for start in range(0, len(outcomes), MAX_OUTCOMES):
        by_id = {one.message_id: one for one in outcomes[start : start + MAX_OUTCOMES]}
        missing = select(Message.id).where(Message.id.in_(by_id), Message.status != MessageStatus.SENT)
        ids = session.scalars(missing).all()
        if not ids:
            continue
        chunks = lock_chunks_of(session, ids)
        for message in session.scalars(lock_rows(ids)):
            if message.status != MessageStatus.SENT:
                note_accepted(message, by_id[message.id])
                changed.add(message.id)
        session.flush()
        recount(session, chunks)
    return changed


def lock_rows(ids: Sequence[int]) -> Select[Message]:
    rows = select(Message).where(Message.id.in_(ids)).order_by(Message.id).with_for_update()
    return rows.execution_options(populate_existing=True)


def note_accepted(message: Message, outcome: Outcome) -> None:
    message.move_to(MessageStatus.SENT)
    message.reason = message.next_at = None
    message.sent_at, message.attempts = outcome.at, max(message.attempts, outcome.attempts)
    message.code, message.enhanced = outcome.code, outcome.enhanced[:12] or None
    message.reply = printable(outcome.reply) or None


def as_row(outcome: Outcome) -> dict[str, object]:
    if outcome.status not in MOVES[MessageStatus.PENDING]:
        raise WrongState(f"A pending message cannot become {outcome.status.value}.")
    if outcome.status == MessageStatus.DEFERRED and outcome.next_at is None:
        raise WrongState("A deferred message needs the time of its next try.")
    return {
        "id": outcome.message_id,
        "status": outcome.status.value,
        "reason": outcome.reason.value if outcome.reason else None,
        "attempts": outcome.attempts,
        "next_at": outcome.next_at if outcome.status == MessageStatus.DEFERRED else None,
        "code": outcome.code,
        "enhanced": outcome.enhanced[:12] or None,
        "reply": printable(outcome.reply) or None,
        "sent_at": outcome.at if outcome.status == MessageStatus.SENT else None,
    }


def printable(reply: str) -> str:
    """A server's words, made safe to keep and to show: one line, at most 200 characters."""
    if not reply.isprintable():
        reply = "".join(mark if mark.isprintable() else " " for mark in reply)
    return reply[:LONGEST_REPLY].strip()


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
    if chunk.state == ChunkState.DONE:
        enqueue(session, Job.FINISH, campaign.id)
    return chunk.state


def finish_if_balanced(session: Session, campaign_id: int) -> bool:
    """Ends a sending campaign of which no row is pending or deferred; checked on chunks first, then on the rows."""
    campaign = lock_campaign(session, campaign_id)
    if campaign.status != CampaignStatus.SENDING:
        return False
    open_chunk = exists().where(Chunk.campaign_id == campaign_id, Chunk.state != ChunkState.DONE)
    unfinished = exists().where(Message.campaign_id == campaign_id, Message.status.in_(UNFINISHED))
    if session.scalar(select(open_chunk)) or session.scalar(select(unfinished)):
        return False
    campaign.move_to(CampaignStatus.SENT)
    campaign.ended_at = now()
    let_go(campaign)
    session.add(Event(kind=EventKind.CAMPAIGN_ENDED, campaign_id=campaign_id, facts={"status": "sent"}))
    return True


def note_trouble(session: Session, campaign_id: int, sentence: str | None) -> None:
    """Tells on the campaign's page why nothing leaves (a sentence naming the cure); None: it leaves again."""
    standing = Campaign.trouble != "" if sentence is None else Campaign.trouble != sentence
    session.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id, standing)
        .values(trouble=sentence or "", trouble_at=now() if sentence else None)
    )


def hold_campaign(session: Session, campaign_id: int, cause: HoldCause, sentence: str) -> bool:
    """Stops a campaign that is sending until a person has looked at it; False where it is not sending."""
    campaign = lock_campaign(session, campaign_id)
    if campaign.status != CampaignStatus.SENDING:
        return False
    hold(session, campaign, cause, sentence)
    return True
