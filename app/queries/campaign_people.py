"""The people of a campaign: found by state, reason and name, and why one of them did or did not get it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
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
from app.queries.books import rows_between, states_of
from app.queries.campaign_figures import ledger_range
from app.queries.report_people import Hit, hits_of
from emails.mime.addresses import address_key

PAGE = 50
MOST_WORDS = 5
COUNT_UP_TO = 10_000
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
    """Everyone the campaign looked at and the filter lets through, 50 a page: the letters, then those left out.

    Without words to search for, no person is read who is not on the page. A whole address leads to its person; other
    words are looked for in every name and address, and nobody is counted beyond 10,000.
    """
    parts = looked_at(session, campaign_id, wanted)
    if wanted.search.strip():
        ids = [ids_found(session, part, wanted.search) for part in parts]
        counts = [len(one) for one in ids]
        parts = [part.where(key_of(part).in_(one)) for part, one in zip(parts, ids, strict=True)]
    else:
        counts = [count_wanted(session, campaign_id, wanted, part) for part in parts]
    total = sum(counts)
    at = max(1, min(page, max(1, -(-total // PAGE))))
    first = skipped = (at - 1) * PAGE
    people: list[PersonOfCampaign] = []
    for part, count in zip(parts, counts, strict=True):
        if skipped < count and len(people) < PAGE:
            people += page_of(session, part, skipped, PAGE - len(people))
        skipped = max(0, skipped - count)
    return PeoplePage(tuple(people), at, first + 1 if people else 0, first + len(people), total)


def key_of(part: Select[*tuple[Any, ...]]) -> ColumnElement[int]:
    return part.selected_columns["id"]


def count_wanted(session: Session, campaign_id: int, wanted: PeopleFilter, part: Select[*tuple[Any, ...]]) -> int:
    """How many rows a part has; letters in a state as their chunks tell it."""
    if key_of(part).table is Message.__table__ and not wanted.reason:
        states = states_of(session, [campaign_id])[campaign_id]
        return states[wanted.status] if wanted.status else sum(states.values())
    return session.scalar(select(func.count()).select_from(part.subquery())) or 0


def looked_at(session: Session, campaign_id: int, wanted: PeopleFilter) -> list[Select[*tuple[Any, ...]]]:
    """Those who have a letter, and those left out, as far as they are wanted."""
    messages = select(
        Message.id,
        Message.subscriber_id,
        Message.status.label("status"),
        Message.reason.label("reason"),
        Message.sent_at.label("at"),
        Message.next_at.label("next_at"),
    ).where(*rows_between(campaign_id, *ledger_range(session, campaign_id)))
    left_out = select(
        Exclusion.id,
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
        return [messages.where(Message.status == wanted.status)]
    return [left_out] if wanted.left_out else [messages, left_out]


def ids_found(session: Session, part: Select[*tuple[Any, ...]], search: str) -> list[int]:
    """The first 10,000 rows of a part whose person the words fit; a whole address fits one person only."""
    rows = part.subquery()
    named = select(rows.c.id).join(Subscriber, Subscriber.id == rows.c.subscriber_id)
    whole = session.scalar(select(Subscriber.id).where(Subscriber.email_key == address_key(search.strip())))
    fits = matches(search) if whole is None else [Subscriber.id == whole]
    return list(session.scalars(named.where(*fits).order_by(rows.c.id).limit(COUNT_UP_TO)))


def page_of(session: Session, part: Select[*tuple[Any, ...]], after: int, most: int) -> list[PersonOfCampaign]:
    rows = part.subquery()
    page = select(rows).order_by(rows.c.id).limit(most).offset(after).subquery()
    found = session.execute(
        select(page, Subscriber.first_name, Subscriber.last_name, Subscriber.email)
        .join(Subscriber, Subscriber.id == page.c.subscriber_id)
        .order_by(page.c.id)
    )
    return [
        PersonOfCampaign(
            subscriber_id=row.subscriber_id,
            name=f"{row.first_name} {row.last_name}".strip(),
            email=row.email,
            status=row.status,
            reason=row.reason,
            at=row.at,
            next_at=row.next_at,
        )
        for row in found
    ]


def matches(search: str) -> list[ColumnElement[bool]]:
    return [fits(word) for word in search.split()[:MOST_WORDS]]


def fits(word: str) -> ColumnElement[bool]:
    """In the ways that people write names: folding each of them costs PostgreSQL three times as much."""
    name, ways = Subscriber.first_name + " " + Subscriber.last_name, {word, word.lower(), word.title(), word.upper()}
    in_name = [name.contains(way, autoescape=True) for way in sorted(ways)]
    return or_(Subscriber.email_key.contains(word.casefold(), autoescape=True), *in_name)


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
