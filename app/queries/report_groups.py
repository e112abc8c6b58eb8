"""How a campaign fared by list, by segment and by the domain of its readers' addresses."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import (
    CampaignList,
    CampaignSegment,
    Event,
    EventKind,
    ListUse,
    MailingList,
    Message,
    MessageStatus,
    Segment,
    SegmentMember,
    Subscriber,
    Subscription,
    Verdict,
)
from app.queries.books import rows_between
from app.queries.campaign_figures import ledger_range
from app.queries.segment_filter import segment_filter
from app.queries.segment_rules import read_rule
from app.queries.tallies import Row

MOST_DOMAINS = 20
MOST_SEGMENTS = 10


@dataclass(frozen=True, slots=True)
class Group:
    """`opened` and `clicked` are people for sure. `name` "" is everything that has no row of its own."""

    name: str
    messages: int
    accepted: int
    refused: int
    opened: int
    clicked: int


def groups_from(rows: Iterable[Row]) -> tuple[Group, ...]:
    """What was kept of them."""
    return tuple(Group(*row) for row in rows)


def by_domain(session: Session, campaign_id: int) -> tuple[Group, ...]:
    """The twenty domains with the most letters, then the rest together."""
    letters = (
        select(Subscriber.domain, *COUNTS)
        .select_from(Message)
        .join(Subscriber, Subscriber.id == Message.subscriber_id)
        .where(*rows_between(campaign_id, *ledger_range(session, campaign_id)))
        .group_by(Subscriber.domain)
    )
    human = humans(campaign_id).subquery()
    hits = (
        select(Subscriber.domain, human.c.kind, func.count())
        .select_from(human)
        .join(Message, Message.id == human.c.message_id)
        .join(Subscriber, Subscriber.id == Message.subscriber_id)
        .group_by(Subscriber.domain, human.c.kind)
    )
    found = sorted(groups(session, letters, hits), key=lambda one: (not one.name, -one.messages, one.name))
    top = tuple(one for one in found[:MOST_DOMAINS] if one.name)
    rest = found[len(top) :]
    return (*top, together(rest)) if rest else top


def by_list(session: Session, campaign_id: int) -> tuple[Group, ...]:
    """Each list it went to. Who is on two of them counts on both, as the lists are now."""
    on_list = (
        CampaignList.list_id == Subscription.list_id,
        CampaignList.campaign_id == campaign_id,
        CampaignList.use == ListUse.INCLUDE,
    )
    letters = (
        select(MailingList.name, *COUNTS)
        .select_from(Message)
        .join(Subscription, Subscription.subscriber_id == Message.subscriber_id)
        .join(CampaignList, on_list[0])
        .join(MailingList, MailingList.id == CampaignList.list_id)
        .where(*rows_between(campaign_id, *ledger_range(session, campaign_id)), *on_list[1:])
        .group_by(MailingList.name)
    )
    human = humans(campaign_id).subquery()
    hits = (
        select(MailingList.name, human.c.kind, func.count())
        .select_from(human)
        .join(Message, Message.id == human.c.message_id)
        .join(Subscription, Subscription.subscriber_id == Message.subscriber_id)
        .join(CampaignList, on_list[0])
        .join(MailingList, MailingList.id == CampaignList.list_id)
        .where(*on_list[1:])
        .group_by(MailingList.name, human.c.kind)
    )
    return tuple(sorted(groups(session, letters, hits), key=lambda one: one.name))


def by_segment(session: Session, campaign_id: int) -> tuple[Group, ...]:
    """Each segment it went to, with who was in it at the freeze; then the newest others, as people are now.

    Who is in two of them counts in both.
    """
    rows = rows_between(campaign_id, *ledger_range(session, campaign_id))
    return tuple(
        one
        for name, inside in segments_told(session, campaign_id)
        for one in inside_a_segment(session, campaign_id, literal(name), [inside, *rows])
    )


def segments_told(session: Session, campaign_id: int) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """The name of each segment, and the condition on messages and their people."""
    chosen = session.scalars(
        select(CampaignSegment)
        .where(CampaignSegment.campaign_id == campaign_id, CampaignSegment.use == ListUse.INCLUDE)
        .order_by(CampaignSegment.id)
    ).all()
    for one in chosen:
        yield (
            one.name,
            exists().where(
                SegmentMember.subscriber_id == Message.subscriber_id, SegmentMember.campaign_segment_id == one.id
            ),
        )
    others = select(Segment).where(Segment.id.not_in([one.segment_id for one in chosen if one.segment_id]))
    for segment in session.scalars(others.order_by(Segment.id.desc()).limit(MOST_SEGMENTS)).all():
        yield segment.name, segment_filter(session, read_rule(segment.rule), now())


def inside_a_segment(
    session: Session, campaign_id: int, name: ColumnElement[str], inside: Sequence[ColumnElement[bool]]
) -> list[Group]:
    letters = select(name, *COUNTS).select_from(Message).join(Subscriber, Subscriber.id == Message.subscriber_id)
    human = humans(campaign_id).subquery()
    hits = (
        select(name, human.c.kind, func.count())
        .select_from(human)
        .join(Message, Message.id == human.c.message_id)
        .join(Subscriber, Subscriber.id == Message.subscriber_id)
        .group_by(human.c.kind)
    )
    return groups(session, letters.where(*inside), hits.where(*inside))


COUNTS: tuple[ColumnElement[int], ...] = (
    func.count(),
    func.sum(case((Message.status == MessageStatus.SENT, 1), else_=0)),
    func.sum(case((Message.status == MessageStatus.REFUSED, 1), else_=0)),
)


def humans(campaign_id: int) -> Select[*tuple[Any, ...]]:
    """Each kind and message once where a person stood behind it."""
    found = select(Event.kind, Event.message_id).where(
        Event.campaign_id == campaign_id, Event.kind.in_((EventKind.OPENED, EventKind.CLICKED))
    )
    return found.where(Event.verdict == Verdict.HUMAN).distinct()


def groups(session: Session, letters: Select[*tuple[Any, ...]], hits: Select[*tuple[Any, ...]]) -> list[Group]:
    counted = {(name, kind): count for name, kind, count in session.execute(hits)}
    return [
        Group(
            name,
            messages,
            accepted or 0,
            refused or 0,
            counted.get((name, EventKind.OPENED), 0),
            counted.get((name, EventKind.CLICKED), 0),
        )
        for name, messages, accepted, refused in session.execute(letters)
    ]


def together(found: Iterable[Group]) -> Group:
    rest = list(found)
    return Group(
        "",
        sum(one.messages for one in rest),
        sum(one.accepted for one in rest),
        sum(one.refused for one in rest),
        sum(one.opened for one in rest),
        sum(one.clicked for one in rest),
    )
