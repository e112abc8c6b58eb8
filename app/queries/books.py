"""The books of a campaign: everyone looked at, and where each stands. Counted on rows, never kept."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, func, not_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Campaign, CampaignStatus, Chunk, ChunkState, Exclusion, Message, MessageStatus


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


def books_of(session: Session, campaign_id: int, *, at_a_glance: bool = False) -> Books:
    """Chunks that nobody has in hand by their counts, the rest by their rows; every message and exclusion beside them.

    At a glance, for who asks every second, those two stand as the freeze left them: the equation with `candidates`,
    which were counted in another way, stays a check.

    Raises:
        NotFound: there is no such campaign.
    """
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(f"There is no campaign {campaign_id}.")
    states = count_states(session, campaign_id)
    known = campaign.left_out if at_a_glance else None
    return Books(
        campaign=campaign_id,
        status=campaign.status,
        candidates=campaign.candidates,
        excluded=count_left_out(session, campaign_id) if known is None else known,
        messages=count_messages(session, campaign_id) if known is None else sum(states.values()),
        **{state.value: states[state] for state in MessageStatus},
    )


def count_messages(session: Session, campaign_id: int) -> int:
    return session.scalar(select(func.count()).select_from(Message).where(Message.campaign_id == campaign_id)) or 0


def count_left_out(session: Session, campaign_id: int) -> dict[str, int]:
    """Reason -> how many were looked at and left out."""
    reasons = select(Exclusion.reason, func.count()).where(Exclusion.campaign_id == campaign_id)
    found = session.execute(reasons.group_by(Exclusion.reason)).all()
    return dict(sorted((reason.value, count) for reason, count in found))


def count_states(session: Session, campaign_id: int) -> dict[MessageStatus, int]:
    return states_of(session, [campaign_id])[campaign_id]


def states_of(session: Session, campaign_ids: Collection[int]) -> dict[int, dict[MessageStatus, int]]:
    """Campaign -> state -> letters; a campaign without letters has none in each state."""
    found = {id_: dict.fromkeys(MessageStatus, 0) for id_ in campaign_ids}
    kept = counts_hold() & func.coalesce(cast(Chunk.counts, String), "null").not_in(("null", "{}"))
    sums = [func.coalesce(func.sum(Chunk.counts[state.value].as_integer()), 0) for state in MessageStatus]
    whole = select(Chunk.campaign_id, *sums).where(Chunk.campaign_id.in_(campaign_ids), kept)
    for campaign_id, *counts in session.execute(whole.group_by(Chunk.campaign_id)):
        found[campaign_id] = dict(zip(MessageStatus, map(int, counts), strict=True))
    open_ones = select(Chunk.campaign_id, Chunk.first_id, Chunk.last_id)
    open_ones = open_ones.where(Chunk.campaign_id.in_(campaign_ids), not_(kept)).order_by(Chunk.first_id)
    spans: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for campaign_id, first_id, last_id in session.execute(open_ones):
        spans[campaign_id].append((first_id, last_id))
    for campaign_id, those in spans.items():
        for first_id, last_id in joined(those):
            for state, count in count_rows(session, *rows_between(campaign_id, first_id, last_id)).items():
                found[campaign_id][state] += count
    return found


def count_rows(session: Session, *rows: ColumnElement[bool]) -> dict[MessageStatus, int]:
    found = session.execute(select(Message.status, func.count()).where(*rows).group_by(Message.status))
    return dict(found.all())


def counts_hold() -> ColumnElement[bool]:
    """Whether a chunk's counts, where it has any, are those of its rows: while nobody has it in hand."""
    return Chunk.state != ChunkState.LEASED


def rows_between(campaign_id: int, first_id: int, last_id: int) -> tuple[ColumnElement[bool], ...]:
    """Picks by id, since an index on the campaign would read all of its messages."""
    return (Message.campaign_id + 0) == campaign_id, Message.id.between(first_id, last_id)


def joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of ids in order, those that touch made one."""
    runs: list[tuple[int, int]] = []
    for first_id, last_id in spans:
        if runs and runs[-1][1] + 1 == first_id:
            runs[-1] = runs[-1][0], last_id
        else:
            runs.append((first_id, last_id))
    return runs
