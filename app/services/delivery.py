"""What became of letters, written under the leases of their chunks; and how a campaign ends. Knows no SMTP.

Called by the send workers and the reaper. Lock order: campaign, chunk, messages.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.database.statements import statements_for
from app.errors import WrongState
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
    SuppressionReason,
)
from app.models.message import MOVES
from app.services.campaigns import lock_campaign
from app.services.chunks import UNFINISHED, lock_chunks_of, recount
from app.services.full_mailboxes import suppress_if_full_for_long
from app.services.holds import hold, let_go
from app.services.leases import Lease
from app.services.settlement import settle_proved
from app.services.suppressions import suppress
from app.services.tallies import mark_ended

_S = MessageStatus
NO_ROOM_PERHAPS = {Reason.MAILBOX_FULL, Reason.EXPIRED}
MAX_OUTCOMES = 100
LONGEST_REPLY = 200


class Outcome(NamedTuple):
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
    full = [one.message_id for one in written if one.status == _S.REFUSED and one.reason in NO_ROOM_PERHAPS]
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
    status = outcome.status
    if status is not _S.SENT and status not in MOVES[_S.PENDING]:
        raise WrongState(f"A pending message cannot become {status.value}.")
    if status is _S.DEFERRED and outcome.next_at is None:
        raise WrongState("A deferred message needs the time of its next try.")
    return {
        "id": outcome.message_id,
        "status": status,
        "reason": outcome.reason,
        "attempts": outcome.attempts,
        "next_at": as_utc(outcome.next_at) if status is _S.DEFERRED else None,
        "code": outcome.code,
        "enhanced": outcome.enhanced[:12] or None,
        "reply": printable(outcome.reply) or None,
        "sent_at": as_utc(outcome.at) if status is _S.SENT else None,
    }


def as_utc(moment: datetime | None) -> str | None:
    """A time as both databases read it from JSON: in UTC, to the microsecond."""
    if moment is None:
        return None
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat(" ", "microseconds")


def printable(reply: str) -> str:
    """A server's words, made safe to keep and to show: one line, at most 200 characters."""
    if not reply.isprintable():
        reply = "".join(mark if mark.isprintable() else " " for mark in reply)
    return reply[:LONGEST_REPLY].strip()


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
    mark_ended(session, campaign)
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
