"""The figures of ended campaigns, many at once, each with what it is a share of; and what is usual for their brand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    Brand,
    Campaign,
    CampaignStatus,
    Chunk,
    Event,
    EventKind,
    Message,
    MessageStatus,
    Tracking,
    Variant,
)
from app.queries.books import rows_between, states_of
from app.queries.openings import Split, people_by_verdict, times_by_verdict
from app.queries.tallies import ENDED, Kept, kept_of, so_far_of

MOST_FOR_USUAL, FEWEST_FOR_USUAL = 10, 3
NOBODY = Split()
MOST_COUNTED_NOW = 50_000
"""Letters of a campaign whose openings are counted while a page waits; above it, as they were counted last."""


@dataclass(frozen=True, slots=True)
class Figures:
    """`accepted` letters are a part of `messages`; of them `counted` carried what openings and clicks are told by.

    With tracking `totals`, opened and clicked are times, not people; with `off` they are nothing at all. `counted_at`
    is when those were counted, None where it was just now or nothing came since.
    """

    tracking: Tracking
    messages: int
    accepted: int
    refused: int
    counted: int
    opened: Split = NOBODY
    clicked: Split = NOBODY
    unsubscribed: int = 0
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Usual:
    """Medians of shares over the brand's last campaigns; None where fewer than three can tell."""

    opened: float | None = None
    clicked: float | None = None
    unsubscribed: float | None = None
    refused: float | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How a campaign's letters were tracked: the one way, and the variants that were not."""

    tracking: Tracking
    bare: list[int] = field(default_factory=list)


def figures_of(session: Session, campaigns: Sequence[Campaign], *, at_a_glance: bool = False) -> dict[int, Figures]:
    """The figures of each campaign, by its id. At a glance, what was kept of their hits stands in, however old."""
    ids = [one.id for one in campaigns]
    ways, states, left = ways_of(session, campaigns), states_of(session, ids), unsubscribed(session, ids)
    kept = {
        id_: one
        for id_, one in kept_of(session, ids).items()
        if one.tracking is ways[id_].tracking and (at_a_glance or stands(one, states[id_]))
    }
    return {
        id_: figures_from(way, states[id_], kept.get(id_) or count_hits(session, id_, way), left.get(id_, 0))
        for id_, way in ways.items()
    }


def figures_so_far(session: Session, campaign: Campaign) -> Figures:
    """Those of a campaign that leaves. Of a large one, openings and clicks are as they were counted last, and before
    the first of them nobody looks which letters were not to be counted: `counted` is then all that were accepted.
    """
    states, way = states_of(session, [campaign.id])[campaign.id], way_of(session, campaign)
    if sum(states.values()) <= MOST_COUNTED_NOW:
        return figures_of(session, [campaign])[campaign.id]
    told = so_far_of(session, campaign.id, way.tracking)
    left = unsubscribed(session, [campaign.id]).get(campaign.id, 0)
    if told is None:
        hits = count_hits(session, campaign.id, replace(way, bare=[]))
        if not hits.opened.total and not hits.clicked.total:
            return figures_from(way, states, hits, left)
        return figures_of(session, [campaign])[campaign.id]
    figures = figures_from(way, states, Hits(told.bare, told.opened, told.clicked), left)
    return replace(figures, counted=max(0, told.accepted - told.bare), counted_at=told.counted_at)


def stands(kept: Kept, states: Mapping[MessageStatus, int]) -> bool:
    """Whether nothing came since it was counted; of a large campaign, what was counted a little ago is told too."""
    holds = kept.holds and kept.of_states(states)
    return holds or sum(states.values()) > MOST_COUNTED_NOW


def kept_for(session: Session, campaign: Campaign) -> Kept | None:
    """What is kept of one campaign, where that is what its report tells; None where it is to be counted now."""
    kept = kept_of(session, [campaign.id]).get(campaign.id)
    if kept is None or kept.tracking is not way_of(session, campaign).tracking:
        return None
    return kept if stands(kept, states_of(session, [campaign.id])[campaign.id]) else None


def figures_from(way: Way, states: Mapping[MessageStatus, int], hits: "Hits | Kept", left: int) -> Figures:
    accepted = states[MessageStatus.SENT]
    return Figures(
        tracking=way.tracking,
        messages=sum(states.values()),
        accepted=accepted,
        refused=states[MessageStatus.REFUSED],
        counted=0 if way.tracking is Tracking.OFF else accepted - hits.bare,
        opened=hits.opened,
        clicked=hits.clicked,
        unsubscribed=left,
        counted_at=hits.counted_at if isinstance(hits, Kept) and not hits.holds else None,
    )


