"""Questions about people: search as one types, and one person with her lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.models import (
    MailingList,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Suppression,
    SuppressionReason,
)

PAGE = 50
MOST_WORDS = 5
COUNT_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of a search. `suppressed` says why nothing is written to her, if so."""

    id: int
    email: str
    first_name: str
    last_name: str
    language: str
    created_at: datetime
    suppressed: SuppressionReason | None
    lists: tuple[tuple[str, SubscriptionStatus], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search: `total` counts all (up to 10,000), `next_after` continues, "" at the end."""

    people: tuple[PersonRow, ...]
    total: int
    next_after: str


@dataclass(frozen=True, slots=True)
class ListOfPerson:
    """One list of a person."""

    list_id: int
    name: str
    status: SubscriptionStatus
    added_at: datetime
    confirmed_at: datetime | None
    unsubscribed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Within:
    """What a search is narrowed to: one list, one status, those of a segment (`segment_filter`)."""

    list_id: int | None = None
    status: SubscriptionStatus | None = None
    segment: ColumnElement[bool] | None = None


EVERYBODY = Within()


def search_people(session: Session, text: str = "", *, within: Within = EVERYBODY, after: str = "") -> Found:
    """People whose address or names begin with (or whose address contains) every word of `text`, by address.

    `after` is the `next_after` of the page before.
    """
    chosen = narrowed(within)
    words = text.split()[:MOST_WORDS]
    for word in words:
        chosen = chosen.where(matches(word))
    total, rows = all_of_few(session, chosen, after) if words else (0, None)
    if rows is None:
        total = session.scalars(select(func.count()).select_from(chosen.limit(COUNT_UP_TO).subquery())).one()
        page = chosen.where(Subscriber.email_key > after) if after else chosen
        ordered = page.add_columns(Subscriber.email_key).order_by(Subscriber.email_key)
        rows = [(id_, key or "") for id_, key in session.execute(ordered.limit(PAGE + 1))]
    people = described(session, [id_ for id_, _ in rows[:PAGE]])
    return Found(people, total, rows[PAGE - 1][1] if len(rows) > PAGE else "")


def all_of_few(session: Session, chosen: Select[int], after: str) -> tuple[int, list[tuple[int, str]] | None]:
    """How many a search finds, and its page, in one reading of everybody; no page where more are found than counted."""
    found = session.execute(chosen.add_columns(Subscriber.email_key).limit(COUNT_UP_TO)).all()
    if len(found) >= COUNT_UP_TO:
        return COUNT_UP_TO, None
    rows = sorted(((id_, key or "") for id_, key in found), key=itemgetter(1))
    return len(rows), [row for row in rows if row[1] > after or not after][: PAGE + 1]


def narrowed(within: Within) -> Select[int]:
    chosen = select(Subscriber.id).where(Subscriber.erased_at.is_(None))
    on: list[ColumnElement[bool]] = [Subscription.subscriber_id == Subscriber.id]
    if within.list_id is not None:
        on.append(Subscription.list_id == within.list_id)
    if within.status is not None:
        on.append(Subscription.status == within.status)
    if within.segment is not None:
        chosen = chosen.where(within.segment)
    return chosen.where(exists().where(and_(*on))) if len(on) > 1 else chosen


def matches(word: str) -> ColumnElement[bool]:
    """SQLite folds only ASCII, so other names are tried in the ways that people write them."""
    ways = {word} if word.isascii() else {word, word.lower(), word.title(), word.upper()}
    names = [
        column.ilike(literally(way) + "%", escape="\\")
        for column in (Subscriber.first_name, Subscriber.last_name)
        for way in ways
    ]
    return or_(Subscriber.email_key.like("%" + literally(word.casefold()) + "%", escape="\\"), *names)


def literally(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def described(session: Session, ids: Sequence[int]) -> tuple[PersonRow, ...]:
    people = session.execute(
        select(Subscriber, Suppression.reason)
        .outerjoin(Suppression, Suppression.address_hash == Subscriber.address_hash)
        .where(Subscriber.id.in_(ids))
    ).all()
    place = {id_: number for number, id_ in enumerate(ids)}
    lists: dict[int, list[tuple[str, SubscriptionStatus]]] = {}
    for person_id, name, status in session.execute(
        select(Subscription.subscriber_id, MailingList.name, Subscription.status)
        .join(MailingList, MailingList.id == Subscription.list_id)
        .where(Subscription.subscriber_id.in_(ids))
        .order_by(MailingList.name_key)
    ):
        lists.setdefault(person_id, []).append((name, status))
    return tuple(
        PersonRow(
            one.id,
            one.email,
            one.first_name,
            one.last_name,
            one.language,
            one.created_at,
            reason,
            tuple(lists.get(one.id, ())),
        )
        for one, reason in sorted(people, key=lambda row: place[row[0].id])
    )


def lists_of_person(session: Session, subscriber_id: int) -> tuple[ListOfPerson, ...]:
    return tuple(
        ListOfPerson(one.list_id, name, one.status, one.created_at, one.confirmed_at, one.unsubscribed_at)
        for one, name in session.execute(
            select(Subscription, MailingList.name)
            .join(MailingList, MailingList.id == Subscription.list_id)
            .where(Subscription.subscriber_id == subscriber_id)
            .order_by(MailingList.name_key)
        )
    )
