"""Questions about segments: all of them, who is in one, which campaigns use one."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Campaign, CampaignSegment, CampaignStatus, ListUse, MailingList, Segment, Subscriber
from app.queries.segment_filter import segment_filter
from app.queries.segment_rules import Kind, Rule, ids_in, read_rule

MOST_CAMPAIGNS = 50
FIRST_PEOPLE = 5
UNFROZEN = (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, CampaignStatus.HELD, CampaignStatus.PREPARING)


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One line of the overview: `counted` people were in it at `counted_at`; `campaigns` have chosen it."""

    id: int
    name: str
    rule: Rule
    counted: int | None
    counted_at: datetime | None
    campaigns: int


@dataclass(frozen=True, slots=True)
class Named:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people a rule finds of all there are, and what the first of them are called."""

    people: int
    of: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChosenSegments:
    """The segments a campaign is narrowed to, and those it leaves out, by their names of now or of the freeze."""

    included: tuple[Named, ...]
    excluded: tuple[Named, ...]


def segment_overview(session: Session) -> tuple[SegmentRow, ...]:
    used = dict(
        session.execute(select(CampaignSegment.segment_id, func.count()).group_by(CampaignSegment.segment_id)).all()
    )
    return tuple(
        SegmentRow(one.id, one.name, read_rule(one.rule), one.counted, one.counted_at, used.get(one.id, 0))
        for one in session.scalars(select(Segment).order_by(Segment.name_key))
    )


def count_people(session: Session, rule: Rule) -> int:
    """How many fit now."""
    fitting = segment_filter(session, rule, now())
    return session.scalar(select(func.count()).select_from(Subscriber).where(fitting)) or 0


def reach_of(session: Session, rule: Rule) -> Reach:
    fitting = segment_filter(session, rule, now())
    first = session.execute(
        select(Subscriber.first_name, Subscriber.last_name, Subscriber.email)
        .where(fitting)
        .order_by(Subscriber.email_key)
        .limit(FIRST_PEOPLE)
    ).all()
    everybody = session.scalar(select(func.count()).select_from(Subscriber).where(Subscriber.erased_at.is_(None))) or 0
    names = tuple(f"{one.first_name} {one.last_name}".strip() or one.email for one in first)
    return Reach(count_people(session, rule), everybody, names)


def segments_of_campaign(session: Session, campaign_id: int) -> ChosenSegments:
    rows = session.execute(
        select(CampaignSegment.use, CampaignSegment.segment_id, CampaignSegment.name, Segment.name)
        .outerjoin(Segment, Segment.id == CampaignSegment.segment_id)
        .where(CampaignSegment.campaign_id == campaign_id)
        .order_by(CampaignSegment.id)
    ).all()
    named: dict[ListUse, list[Named]] = defaultdict(list)
    for use, segment_id, frozen, name in rows:
        named[use].append(Named(segment_id or 0, frozen or name or ""))
    return ChosenSegments(tuple(named[ListUse.INCLUDE]), tuple(named[ListUse.EXCLUDE]))


def campaigns_using(session: Session, segment_id: int) -> tuple[Named, ...]:
    """The newest 50 campaigns that chose a segment, the newest first."""
    using = (
        select(Campaign.id, Campaign.name)
        .join(CampaignSegment, CampaignSegment.campaign_id == Campaign.id)
        .where(CampaignSegment.segment_id == segment_id)
        .order_by(Campaign.id.desc())
        .limit(MOST_CAMPAIGNS)
    )
    return tuple(Named(*row) for row in session.execute(using))


def waiting_for(session: Session, segment_id: int) -> tuple[str, ...]:
    """The names of campaigns that chose a segment and whose audience is not frozen yet."""
    using = (
        select(Campaign.name)
        .join(CampaignSegment, CampaignSegment.campaign_id == Campaign.id)
        .where(
            CampaignSegment.segment_id == segment_id,
            CampaignSegment.rule.is_(None),
            Campaign.status.in_(UNFROZEN),
        )
        .order_by(Campaign.id)
    )
    return tuple(session.scalars(using))


def askable_campaigns(session: Session) -> tuple[Named, ...]:
    """The newest 50 campaigns that have left, to be asked who got, opened or clicked them."""
    left = select(Campaign.id, Campaign.name).where(Campaign.started_at.is_not(None))
    return tuple(Named(*row) for row in session.execute(left.order_by(Campaign.id.desc()).limit(MOST_CAMPAIGNS)))


def askable_lists(session: Session) -> tuple[Named, ...]:
    lists = select(MailingList.id, MailingList.name).where(MailingList.archived_at.is_(None))
    return tuple(Named(*row) for row in session.execute(lists.order_by(MailingList.name_key)))


def names_in(session: Session, rules: Collection[Rule]) -> dict[tuple[Kind, int], str]:
    """What the lists and campaigns are called that rules name."""
    lists, campaigns = ids_in(rules, Kind.LIST), ids_in(rules, Kind.CAMPAIGN)
    names = {
        (Kind.LIST, id_): name
        for id_, name in session.execute(select(MailingList.id, MailingList.name).where(MailingList.id.in_(lists)))
    }
    sent = select(Campaign.id, Campaign.name).where(Campaign.id.in_(campaigns))
    return names | {(Kind.CAMPAIGN, id_): name for id_, name in session.execute(sent)}


def known_fields(session: Session, *, most: int, looked_at: int = 300) -> tuple[str, ...]:
    """Names of the fields that the newest people have beside the usual ones."""
    newest = select(Subscriber.fields).where(Subscriber.erased_at.is_(None)).order_by(Subscriber.id.desc())
    return tuple(sorted({str(name) for fields in session.scalars(newest.limit(looked_at)) for name in fields})[:most])


def segment_names(session: Session) -> tuple[Named, ...]:
    return tuple(Named(*row) for row in session.execute(select(Segment.id, Segment.name).order_by(Segment.name_key)))


def inside_segment(session: Session, segment_id: int | None) -> ColumnElement[bool] | None:
    """Who is in a segment now; None where none is asked for or it is not here any more."""
    segment = session.get(Segment, segment_id) if segment_id is not None else None
    return None if segment is None else segment_filter(session, read_rule(segment.rule), now())
