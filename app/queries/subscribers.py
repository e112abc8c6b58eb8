"""Questions about people: search as one types, and one person with her lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from app.models import (
    MailingList,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Suppression,
    SuppressionReason,
)
from app.queries.person_search import COUNT_UP_TO, fits, together, ways, words_of

PAGE = 50
READ_ON = 10_000


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
    """One page of a search: `total` counts all (up to 10,000), `next_after` continues, "" at the end.

    `inside` says that addresses were looked through, not only what begins with the words.
    """

    people: tuple[PersonRow, ...]
    total: int
    next_after: str
    inside: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether there may be more than were counted."""
        return self.total >= COUNT_UP_TO


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


def search_people(
    session: Session, text: str = "", *, within: Within = EVERYBODY, after: str = "", inside: bool = False
) -> Found:
    """People whose address, its domain or a name begins with every word of `text`, by address.

    Where nobody's does, and with `inside`, an address may have the word anywhere. `after` is the `next_after` of the
    page before.
    """
    words, conditions = words_of(text), narrowed(within)
    if not words:
        return everybody(session, conditions, after)
    found = found_by(session, Search(words, conditions, after, inside=inside))
    if found.total or inside:
        return found
    return found_by(session, Search(words, conditions, after, inside=True))


def everybody(session: Session, conditions: Sequence[ColumnElement[bool]], after: str) -> Found:
    chosen = select(Subscriber.id).where(Subscriber.erased_at.is_(None), *conditions)
    total = session.scalar(select(func.count()).select_from(chosen.limit(COUNT_UP_TO).subquery())) or 0
    page = chosen.where(Subscriber.email_key > after) if after else chosen
    ordered = page.add_columns(Subscriber.email_key).order_by(Subscriber.email_key).limit(PAGE + 1)
    return shown(session, total, [(id_, key or "") for id_, key in session.execute(ordered)])


@dataclass(frozen=True, slots=True)
class Search:
    """Words, what else must be true of a person, and after whose address a page begins."""

    words: Sequence[str]
    conditions: Sequence[ColumnElement[bool]]
    after: str
    inside: bool

    def parts(self, session: Session, *beyond: ColumnElement[bool]) -> list[Select[int, str | None]]:
        """Everybody who fits, in parts of which each is read by one index; some may be in several."""
        person = select(Subscriber.id, Subscriber.email_key)
        found = ways(session, self.words, inside=self.inside)
        return [person.where(way, *self.conditions, *beyond) for way in found]


def found_by(session: Session, search: Search) -> Found:
    """All that are found are put in order where they are few; of many, only the addresses that come next are read."""
    found = together(search.parts(session), most=COUNT_UP_TO).cte("found").prefix_with("MATERIALIZED")
    total = select(func.count()).select_from(found)
    page = select(found.c.id, found.c.email_key, total.scalar_subquery()).where(found.c.email_key > search.after)
    rows = session.execute(page.order_by(found.c.email_key).limit(PAGE + 1)).all()
    count = rows[0][2] if rows else session.scalar(total) or 0 if search.after else 0
    if count < COUNT_UP_TO:
        return shown(session, count, [(id_, key) for id_, key, _count in rows], inside=search.inside)
    few = next_by_address(session, search)
    return shown(session, COUNT_UP_TO, all_by_address(session, search) if few is None else few, inside=search.inside)


def next_by_address(session: Session, search: Search) -> list[tuple[int, str]] | None:
    """A page of many, found by reading on in the order of addresses; None where too few are among the next 10,000."""
    key = Subscriber.email_key
    ends = session.scalar(select(key).where(key > search.after).order_by(key).offset(READ_ON).limit(1))
    near = [key > search.after] if ends is None else [key > search.after, key <= ends]
    chosen = select(Subscriber.id, key).where(*near, fits(session, search.words, inside=search.inside))
    rows = session.execute(chosen.where(*search.conditions).order_by(key).limit(PAGE + 1)).all()
    return None if ends is not None and len(rows) <= PAGE else [(id_, found or "") for id_, found in rows]


def all_by_address(session: Session, search: Search) -> list[tuple[int, str]]:
    """A page of many, found by putting all of them in order."""
    found = together(search.parts(session, Subscriber.email_key > search.after)).subquery()
    rows = session.execute(select(found.c.id, found.c.email_key).order_by(found.c.email_key).limit(PAGE + 1))
    return [(id_, key) for id_, key in rows]


def shown(session: Session, total: int, rows: Sequence[tuple[int, str]], *, inside: bool = False) -> Found:
    """A page of rows of which one more was read."""
    people = described(session, [id_ for id_, _key in rows[:PAGE]])
    return Found(people, total, rows[PAGE - 1][1] if len(rows) > PAGE else "", inside)


def narrowed(within: Within) -> list[ColumnElement[bool]]:
    on: list[ColumnElement[bool]] = [Subscription.subscriber_id == Subscriber.id]
    if within.list_id is not None:
        on.append(Subscription.list_id == within.list_id)
    if within.status is not None:
        on.append(Subscription.status == within.status)
    conditions = [] if within.segment is None else [within.segment]
    return [*conditions, exists().where(and_(*on))] if len(on) > 1 else conditions


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
