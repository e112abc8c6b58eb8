"""The figures of ended campaigns, many at once, each with what it is a share of; and what is usual for their brand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
from app.queries.books import count_states, rows_between
from app.queries.openings import Split, people_by_verdict, times_by_verdict

ENDED = (CampaignStatus.SENT, CampaignStatus.CANCELLED)
MOST_FOR_USUAL, FEWEST_FOR_USUAL = 10, 3
NOBODY = Split()


@dataclass(frozen=True, slots=True)
class Figures:
    """`accepted` letters are a part of `messages`; of them `counted` carried what openings and clicks are told by.

    With tracking `totals`, opened and clicked are times, not people; with `off` they are nothing at all.
    """

    tracking: Tracking
    messages: int
    accepted: int
    refused: int
    counted: int
    opened: Split = NOBODY
    clicked: Split = NOBODY
    unsubscribed: int = 0


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


def figures_of(session: Session, campaigns: Sequence[Campaign]) -> dict[int, Figures]:
    """The figures of each campaign, by its id."""
    ways = {one.id: way_of(session, one) for one in campaigns}
    people = people_by_verdict(session, [id_ for id_, way in ways.items() if way.tracking is Tracking.PEOPLE])
    times = times_by_verdict(session, [id_ for id_, way in ways.items() if way.tracking is Tracking.TOTALS])
    hits, left = people | times, unsubscribed(session, list(ways))
    found = {}
    for id_, way in ways.items():
        states = count_states(session, id_)
        accepted = states[MessageStatus.SENT]
        bare = accepted_in(session, id_, way.bare) if way.bare and way.tracking is not Tracking.OFF else 0
        found[id_] = Figures(
            tracking=way.tracking,
            messages=sum(states.values()),
            accepted=accepted,
            refused=states[MessageStatus.REFUSED],
            counted=0 if way.tracking is Tracking.OFF else accepted - bare,
            opened=hits.get((id_, EventKind.OPENED), NOBODY),
            clicked=hits.get((id_, EventKind.CLICKED), NOBODY),
            unsubscribed=left.get(id_, 0),
        )
    return found


def way_of(session: Session, campaign: Campaign) -> Way:
    """As its letters were frozen; before that, as its brand has it."""
    frozen = session.execute(select(Variant.id, Variant.tracking).where(Variant.campaign_id == campaign.id)).all()
    ways = {tracking for _id, tracking in frozen} or {session.get_one(Brand, campaign.brand_id).tracking}
    tracking = next(one for one in (Tracking.PEOPLE, Tracking.TOTALS, Tracking.OFF) if one in ways)
    return Way(tracking, [id_ for id_, one in frozen if one is Tracking.OFF])


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
    found = list(figures_of(session, last).values())
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
