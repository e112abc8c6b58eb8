"""Who opened and who clicked, told apart by verdict: people once each by their best one, or plain totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select
from sqlalchemy.orm import Session

from app.database.statements import statements_for
from app.models import Event, EventKind, Link, Verdict

Key = TypeVar("Key")
HITS = (EventKind.OPENED, EventKind.CLICKED)
BEST = (Verdict.AUTOMATED, Verdict.UNDECIDED, Verdict.HUMAN)
"""A person counts by the best of these; what is not judged yet is undecided."""
HOUR, DAY = 13, 10


@dataclass(frozen=True, slots=True)
class Split:
    """Counts of people, or of events, by who stood behind them. Only `human` may be called people for sure."""

    human: int = 0
    undecided: int = 0
    automated: int = 0

    @property
    def total(self) -> int:
        return self.human + self.undecided + self.automated

    def __add__(self, other: "Split") -> "Split":
        return Split(self.human + other.human, self.undecided + other.undecided, self.automated + other.automated)


@dataclass(frozen=True, slots=True)
class LinkFigures:
    number: int
    url: str
    clicked: Split


@dataclass(frozen=True, slots=True)
class Span:
    """What happened in one hour or one day from `start`: openings by verdict, and clicks by verdict."""

    start: datetime
    opened: Split
    clicked: Split


def rank() -> ColumnElement[int]:
    return case((Event.verdict == Verdict.HUMAN, 2), (Event.verdict == Verdict.AUTOMATED, 0), else_=1)


def people_by_verdict(session: Session, campaign_id: int, kind: EventKind) -> Split:
    """People who did it, each once by the best verdict."""
    person = (
        select(func.max(rank()).label("best"))
        .where(Event.campaign_id == campaign_id, Event.kind == kind, Event.message_id.is_not(None))
        .group_by(Event.message_id)
        .subquery()
    )
    return by_best(session, select(person.c.best, func.count()).group_by(person.c.best))


def times_by_verdict(session: Session, campaign_id: int, kind: EventKind) -> Split:
    """How often it was done, where nobody keeps whose they were."""
    best = rank().label("best")
    times = select(best, func.count()).where(Event.campaign_id == campaign_id, Event.kind == kind)
    return by_best(session, times.group_by(best))


def by_best(session: Session, counted: Select[*tuple[Any, ...]]) -> Split:
    found = gathered([((), best, count) for best, count in session.execute(counted)])
    return found.get((), Split())


def gathered(rows: list[tuple[Key, int, int]]) -> dict[Key, Split]:
    counts: dict[Key, dict[str, int]] = {}
    for key, best, count in rows:
        counts.setdefault(key, {})[BEST[best].value] = count
    return {key: Split(**words) for key, words in counts.items()}


def links_of(
    session: Session, campaign_id: int, *, people: bool, clicked: Mapping[int, Split] | None = None
) -> tuple[LinkFigures, ...]:
    """Every numbered link, in reading order, with what `clicked` has of it; counted where that is not given."""
    found = clicks_by_link(session, campaign_id, people=people) if clicked is None else clicked
    links = session.execute(select(Link.number, Link.url).where(Link.campaign_id == campaign_id).order_by(Link.number))
    return tuple(LinkFigures(number, url, found.get(number, Split())) for number, url in links)


def clicks_by_link(session: Session, campaign_id: int, *, people: bool) -> dict[int, Split]:
    """Link number -> the people who clicked it (or, without people, how often)."""
    clicked = clicks_by_person(campaign_id) if people else clicks(campaign_id)
    counted = select(clicked.c.link_number, clicked.c.best, func.count()).group_by(
        clicked.c.link_number, clicked.c.best
    )
    return gathered([(number, best, count) for number, best, count in session.execute(counted)])


def clicks(campaign_id: int) -> Subquery:
    one = select(Event.link_number, rank().label("best"))
    return one.where(Event.campaign_id == campaign_id, Event.kind == EventKind.CLICKED).subquery()


def clicks_by_person(campaign_id: int) -> Subquery:
    best = select(Event.link_number, Event.message_id, func.max(rank()).label("best")).where(
        Event.campaign_id == campaign_id, Event.kind == EventKind.CLICKED, Event.message_id.is_not(None)
    )
    return best.group_by(Event.link_number, Event.message_id).subquery()


def over_time(session: Session, campaign_id: int, *, by: int = HOUR) -> tuple[Span, ...]:
    """Openings and clicks by the hour, or by the day; each event once, and every span from the first to the last."""
    start = statements_for(session).cut_time(Event.at, by).label("start")
    counted = (
        select(start, Event.kind, rank().label("best"), func.count())
        .where(Event.campaign_id == campaign_id, Event.kind.in_(HITS))
        .group_by("start", Event.kind, "best")
        .order_by("start")
    )
    found = gathered([((text, kind), best, count) for text, kind, best, count in session.execute(counted)])
    times = sorted({moment(text) for text, _kind in found})
    spans = {(moment(text), kind): split for (text, kind), split in found.items()}
    step = timedelta(hours=1) if by == HOUR else timedelta(days=1)
    count = (times[-1] - times[0]) // step + 1 if times else 0
    return tuple(
        Span(at, spans.get((at, EventKind.OPENED), Split()), spans.get((at, EventKind.CLICKED), Split()))
        for at in (times[0] + place * step for place in range(count))
    )


def moment(text: str) -> datetime:
    """The time that `cut_time` wrote."""
    return datetime.fromisoformat(f"{text}:00" if len(text) == HOUR else text).replace(tzinfo=UTC)
