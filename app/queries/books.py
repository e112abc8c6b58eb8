"""The books of a campaign: everyone looked at, and where each stands. Counted on rows, never kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound
from app.models import Campaign, CampaignStatus, Chunk, ChunkState, Exclusion, Message, MessageStatus

BEAT_APART = timedelta(seconds=30)
"""A held chunk's beat is never older than this."""


@dataclass(frozen=True, slots=True)
class Books:
    """`candidates = messages + Σ excluded`, and `messages` is the sum of the states; `balanced` says whether so."""

    campaign: int
    status: CampaignStatus
    candidates: int
    excluded: Mapping[str, int]
    messages: int
    pending: int
    sent: int
    deferred: int
    refused: int
    skipped: int
    cancelled: int
    unknown: int

    @property
    def balanced(self) -> bool:
        states = (
            self.pending, self.sent, self.deferred, self.refused, self.skipped, self.cancelled, self.unknown,
        )  # fmt: skip
        return self.candidates == self.messages + sum(self.excluded.values()) and self.messages == sum(states)

    def to_json(self) -> dict[str, object]:
        """The document that commands print."""
        counts = {state.value: getattr(self, state.value) for state in MessageStatus}
        return {
            "campaign": self.campaign,
            "status": self.status.value,
            "candidates": self.candidates,
            "excluded": dict(self.excluded),
            "messages": self.messages,
            **counts,
        }


def books_of(session: Session, campaign_id: int) -> Books:
    """Done chunks by their counts, the rest by their rows: cheap while a large campaign leaves.

    Raises:
        NotFound: there is no such campaign.
    """
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(f"There is no campaign {campaign_id}.")
    excluded = {
        reason.value: count
        for reason, count in session.execute(
            select(Exclusion.reason, func.count())
            .where(Exclusion.campaign_id == campaign_id)
            .group_by(Exclusion.reason)
        ).all()
    }
    states = count_states(session, campaign_id)
    messages = session.scalar(select(func.count()).select_from(Message).where(Message.campaign_id == campaign_id))
    return Books(
        campaign=campaign_id,
        status=campaign.status,
        candidates=campaign.candidates,
        excluded=dict(sorted(excluded.items())),
        messages=messages or 0,
        **{state.value: states[state] for state in MessageStatus},
    )


def count_states(session: Session, campaign_id: int) -> dict[MessageStatus, int]:
    states = dict.fromkeys(MessageStatus, 0)
    done = select(Chunk.counts).where(Chunk.campaign_id == campaign_id, Chunk.state == ChunkState.DONE)
    for counts in session.scalars(done):
        for word, count in (counts or {}).items():
            states[MessageStatus(word)] += int(count)
    unfinished = select(Chunk.first_id, Chunk.last_id).where(
        Chunk.campaign_id == campaign_id, Chunk.state != ChunkState.DONE
    )
    for first_id, last_id in session.execute(unfinished).all():
        rows = (
            select(Message.status, func.count())
            .where(Message.id.between(first_id, last_id), (Message.campaign_id + 0) == campaign_id)
            .group_by(Message.status)
        )
        for status, count in session.execute(rows).all():
            states[status] += count
    return states


def letters_last_minute(session: Session, campaign_id: int) -> int:
    """How many letters were accepted in the last 60 seconds; only chunks that were held since then are read."""
    since = now() - timedelta(minutes=1)
    beaten = Chunk.beat >= since - BEAT_APART
    held = select(Chunk.first_id, Chunk.last_id).where(Chunk.campaign_id == campaign_id, beaten)
    accepted = Message.status == MessageStatus.SENT, Message.sent_at >= since
    total = 0
    for first_id, last_id in session.execute(held).all():
        within = Message.id.between(first_id, last_id), (Message.campaign_id + 0) == campaign_id
        total += session.scalar(select(func.count()).select_from(Message).where(*within, *accepted)) or 0
    return total
