"""Questions about campaigns: the list, the lists of one, its people, and why somebody did or did not get it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.models import (
    Campaign,
    CampaignList,
    CampaignStatus,
    Consent,
    ConsentAct,
    Event,
    EventKind,
    Exclusion,
    ListUse,
    MailingList,
    Message,
    MessageStatus,
    Reason,
    Subscriber,
)
from app.queries.books import count_states

PAGE = 50
MOST_CAMPAIGNS = 200
MOST_READERS = 25


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One line of the list; `lists` are the names it goes to."""

    id: int
    name: str
    subject: str
    status: CampaignStatus
    lists: tuple[str, ...]
    messages: int
    sent: int
    created_at: datetime
    updated_at: datetime | None
    send_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChosenList:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ChosenLists:
    """The lists a campaign goes to, and those whose people it leaves out."""

    included: tuple[ChosenList, ...]
    excluded: tuple[ChosenList, ...]


@dataclass(frozen=True, slots=True)
class PersonOfCampaign:
    """One person and what happened; `status` None is an exclusion. Erased people have no name and no address."""

    subscriber_id: int
    name: str
    email: str
    status: MessageStatus | None
    reason: Reason | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Rows `first` to `last` of `total`, counted from 1."""

    rows: tuple[PersonOfCampaign, ...]
    page: int
    first: int
    last: int
    total: int


def find_campaigns(session: Session) -> tuple[CampaignRow, ...]:
    """The newest 200 campaigns, the newest first."""
    found = session.scalars(select(Campaign).order_by(Campaign.id.desc()).limit(MOST_CAMPAIGNS)).all()
    names: dict[int, list[str]] = defaultdict(list)
    chosen = (
        select(CampaignList.campaign_id, MailingList.name)
        .join(MailingList, MailingList.id == CampaignList.list_id)
        .where(CampaignList.use == ListUse.INCLUDE, CampaignList.campaign_id.in_([one.id for one in found]))
        .order_by(MailingList.name)
    )
    for campaign_id, name in session.execute(chosen).all():
        names[campaign_id].append(name)
    return tuple(described(session, campaign, tuple(names[campaign.id])) for campaign in found)


def described(session: Session, campaign: Campaign, lists: tuple[str, ...]) -> CampaignRow:
    on_its_way = campaign.status not in {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED}
    states = count_states(session, campaign.id) if on_its_way else {}
    return CampaignRow(
        id=campaign.id,
        name=campaign.name,
        subject=campaign.subject,
        status=campaign.status,
        lists=lists,
        messages=sum(states.values()),
        sent=states.get(MessageStatus.SENT, 0),
        created_at=campaign.created_at,
        updated_at=campaign.updated_at,
        send_at=campaign.send_at,
        ended_at=campaign.ended_at,
    )


def lists_of_campaign(session: Session, campaign_id: int) -> ChosenLists:
    rows = session.execute(
        select(CampaignList.use, MailingList.id, MailingList.name)
        .join(MailingList, MailingList.id == CampaignList.list_id)
        .where(CampaignList.campaign_id == campaign_id)
        .order_by(MailingList.name)
    ).all()
    return ChosenLists(
        included=tuple(ChosenList(id_, name) for use, id_, name in rows if use is ListUse.INCLUDE),
        excluded=tuple(ChosenList(id_, name) for use, id_, name in rows if use is ListUse.EXCLUDE),
    )


def people_of_campaign(
    session: Session, campaign_id: int, *, status: MessageStatus | None = None, search: str = "", page: int = 1
) -> PeoplePage:
    """Everyone the campaign looked at, 50 a page; `status` narrows to messages in that state."""
    messages = select(
        Message.subscriber_id,
        Message.status.label("status"),
        Message.reason.label("reason"),
        Message.sent_at.label("at"),
    ).where(Message.campaign_id == campaign_id)
    left_out = select(
        Exclusion.subscriber_id,
        literal(None, Message.status.type),
        Exclusion.reason,
        literal(None, Message.sent_at.type),
    ).where(Exclusion.campaign_id == campaign_id)
    everyone = (messages.where(Message.status == status) if status else union_all(messages, left_out)).subquery()
    chosen = (
        select(everyone, Subscriber.first_name, Subscriber.last_name, Subscriber.email)
        .join(Subscriber, Subscriber.id == everyone.c.subscriber_id)
        .where(*matches(search))
    )
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    at = max(1, min(page, max(1, -(-total // PAGE))))
    rows = session.execute(chosen.order_by(Subscriber.email, Subscriber.id).limit(PAGE).offset((at - 1) * PAGE)).all()
    people = tuple(
        PersonOfCampaign(
            subscriber_id=row.subscriber_id,
            name=f"{row.first_name} {row.last_name}".strip(),
            email=row.email,
            status=row.status,
            reason=row.reason,
            at=row.at,
        )
        for row in rows
    )
    first = (at - 1) * PAGE
    return PeoplePage(people, at, first + 1 if people else 0, first + len(people), total)


def matches(search: str) -> list[ColumnElement[bool]]:
    return [or_(*(column.icontains(word, autoescape=True) for column in NAMED)) for word in search.split()[:5]]


NAMED = (Subscriber.email, Subscriber.first_name, Subscriber.last_name)


def unsubscribed_by_campaign(session: Session, campaign_id: int) -> int:
    """How many people took their consent back with a letter of this campaign."""
    return (
        session.scalar(
            select(func.count(Event.subscriber_id.distinct())).where(
                Event.campaign_id == campaign_id, Event.kind == EventKind.UNSUBSCRIBED
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Fate:
    """One person and one campaign: the message or the exclusion, and whether she left by this letter."""

    subscriber_id: int
    name: str
    email: str
    message: Message | None
    excluded: Reason | None
    looked_at: datetime | None
    unsubscribed_at: datetime | None


def fate_of(session: Session, campaign_id: int, subscriber_id: int) -> Fate | None:
    """What became of one person in one campaign; None where the campaign never looked at her."""
    person = session.get(Subscriber, subscriber_id)
    campaign = session.get(Campaign, campaign_id)
    if person is None or campaign is None:
        return None
    message = session.scalar(
        select(Message).where(Message.campaign_id == campaign_id, Message.subscriber_id == subscriber_id)
    )
    excluded = session.scalar(
        select(Exclusion.reason).where(Exclusion.campaign_id == campaign_id, Exclusion.subscriber_id == subscriber_id)
    )
    if message is None and excluded is None:
        return None
    left = None
    if message is not None:
        left = session.scalar(
            select(func.min(Consent.created_at)).where(
                Consent.message_id == message.id, Consent.act == ConsentAct.UNSUBSCRIBED
            )
        )
    name = f"{person.first_name} {person.last_name}".strip()
    return Fate(person.id, name, person.email, message, excluded, campaign.started_at, left)
