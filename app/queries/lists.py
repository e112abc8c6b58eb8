"""Questions about lists: all of them with their counts, one list's counts, one list's people for an export."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Brand, MailingList, Subscriber, Subscription, SubscriptionStatus

PAGE = 1000


@dataclass(frozen=True, slots=True)
class ListCounts:
    confirmed: int = 0
    unconfirmed: int = 0
    unsubscribed: int = 0

    @property
    def total(self) -> int:
        return self.confirmed + self.unconfirmed + self.unsubscribed


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of the overview."""

    id: int
    name: str
    description: str
    brand_name: str
    created_at: datetime
    archived_at: datetime | None
    counts: ListCounts


@dataclass(frozen=True, slots=True)
class ExportedPerson:
    """What an export tells of one person on one list."""

    email: str
    first_name: str
    last_name: str
    language: str
    fields: dict[str, str]
    status: SubscriptionStatus
    added_at: datetime
    confirmed_at: datetime | None
    unsubscribed_at: datetime | None


def list_overview(session: Session, *, with_archived: bool = False) -> tuple[ListRow, ...]:
    """Every list by name, each with its counts."""
    counts = counts_by_list(session)
    statement = select(MailingList, Brand.name).join(Brand, Brand.id == MailingList.brand_id)
    if not with_archived:
        statement = statement.where(MailingList.archived_at.is_(None))
    return tuple(
        ListRow(
            one.id, one.name, one.description, brand, one.created_at, one.archived_at, counts.get(one.id, ListCounts())
        )
        for one, brand in session.execute(statement.order_by(MailingList.name_key))
    )


def list_names(session: Session) -> tuple[tuple[int, str], ...]:
    """Id and name of every list that people can be added to, by name; nobody is counted for it."""
    named = select(MailingList.id, MailingList.name).where(MailingList.archived_at.is_(None))
    return tuple((id_, name) for id_, name in session.execute(named.order_by(MailingList.name_key)))


def list_counts(session: Session, list_id: int) -> ListCounts:
    return counts_by_list(session, list_id).get(list_id, ListCounts())


def counts_by_list(session: Session, list_id: int | None = None) -> dict[int, ListCounts]:
    statement = select(Subscription.list_id, Subscription.status, func.count()).group_by(
        Subscription.list_id, Subscription.status
    )
    if list_id is not None:
        statement = statement.where(Subscription.list_id == list_id)
    gathered: dict[int, dict[str, int]] = {}
    for one, status, count in session.execute(statement):
        gathered.setdefault(one, {})[status.value] = count
    return {one: ListCounts(**counts) for one, counts in gathered.items()}


def people_of_list(session: Session, list_id: int) -> Iterator[ExportedPerson]:
    """Everybody who is or was on a list, by address, read in pages. The erased have nothing to tell."""
    after = ""
    while True:
        rows = session.execute(
            select(Subscriber, Subscription)
            .join(Subscription, Subscription.subscriber_id == Subscriber.id)
            .where(Subscription.list_id == list_id, Subscriber.erased_at.is_(None), Subscriber.email_key > after)
            .order_by(Subscriber.email_key)
            .limit(PAGE)
        ).all()
        for person, subscription in rows:
            yield exported(person, subscription)
        if len(rows) < PAGE:
            return
        after = rows[-1][0].email_key or ""


def field_names(session: Session, list_id: int) -> tuple[str, ...]:
    """The custom fields that anybody on a list has, by name."""
    names: set[str] = set()
    for fields in session.scalars(
        select(Subscriber.fields)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(Subscription.list_id == list_id)
        .execution_options(yield_per=PAGE)
    ):
        names.update(fields)
    return tuple(sorted(names))


def exported(person: Subscriber, subscription: Subscription) -> ExportedPerson:
    return ExportedPerson(
        person.email,
        person.first_name,
        person.last_name,
        person.language,
        {str(name): str(value) for name, value in person.fields.items()},
        subscription.status,
        subscription.created_at,
        subscription.confirmed_at,
        subscription.unsubscribed_at,
    )
