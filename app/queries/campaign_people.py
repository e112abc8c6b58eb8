"""The people of a campaign: found by state, reason and name, and why one of them did or did not get it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.models import (
    Campaign,
    Consent,
    ConsentAct,
    Event,
    EventKind,
    Exclusion,
    Message,
    MessageStatus,
    Reason,
    Subscriber,
)
from app.queries.report_people import Hit, hits_of

PAGE = 50
MOST_WORDS = 5
LEFT_OUT = "left_out"
"""What the state of somebody is called who was looked at and got no message."""


@dataclass(frozen=True, slots=True)
class PersonOfCampaign:
    """One person and what happened; `status` None is an exclusion. Erased people have no name and no address.

    `at` is when the letter was accepted, `next_at` when it is tried again.
    """

    subscriber_id: int
    name: str
    email: str
    status: MessageStatus | None
    reason: Reason | None
    at: datetime | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Rows `first` to `last` of `total`, counted from 1."""

    rows: tuple[PersonOfCampaign, ...]
    page: int
    first: int
    last: int
    total: int


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Messages in `status`, or those left out before; with `reason`; `search` is in name or address."""

    status: MessageStatus | None = None
    left_out: bool = False
    reason: Reason | None = None
    search: str = ""


EVERYBODY = PeopleFilter()


def people_of_campaign(
    session: Session, campaign_id: int, wanted: PeopleFilter = EVERYBODY, *, page: int = 1
) -> PeoplePage:
    """Everyone the campaign looked at and the filter lets through, 50 a page."""
    everyone = looked_at(campaign_id, wanted)
    chosen = (
        select(everyone, Subscriber.first_name, Subscriber.last_name, Subscriber.email)
        .join(Subscriber, Subscriber.id == everyone.c.subscriber_id)
        .where(*matches(wanted.search))
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
            next_at=row.next_at,
        )
        for row in rows
    )
    first = (at - 1) * PAGE
    return PeoplePage(people, at, first + 1 if people else 0, first + len(people), total)


def looked_at(campaign_id: int, wanted: PeopleFilter) -> Subquery:
    messages = select(
        Message.subscriber_id,
        Message.status.label("status"),
        Message.reason.label("reason"),
        Message.sent_at.label("at"),
        Message.next_at.label("next_at"),
    ).where(Message.campaign_id == campaign_id)
    left_out = select(
        Exclusion.subscriber_id,
        literal(None, Message.status.type).label("status"),
        Exclusion.reason.label("reason"),
        literal(None, Message.sent_at.type).label("at"),
        literal(None, Message.next_at.type).label("next_at"),
    ).where(Exclusion.campaign_id == campaign_id)
    if wanted.reason:
        messages = messages.where(Message.reason == wanted.reason)
        left_out = left_out.where(Exclusion.reason == wanted.reason)
    if wanted.status:
        return messages.where(Message.status == wanted.status).subquery()
    return (left_out if wanted.left_out else union_all(messages, left_out)).subquery()


def matches(search: str) -> list[ColumnElement[bool]]:
    words = search.split()[:MOST_WORDS]
    return [or_(*(column.icontains(word, autoescape=True) for column in NAMED)) for word in words]


NAMED = (Subscriber.email, Subscriber.first_name, Subscriber.last_name)


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that happened to a letter and shows that it was accepted; `way` is a word for what."""

    at: datetime
    way: str


@dataclass(frozen=True, slots=True)
class Fate:
    """One person and one campaign: the message or the exclusion, its proofs, and whether she left by this letter."""

    subscriber_id: int
    name: str
    email: str
    message: Message | None
    excluded: Reason | None
    looked_at: datetime | None
    proofs: tuple[Proof, ...]
    unsubscribed_at: datetime | None
    hits: tuple[Hit, ...] = ()


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
    return Fate(
        subscriber_id=person.id,
        name=f"{person.first_name} {person.last_name}".strip(),
        email=person.email,
        message=message,
        excluded=excluded,
        looked_at=campaign.started_at,
        proofs=proofs_of(session, message.id) if message else (),
        unsubscribed_at=left_by(session, message.id) if message else None,
        hits=hits_of(session, message.id) if message else (),
    )


def proofs_of(session: Session, message_id: int) -> tuple[Proof, ...]:
    proved = select(Event).where(Event.message_id == message_id, Event.kind == EventKind.LETTER_PROVED)
    return tuple(Proof(one.at, str(one.facts.get("way", ""))) for one in session.scalars(proved.order_by(Event.id)))


def left_by(session: Session, message_id: int) -> datetime | None:
    left = select(func.min(Consent.created_at))
    return session.scalar(left.where(Consent.message_id == message_id, Consent.act == ConsentAct.UNSUBSCRIBED))
