"""The people of a campaign: found by state, reason and name, and why one of them did or did not get it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, select
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
from app.queries.person_search import COUNT_UP_TO, fits, together, ways, words_of
from app.queries.report_people import Hit, hits_of
from emails.mime.addresses import address_key

PAGE = 50
FEW, MANY = 500, 50_000
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
    """Rows `first` to `last` of `total`, counted from 1; where `is_cut`, there may be more than were counted.

    `inside` says that addresses were looked through, not only what begins with the words of a search.
    """

    rows: tuple[PersonOfCampaign, ...]
    page: int
    first: int
    total: int
    inside: bool = False
    is_cut: bool = False

    @property
    def last(self) -> int:
        return max(0, self.first + len(self.rows) - 1)


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Messages in `status`, or those left out before; with `reason`; `search` is begun by name or address.

    With `inside`, addresses that have a word anywhere fit it too.
    """

    status: MessageStatus | None = None
    left_out: bool = False
    reason: Reason | None = None
    search: str = ""
    inside: bool = False


EVERYBODY = PeopleFilter()


def people_of_campaign(
    session: Session, campaign_id: int, wanted: PeopleFilter = EVERYBODY, *, page: int = 1
) -> PeoplePage:
    """Everyone the campaign looked at and the filter lets through, 50 a page: the letters, then those left out.

    Without words to search for, no person is read who is not on the page. A whole address leads to its person; other
    words are what an address, its domain or a name begins with, or what an address has inside: where nobody's begins
    so, and where that is wanted. Nobody is counted beyond 10,000.
    """
    if wanted.search.strip():
        return people_found(session, campaign_id, wanted, page)
    parts = looked_at(session, campaign_id, wanted)
    counts = [count_wanted(session, campaign_id, wanted, part) for part in parts]
    at, spans = cut_page(counts, page)
    rows = [one for part, (skip, most) in zip(parts, spans, strict=True) for one in page_of(session, part, skip, most)]
    return PeoplePage(rows=tuple(rows), page=at, first=(at - 1) * PAGE + 1 if rows else 0, total=sum(counts))


def people_found(session: Session, campaign_id: int, wanted: PeopleFilter, page: int) -> PeoplePage:
    inside, parts = wanted.inside, looked_at(session, campaign_id, wanted)
    ids = ids_found(session, campaign_id, wanted, inside=inside)
    if not inside and not any(ids):
        inside, ids = True, ids_found(session, campaign_id, wanted, inside=True)
    at, spans = cut_page([len(one) for one in ids], page)
    rows: list[PersonOfCampaign] = []
    for part, found, (skip, most) in zip(parts, ids, spans, strict=True):
        rows += page_of(session, part.where(key_of(part).in_(found[skip : skip + most])), 0, most) if most else []
    first, total = (at - 1) * PAGE + 1 if rows else 0, sum(map(len, ids))
    is_cut = any(len(one) == COUNT_UP_TO for one in ids)
    return PeoplePage(tuple(rows), at, first, total, inside=inside, is_cut=is_cut)


def cut_page(counts: Sequence[int], page: int) -> tuple[int, list[tuple[int, int]]]:
    """The page there is that comes nearest, and for each part how many rows it skips and how many it shows."""
    at = max(1, min(page, max(1, -(-sum(counts) // PAGE))))
    skip, most, spans = (at - 1) * PAGE, PAGE, []
    for count in counts:
        shown = max(0, min(count - skip, most))
        spans.append((skip, shown))
        skip, most = max(0, skip - count), most - shown
    return at, spans


def ids_found(session: Session, campaign_id: int, wanted: PeopleFilter, *, inside: bool) -> list[Sequence[int]]:
    """Of each part the first 10,000 rows, in their order, whose person fits the words.

    Few people lead each to the one row that the campaign has of them; of many, the campaign's rows are read in order.
    """
    words = words_of(wanted.search)
    found = ways(session, words, inside=inside)
    people, count = first_people(session, wanted.search, found)
    if not count:
        return [() for _part in looked_at(session, campaign_id, wanted)]
    if count < MANY:
        led = by_person(campaign_id, wanted, [Subscriber.id.in_(people)] if count <= FEW else found)
        return [session.scalars(select(one.c.id).order_by(one.c.id).limit(COUNT_UP_TO)).all() for one in led]
    read = in_order(session, campaign_id, wanted, fits(session, words, inside=inside))
    return [session.scalars(part.limit(COUNT_UP_TO)).all() for part in read]


def in_order(
    session: Session, campaign_id: int, wanted: PeopleFilter, fit: ColumnElement[bool]
) -> Iterator[Select[*tuple[Any, ...]]]:
    """The ids of the campaign's rows, each read with its person: a join would be begun with all people."""
    for part in looked_at(session, campaign_id, wanted):
        key, person = key_of(part), part.selected_columns["subscriber_id"]
        fitting = select(fit).where(Subscriber.id == person).scalar_subquery()
        yield part.with_only_columns(key).where(fitting).order_by(key)


def first_people(session: Session, search: str, found: Sequence[ColumnElement[bool]]) -> tuple[Sequence[int], int]:
    """All whom the words fit, where they are few, and how many they are, as far as that matters.

    A whole address is one person's.
    """
    whole = session.scalar(select(Subscriber.id).where(Subscriber.email_key == address_key(search.strip())))
    if whole is not None:
        return [whole], 1
    fitting = [select(Subscriber.id).where(way) for way in found]
    people = together(fitting, most=MANY).cte("people").prefix_with("MATERIALIZED")
    count = select(func.count()).select_from(people).scalar_subquery()
    rows = session.execute(select(people.c.id, count).limit(FEW + 1)).all()
    return [id_ for id_, _count in rows], rows[0][1] if rows else 0


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
    return wanted_of(messages, left_out, wanted)


def by_person(campaign_id: int, wanted: PeopleFilter, found: Sequence[ColumnElement[bool]]) -> list[Subquery]:
    """The ids of the same rows, found by their people: each way by itself, so that each is read by its index."""
    parts: list[list[Select[*tuple[Any, ...]]]] = []
    for way in found:
        people = select(Subscriber.id).where(way)
        messages = select(Message.id).where(Message.campaign_id == campaign_id, Message.subscriber_id.in_(people))
        left_out = select(Exclusion.id).where(Exclusion.campaign_id == campaign_id, Exclusion.subscriber_id.in_(people))
        parts.append(wanted_of(messages, left_out, wanted))
    return [together(rows).subquery() for rows in zip(*parts, strict=True)]


def wanted_of(
    messages: Select[*tuple[Any, ...]], left_out: Select[*tuple[Any, ...]], wanted: PeopleFilter
) -> list[Select[*tuple[Any, ...]]]:
    if wanted.reason:
        messages = messages.where(Message.reason == wanted.reason)
        left_out = left_out.where(Exclusion.reason == wanted.reason)
    if wanted.status:
        return [messages.where(Message.status == wanted.status)]
    return [left_out] if wanted.left_out else [messages, left_out]


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