@dataclass(frozen=True, slots=True)
class Hits:
    """Openings and clicks as they are counted now, and how many accepted letters were not to be counted."""

    bare: int = 0
    opened: Split = NOBODY
    clicked: Split = NOBODY


def count_hits(session: Session, campaign_id: int, way: Way) -> Hits:
    if way.tracking is Tracking.OFF:
        return Hits()
    count = people_by_verdict if way.tracking is Tracking.PEOPLE else times_by_verdict
    return Hits(
        bare=accepted_in(session, campaign_id, way.bare) if way.bare else 0,
        opened=count(session, campaign_id, EventKind.OPENED),
        clicked=count(session, campaign_id, EventKind.CLICKED),
    )


def way_of(session: Session, campaign: Campaign) -> Way:
    return ways_of(session, [campaign])[campaign.id]


def ways_of(session: Session, campaigns: Sequence[Campaign]) -> dict[int, Way]:
    """As their letters were frozen; before that, as their brands have it."""
    frozen: dict[int, dict[int, Tracking]] = {one.id: {} for one in campaigns}
    variants = select(Variant.campaign_id, Variant.id, Variant.tracking).where(Variant.campaign_id.in_(frozen))
    for campaign_id, variant_id, tracking in session.execute(variants.order_by(Variant.id)):
        frozen[campaign_id][variant_id] = tracking
    found = {}
    for one in campaigns:
        sides = frozen[one.id]
        ways = set(sides.values()) or {session.get_one(Brand, one.brand_id).tracking}
        tracking = next(way for way in (Tracking.PEOPLE, Tracking.TOTALS, Tracking.OFF) if way in ways)
        found[one.id] = Way(tracking, [id_ for id_, way in sides.items() if way is Tracking.OFF])
    return found


def accepted_in(session: Session, campaign_id: int, variant_ids: list[int]) -> int:
    first, last = ledger_range(session, campaign_id)
    accepted = select(func.count()).where(
        *rows_between(campaign_id, first, last),
        Message.status == MessageStatus.SENT,
        Message.variant_id.in_(variant_ids),
    )
    return session.scalar(accepted) or 0


def ledger_range(session: Session, campaign_id: int) -> tuple[int, int]:
    """The ids between which a campaign's messages stand."""
    ends = select(func.min(Chunk.first_id), func.max(Chunk.last_id)).where(Chunk.campaign_id == campaign_id)
    first, last = session.execute(ends).one()
    return first or 0, last or 0


def unsubscribed(session: Session, campaign_ids: list[int]) -> dict[int, int]:
    """Campaign -> people who took their consent back with its letter."""
    left = (
        select(Event.campaign_id, func.count(Event.subscriber_id.distinct()))
        .where(Event.campaign_id.in_(campaign_ids), Event.kind == EventKind.UNSUBSCRIBED)
        .group_by(Event.campaign_id)
    )
    return {campaign_id: count for campaign_id, count in session.execute(left) if campaign_id is not None}


def usual_of(session: Session, campaign: Campaign) -> Usual:
    """The medians of the brand's last ten campaigns that ended, this one left out."""
    last = session.scalars(
        select(Campaign)
        .where(Campaign.brand_id == campaign.brand_id, Campaign.status == CampaignStatus.SENT)
        .where(Campaign.id != campaign.id, Campaign.ended_at.is_not(None))
        .order_by(Campaign.ended_at.desc(), Campaign.id.desc())
        .limit(MOST_FOR_USUAL)
    ).all()
    if len(last) < FEWEST_FOR_USUAL:
        return Usual()
    found = list(figures_of(session, last, at_a_glance=True).values())
    told = [one for one in found if one.tracking is Tracking.PEOPLE]
    return Usual(
        opened=middle([(one.opened.human, one.counted) for one in told]),
        clicked=middle([(one.clicked.human, one.counted) for one in told]),
        unsubscribed=middle([(one.unsubscribed, one.accepted) for one in found]),
        refused=middle([(one.refused, one.messages) for one in found]),
    )


def middle(parts: list[tuple[int, int]]) -> float | None:
    shares = [part / whole for part, whole in parts if whole]
    return median(shares) if len(shares) >= FEWEST_FOR_USUAL else None


def ended_campaigns(session: Session, *, most: int, after: int = 0) -> Sequence[Campaign]:
    """Those that ended and had somebody to write to, the newest first, from the one after `after`."""
    return session.scalars(
        select(Campaign)
        .where(Campaign.status.in_(ENDED), Campaign.upper_subscriber_id.is_not(None))
        .order_by(Campaign.ended_at.desc(), Campaign.id.desc())
        .limit(most)
        .offset(after)
    ).all()
