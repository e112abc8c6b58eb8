"""Campaigns on their way, and those that are held: where their letters stand and how fast they leave.

By the counts of chunks and the rows in hand, so that a million letters cost what a thousand do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Campaign, CampaignStatus, Chunk, ChunkState, DeparturePlan, MessageStatus, WaitsFor
from app.queries.books import states_of
from app.queries.progress import letters_a_minute

_S = CampaignStatus
UNDER_WAY = (_S.PREPARING, _S.SENDING, _S.WAITING, _S.PAUSED)
MOST_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Departure:
    """A campaign with its letters by state. `rate` is in letters a minute; `next_try` is that of what was deferred.

    `waits_for` says what a campaign that waits by its own plan waits for.
    """

    campaign: Campaign
    states: Mapping[MessageStatus, int]
    rate: int = 0
    next_try: datetime | None = None
    waits_for: WaitsFor | None = None
    waits_until: datetime | None = None

    @property
    def letters(self) -> int:
        return sum(self.states.values())

    @property
    def to_go(self) -> int:
        return self.states[MessageStatus.PENDING]

    @property
    def to_retry(self) -> int:
        return self.states[MessageStatus.DEFERRED]

    @property
    def seconds_left(self) -> int | None:
        """Until all have been tried once; None where nobody can say."""
        return round(60 * self.to_go / self.rate) if self.rate and self.to_go else None


def departures(session: Session) -> tuple[Departure, ...]:
    """Campaigns under way, the newest first; at most 30."""
    return described(session, UNDER_WAY)


def held_back(session: Session) -> tuple[Departure, ...]:
    """Campaigns that wait for a person, the newest first; at most 30."""
    return described(session, (_S.HELD,))


def described(session: Session, statuses: tuple[CampaignStatus, ...]) -> tuple[Departure, ...]:
    wanted = select(Campaign).where(Campaign.status.in_(statuses)).order_by(Campaign.id.desc())
    campaigns = session.scalars(wanted.limit(MOST_SHOWN)).all()
    ids = [one.id for one in campaigns]
    states, tries = states_of(session, ids), next_tries(session, ids)
    waits = waiting_plans(session, [one.id for one in campaigns if one.status == _S.WAITING])
    return tuple(
        Departure(
            one,
            states[one.id],
            letters_a_minute(session, one.id) if one.status == _S.SENDING else 0,
            tries.get(one.id) if states[one.id][MessageStatus.DEFERRED] else None,
            *waits.get(one.id, (None, None)),
        )
        for one in campaigns
    )


def waiting_plans(session: Session, campaign_ids: list[int]) -> dict[int, tuple[WaitsFor | None, datetime | None]]:
    plan = DeparturePlan
    found = select(plan.campaign_id, plan.waits_for, plan.waits_until).where(plan.campaign_id.in_(campaign_ids))
    return {campaign_id: (waits_for, until) for campaign_id, waits_for, until in session.execute(found)}


def next_tries(session: Session, campaign_ids: list[int]) -> dict[int, datetime]:
    waiting = Chunk.campaign_id.in_(campaign_ids), Chunk.state == ChunkState.OPEN, Chunk.next_at > now()
    found = session.execute(
        select(Chunk.campaign_id, func.min(Chunk.next_at)).where(*waiting).group_by(Chunk.campaign_id)
    )
    return {campaign_id: next_at for campaign_id, next_at in found if next_at}
