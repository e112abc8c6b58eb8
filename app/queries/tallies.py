"""Openings and clicks of campaigns as they were last counted, what that counting is, and which is due again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Campaign, CampaignStatus, MessageStatus, Tally, Tracking
from app.queries.openings import Span, Split

FRESH = timedelta(minutes=1)
SLOWER = 288
"""The longer a campaign has ended, the more seldom: after a day every five minutes, after a month every two hours."""
NOTHING = (0, 0, 0, 0, 0, 0)
ENDED = (CampaignStatus.SENT, CampaignStatus.CANCELLED)
UNDER_WAY = (CampaignStatus.SENDING, CampaignStatus.WAITING, CampaignStatus.PAUSED, CampaignStatus.HELD)


Row = tuple[str, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """Figures read back. `bare` of `accepted` letters were not to be counted; `holds` says that nothing came since.

    `domains`, `lists` and `segments` are rows of a name with its messages, accepted, refused, opened and clicked.
    """

    counted_at: datetime
    holds: bool
    tracking: Tracking
    accepted: int
    refused: int
    bare: int
    refusals: Mapping[str, int]
    opened: Split
    clicked: Split
    links: Mapping[int, Split]
    spans: tuple[Span, ...]
    domains: tuple[Row, ...]
    lists: tuple[Row, ...]
    segments: tuple[Row, ...]

    def of_states(self, states: Mapping[MessageStatus, int]) -> bool:
        """Whether as many letters were accepted and refused when it was counted."""
        return (self.accepted, self.refused) == (states[MessageStatus.SENT], states[MessageStatus.REFUSED])


def kept_of(session: Session, campaign_ids: Collection[int]) -> dict[int, Kept]:
    """What is kept, by campaign; one that was never counted is not in it."""
    rows = session.scalars(select(Tally).where(Tally.campaign_id.in_(campaign_ids), Tally.counted.is_not(None)))
    return {one.campaign_id: read_back(one) for one in rows}


@dataclass(frozen=True, slots=True)
class SoFar:
    """What was counted of a campaign that leaves: `bare` of the `accepted` letters were not to be counted."""

    counted_at: datetime
    accepted: int
    bare: int
    opened: Split
    clicked: Split


def so_far_of(session: Session, campaign_id: int, tracking: Tracking) -> SoFar | None:
    """What was counted last while it left, if its letters were tracked so; None once it was counted as ended."""
    tally = session.get(Tally, campaign_id)
    told = tally.figures.get("so_far") if tally is not None and tally.counted is None else None
    if tally is None or told is None or told["tracking"] != tracking.value:
        return None
    at = tally.counted_at or now()
    return SoFar(at, told["accepted"], told["bare"], Split(*told["opened"]), Split(*told["clicked"]))


def so_far_due(session: Session, moment: datetime, *, larger_than: int) -> list[int]:
    """Large campaigns that leave, of which something was told, not counted for a minute."""
    old = or_(Tally.counted_at.is_(None), Tally.counted_at <= moment - FRESH)
    under_way = Campaign.status.in_(UNDER_WAY), Campaign.candidates > larger_than
    due = select(Tally.campaign_id).join(Campaign, Campaign.id == Tally.campaign_id)
    return list(session.scalars(due.where(*under_way, Tally.counted.is_(None), old).order_by(Tally.campaign_id)))


def read_back(tally: Tally) -> Kept:
    figures: Mapping[str, Any] = tally.figures
    return Kept(
        counted_at=tally.counted_at or now(),
        holds=tally.counted == tally.changes,
        tracking=Tracking(figures["tracking"]),
        accepted=figures["accepted"],
        refused=figures["refused"],
        bare=figures["bare"],
        refusals=figures["refusals"],
        opened=Split(*figures["opened"]),
        clicked=Split(*figures["clicked"]),
        links={number: Split(*counts) for number, *counts in figures["links"]},
        spans=spans_of(figures["hours"]),
        domains=tuple(map(tuple, figures["domains"])),
        lists=tuple(map(tuple, figures["lists"])),
        segments=tuple(map(tuple, figures.get("segments", ()))),
    )


def spans_of(hours: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    """Every hour from the first to the last; `hours` names those in which something happened, since 1970."""
    told = {hour: counts for hour, *counts in hours}
    return (
        tuple(
            Span(datetime.fromtimestamp(hour * 3600, UTC), Split(*counts[:3]), Split(*counts[3:]))
            for hour, counts in ((hour, told.get(hour, NOTHING)) for hour in range(min(told), max(told) + 1))
        )
        if told
        else ()
    )


def due_again(session: Session, moment: datetime) -> list[int]:
    """Ended campaigns whose figures are old enough to be counted again, those never counted first."""
    changed = (
        select(Tally.campaign_id, Tally.counted_at, Campaign.ended_at)
        .join(Campaign, Campaign.id == Tally.campaign_id)
        .where(Campaign.status.in_(ENDED), or_(Tally.counted.is_(None), Tally.counted != Tally.changes))
        .order_by(Tally.counted_at.is_not(None), Tally.counted_at)
    )
    return [
        campaign_id
        for campaign_id, counted_at, ended_at in session.execute(changed)
        if counted_at is None or moment - counted_at >= max(FRESH, (moment - (ended_at or moment)) / SLOWER)
    ]
