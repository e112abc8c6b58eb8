"""How one list grew: who joined, confirmed, left and was stopped, by month or week; and by which door they came."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, literal, select
from sqlalchemy.orm import Session

from app.clock import now
from app.database.statements import statements_for
from app.models import (
    Consent,
    ConsentAct,
    ConsentWay,
    Form,
    ListTally,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Suppression,
)
from app.queries.lists import ListCounts, list_counts
from app.queries.openings import DAY

MONTHS, WEEKS, DAYS_OF_CHURN = 12, 13, 90
MOST_COUNTED_NOW = 50_000
"""Subscriptions of a list whose growth is counted while a page waits; above it, as it was counted last."""
COUNTED_EVERY = timedelta(hours=1)
KINDS = ("joined", "confirmed", "left", "stopped")


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
    never written to. `counted_at` is when a large list was counted, None where it was just now.
    """

    counts: ListCounts
    periods: tuple[Period, ...]
    before: int
    left: int
    stayed_and_left: int
    suppressed: int
    sources: tuple[Source, ...]
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListDays:
    """What a report is made of: day -> how many, of each kind, as of `counted_at` (None: just now)."""

    counts: ListCounts
    joined: Mapping[date, int]
    confirmed: Mapping[date, int]
    left: Mapping[date, int]
    stopped: Mapping[date, int]
    sources: tuple[Source, ...]
    counted_at: datetime | None = None


def list_report(session: Session, list_id: int, *, by_week: bool = False) -> ListReport:
    """Of a large list as it was counted last, of any other as it is."""
    days = kept_days(session, list_id) or days_now(session, list_id)
    starts = week_starts(now().date()) if by_week else month_starts(now().date())
    recent = (now() - timedelta(days=DAYS_OF_CHURN)).date()
    lately = sum(count for day, count in days.left.items() if day >= recent)
    kinds = (days.joined, days.confirmed, days.left, days.stopped)
    return ListReport(
        counts=days.counts,
        periods=tuple(
            Period(start, *(between(one, start, end) for one in kinds))
            for start, end in zip(starts, [*starts[1:], date.max], strict=True)
        ),
        before=sum(count for day, count in days.joined.items() if day < starts[0]),
        left=lately,
        stayed_and_left=days.counts.confirmed + lately,
        suppressed=sum(days.stopped.values()),
        sources=days.sources,
        counted_at=days.counted_at,
    )


def days_now(session: Session, list_id: int) -> ListDays:
    return ListDays(
        counts=list_counts(session, list_id),
        joined=days_of(session, list_id, "created_at"),
        confirmed=days_of(session, list_id, "confirmed_at"),
        left=days_of(session, list_id, "unsubscribed_at"),
        stopped=suppressed_days(session, list_id),
        sources=sources_of(session, list_id),
    )


def days_as_json(days: ListDays) -> dict[str, Any]:
    """To be kept; `days_from_json` reads it back."""
    told = {kind: {day.isoformat(): n for day, n in getattr(days, kind).items()} for kind in KINDS}
    sources = [[one.way.value if one.way else None, one.form, one.count] for one in days.sources]
    return {**told, "counts": asdict(days.counts), "sources": sources}


def days_from_json(figures: Mapping[str, Any], counted_at: datetime) -> ListDays:
    told = {kind: {date.fromisoformat(day): n for day, n in figures[kind].items()} for kind in KINDS}
    sources = tuple(Source(ConsentWay(way) if way else None, form, n) for way, form, n in figures["sources"])
    return ListDays(counts=ListCounts(**figures["counts"]), sources=sources, counted_at=counted_at, **told)


def kept_days(session: Session, list_id: int) -> ListDays | None:
    tally = session.get(ListTally, list_id)
    return days_from_json(tally.figures, tally.counted_at) if tally else None


def large_lists_due(session: Session, moment: datetime) -> tuple[int, ...]:
    """Lists that a page would wait for, never counted or not within the hour."""
    lately = select(ListTally.list_id).where(ListTally.counted_at > moment - COUNTED_EVERY)
    large = select(Subscription.list_id).group_by(Subscription.list_id).having(func.count() > MOST_COUNTED_NOW)
    return tuple(session.scalars(large.where(Subscription.list_id.not_in(lately))))


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
    """Each person's first consent for this list tells how she came; the sum is everybody on it.

    Whose subscription carries an import's number came by it: that stands for the first consent.
    """
    first = (
        select(Consent.subscriber_id, func.min(Consent.id).label("id"))
        .where(Consent.list_id == list_id, Consent.act.in_((ConsentAct.ADDED, ConsentAct.CONFIRMED)))
        .group_by(Consent.subscriber_id)
        .subquery()
    )
    by_import = literal(ConsentWay.IMPORT, Consent.way.type)
    way = case((Subscription.import_id.is_not(None), by_import), else_=Consent.way).label("came_by")
    rows = session.execute(
        select(way, Form.name, func.count())
        .select_from(Subscription)
        .outerjoin(first, and_(first.c.subscriber_id == Subscription.subscriber_id, Subscription.import_id.is_(None)))
        .outerjoin(Consent, Consent.id == first.c.id)
        .outerjoin(Form, Form.id == Consent.form_id)
        .where(Subscription.list_id == list_id)
        .group_by("came_by", Form.name)
    )
    found = [Source(way, form or "", count) for way, form, count in rows]
    return tuple(sorted(found, key=lambda one: -one.count))
