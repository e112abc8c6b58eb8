"""The segments of a campaign: chosen while it is written, and who was in them kept when it is frozen."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Insert, delete, exists, insert, literal, select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput
from app.models import (
    Campaign,
    CampaignList,
    CampaignSegment,
    ListUse,
    Segment,
    SegmentMember,
    Subscriber,
    Subscription,
)
from app.queries.segment_filter import segment_filter
from app.queries.segment_rules import read_rule
from app.services import audit
from app.services.campaigns import lock_draft

MOST_SEGMENTS = 20


def set_segments(
    session: Session,
    campaign_id: int,
    include: Iterable[int],
    exclude: Iterable[int] = (),
    *,
    user_id: int | None = None,
) -> None:
    """The segments that a draft's lists are narrowed to (any of them is enough), and those it leaves out.

    Raises:
        InvalidInput: one is not here, or is both; or they are too many.
        WrongState: the campaign is no draft.
    """
    campaign = lock_draft(session, campaign_id)
    use = {**dict.fromkeys(include, ListUse.INCLUDE), **dict.fromkeys(exclude, ListUse.EXCLUDE)}
    if set(include) & set(exclude):
        raise InvalidInput({"segments": "A segment cannot be both written to and left out."})
    if len(use) > MOST_SEGMENTS:
        raise InvalidInput({"segments": f"Choose at most {MOST_SEGMENTS} segments."})
    if set(session.scalars(select(Segment.id).where(Segment.id.in_(use)))) != set(use):
        raise InvalidInput({"segments": "Choose segments that are here."})
    session.execute(delete(CampaignSegment).where(CampaignSegment.campaign_id == campaign_id))
    session.add_all(CampaignSegment(campaign_id=campaign_id, segment_id=id_, use=one) for id_, one in use.items())
    campaign.updated_at = now()
    audit.record(session, "campaign.segments_changed", campaign, user_id=user_id)


def covered(session: Session, campaign_id: int) -> list[list[object]]:
    """What an approval covers: which segments, each with its rule as it is."""
    chosen = session.execute(
        select(CampaignSegment.segment_id, CampaignSegment.use, Segment.rule)
        .join(Segment, Segment.id == CampaignSegment.segment_id)
        .where(CampaignSegment.campaign_id == campaign_id)
        .order_by(CampaignSegment.segment_id)
    )
    return [[id_, use.value, rule] for id_, use, rule in chosen]


def fix_rules(session: Session, campaign: Campaign) -> None:
    """Keeps the names and rules that the whole freeze goes by; to be called once, before its first page."""
    rows = session.execute(
        select(CampaignSegment, Segment)
        .join(Segment, Segment.id == CampaignSegment.segment_id)
        .where(CampaignSegment.campaign_id == campaign.id)
    )
    for chosen, segment in rows:
        chosen.name, chosen.rule = segment.name, dict(segment.rule)
    session.flush()


def write_members(session: Session, campaign: Campaign, after_id: int, last_id: int) -> bool:
    """Keeps who of a page of people is in the campaign's segments; False where it has none."""
    chosen = session.scalars(select(CampaignSegment).where(CampaignSegment.campaign_id == campaign.id)).all()
    for one in chosen:
        if one.rule is not None:
            session.execute(members(session, one, (after_id, last_id), campaign.started_at or now()))
    return bool(chosen)


def members(session: Session, chosen: CampaignSegment, page: tuple[int, int], moment: datetime) -> Insert:
    after_id, last_id = page
    on_lists = exists().where(
        Subscription.subscriber_id == Subscriber.id,
        CampaignList.list_id == Subscription.list_id,
        CampaignList.campaign_id == chosen.campaign_id,
        CampaignList.use == ListUse.INCLUDE,
    )
    found = select(Subscriber.id, literal(chosen.id)).where(
        Subscriber.id > after_id,
        Subscriber.id <= last_id,
        on_lists,
        segment_filter(session, read_rule(chosen.rule or {}), moment),
    )
    return insert(SegmentMember).from_select(["subscriber_id", "campaign_segment_id"], found)
