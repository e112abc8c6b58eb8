"""What tests of departures do to a campaign: freeze it, lease, hand over, give back, let the timetable look."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.models import Campaign, CampaignStatus, Chunk, DeparturePlan, Message, MessageStatus, Reason
from app.queries.books import Books, books_of
from app.services.audience import freeze_page
from app.services.delivery import Outcome, finish_if_balanced, record_outcomes
from app.services.gates import to_look_at, turn
from app.services.leases import LeasedChunk, give_back, lease_chunk

REASONS = {MessageStatus.REFUSED: Reason.POLICY, MessageStatus.DEFERRED: Reason.TEMPORARY}


def go(verb, *arguments, **given):
    with transaction() as session:
        return verb(session, *arguments, **given)


def freeze(campaign_id: int) -> None:
    while go(freeze_page, campaign_id):
        pass


def lease(campaign_id: int, owner: str = "worker-1") -> LeasedChunk | None:
    return go(lease_chunk, campaign_id, owner=owner, host="here", lease_seconds=60)


def hand_over(held: LeasedChunk, *fates: MessageStatus) -> None:
    """Each letter meets its fate, those beyond are accepted; then the chunk is given back."""
    ends = [*fates, *[MessageStatus.SENT] * len(held.rows)]
    outcomes = [
        Outcome(row.message_id, end, now(), row.attempts + 1, REASONS.get(end), next_at=later(end))
        for row, end in zip(held.rows, ends, strict=False)
    ]
    go(record_outcomes, held.lease, outcomes)
    go(give_back, held.lease)


def later(end: MessageStatus) -> datetime | None:
    return now() + timedelta(minutes=5) if end == MessageStatus.DEFERRED else None


def send_what_may(campaign_id: int, *fates: MessageStatus) -> int:
    """Sends all that is open now; how many letters."""
    sent = 0
    while held := lease(campaign_id):
        hand_over(held, *fates[sent:])
        sent += len(held.rows)
    return sent


def look() -> None:
    """What the timetable's job does."""
    with reading() as session:
        found = to_look_at(session)
    for campaign_id in found:
        go(turn, campaign_id)


def finish(campaign_id: int) -> bool:
    return go(finish_if_balanced, campaign_id)


def campaign_of(campaign_id: int) -> Campaign:
    with reading() as session:
        return session.get_one(Campaign, campaign_id)


def status_of(campaign_id: int) -> CampaignStatus:
    return campaign_of(campaign_id).status


def plan(campaign_id: int) -> DeparturePlan:
    with reading() as session:
        return session.get_one(DeparturePlan, campaign_id)


def messages(campaign_id: int) -> list[Message]:
    with reading() as session:
        return list(session.scalars(select(Message).where(Message.campaign_id == campaign_id).order_by(Message.id)))


def states(campaign_id: int) -> dict[str, int]:
    return dict(Counter(one.status.value for one in messages(campaign_id)))


def wave_sizes(campaign_id: int) -> dict[int, int]:
    with reading() as session:
        chunks = session.scalars(select(Chunk).where(Chunk.campaign_id == campaign_id))
        sizes: Counter[int] = Counter()
        for one in chunks:
            sizes[one.wave] += one.counts["pending"]
        return dict(sizes)


def people_of_wave(campaign_id: int, wave: int) -> list[int]:
    """Subscribers, in the order in which their letters are numbered."""
    with reading() as session:
        chunks = session.scalars(select(Chunk).where(Chunk.campaign_id == campaign_id, Chunk.wave == wave)).all()
    return [
        one.subscriber_id
        for one in messages(campaign_id)
        if any(chunk.first_id <= one.id <= chunk.last_id for chunk in chunks)
    ]


def balanced(campaign_id: int) -> Books:
    with reading() as session:
        books = books_of(session, campaign_id)
    assert books.balanced
    return books
