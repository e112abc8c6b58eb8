"""How one list grew: who joined, confirmed, left and was stopped, by month or week; and by which door they came."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.database.statements import statements_for
from app.models import (
    Consent,
    ConsentAct,
    ConsentWay,
    Form,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Suppression,
)
from app.queries.lists import ListCounts, list_counts
from app.queries.openings import DAY

MONTHS, WEEKS, DAYS_OF_CHURN = 12, 13, 90


@dataclass(frozen=True, slots=True)
class Period:
    """What happened from `start` until the next period. `joined` are subscriptions begun, whatever became of them."""

    start: date
    joined: int
    confirmed: int
    left: int
    suppressed: int


@dataclass(frozen=True, slots=True)
class Source:
    """People still or once on the list by the door they came; `form` is its name where it was one."""

    way: ConsentWay | None
    form: str
    count: int


@dataclass(frozen=True, slots=True)
class ListReport:
    """`before` is how many subscriptions are older than the first period; `before` + Σ joined is `counts.total`.

    `left` of `stayed_and_left` confirmed people left in the last 90 days. `suppressed` are on the list now and yet
    never written to.
    """

    counts: ListCounts
    periods: tuple[Period, ...]
    before: int
    left: int
    stayed_and_left: int
    suppressed: int
    sources: tuple[Source, ...]


def list_report(session: Session, list_id: int, *, by_week: bool = False) -> ListReport:
    starts = week_starts(now().date()) if by_week else month_starts(now().date())
    counts = list_counts(session, list_id)
    joined = days_of(session, list_id, "created_at")
    left = days_of(session, list_id, "unsubscribed_at")
    stopped = suppressed_days(session, list_id)
    confirmed = days_of(session, list_id, "confirmed_at")
    recent = (now() - timedelta(days=DAYS_OF_CHURN)).date()
    lately = sum(count for day, count in left.items() if day >= recent)
    return ListReport(
        counts=counts,
        periods=tuple(
            Period(start, *(between(one, start, end) for one in (joined, confirmed, left, stopped)))
            for start, end in zip(starts, [*starts[1:], date.max], strict=True)
        ),
        before=sum(count for day, count in joined.items() if day < starts[0]),
        left=lately,
        stayed_and_left=counts.confirmed + lately,
        suppressed=sum(stopped.values()),
        sources=sources_of(session, list_id),
    )


def month_starts(today: date) -> list[date]:
    """The first days of this month and the eleven before it."""
    months = today.year * 12 + today.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(months - MONTHS + 1, months + 1)]


def week_starts(today: date) -> list[date]:
    """The Mondays of this week and the twelve before it: 90 days."""
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=one) for one in reversed(range(WEEKS))]


def between(days: Mapping[date, int], start: date, end: date) -> int:
    return sum(count for day, count in days.items() if start <= day < end)


def days_of(session: Session, list_id: int, which: str) -> dict[date, int]:
    """Day -> subscriptions whose time `which` is on it, as the ledger of subscriptions has them now."""
    moment = {
        "created_at": Subscription.created_at,
        "confirmed_at": Subscription.confirmed_at,
        "unsubscribed_at": Subscription.unsubscribed_at,
    }[which]
    day = statements_for(session).cut_time(moment, DAY).label("day")
    counted = select(day, func.count()).where(Subscription.list_id == list_id, moment.is_not(None))
    if which == "unsubscribed_at":
        counted = counted.where(Subscription.status == SubscriptionStatus.UNSUBSCRIBED)
    return dict(as_days(session.execute(counted.group_by("day")).all()))


def suppressed_days(session: Session, list_id: int) -> dict[date, int]:
    """Day of the suppression -> people who are on the list and must not be written to."""
    day = statements_for(session).cut_time(Suppression.created_at, DAY).label("day")
    stopped = (
        select(day, func.count())
        .select_from(Suppression)
        .join(Subscriber, Subscriber.address_hash == Suppression.address_hash)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .where(Subscription.list_id == list_id, Subscription.status != SubscriptionStatus.UNSUBSCRIBED)
    )
    return dict(as_days(session.execute(stopped.group_by("day")).all()))


def as_days(rows: object) -> Iterator[tuple[date, int]]:
    for text, count in rows:  # type: ignore[attr-defined]
        yield datetime.fromisoformat(text).date(), count


def sources_of(session: Session, list_id: int) -> tuple[Source, ...]:
    """Each person's first consent for this list tells how she came; the sum is everybody on it."""
    first = (
        select(Consent.subscriber_id, func.min(Consent.id).label("id"))
        .where(Consent.list_id == list_id, Consent.act.in_((ConsentAct.ADDED, ConsentAct.CONFIRMED)))
        .group_by(Consent.subscriber_id)
        .subquery()
    )
    rows = session.execute(
        select(Consent.way, Form.name, func.count())
        .select_from(Subscription)
        .outerjoin(first, first.c.subscriber_id == Subscription.subscriber_id)
        .outerjoin(Consent, Consent.id == first.c.id)
        .outerjoin(Form, Form.id == Consent.form_id)
        .where(Subscription.list_id == list_id)
        .group_by(Consent.way, Form.name)
    )
    found = [Source(way, form or "", count) for way, form, count in rows]
    return tuple(sorted(found, key=lambda one: -one.count))
