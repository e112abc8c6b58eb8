"""How a campaign fared by list and by the domain of its readers' addresses."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from app.models import (
    CampaignList,
    Event,
    EventKind,
    ListUse,
    MailingList,
    Message,
    MessageStatus,
    Subscriber,
    Subscription,
    Verdict,
)
from app.queries.books import rows_between
from app.queries.campaign_figures import ledger_range
from app.queries.tallies import Row

MOST_DOMAINS = 20


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
            accepted,
            refused,
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
