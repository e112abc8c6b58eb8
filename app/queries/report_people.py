"""The people behind a report's figures: who opened, who clicked which link; and one letter's own story."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models import Event, EventKind, Link, Message, MessageStatus, Reason, Subscriber, Verdict
from app.queries.campaign_figures import ledger_range
from app.queries.openings import BEST, HITS, rank

PAGE, EXPORT_PAGE, MOST_PAGES = 50, 1000, 200
MOST_HITS = 200


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who did it, by the best verdict; `first_at` is the first time, `times` how often in all."""

    subscriber_id: int
    name: str
    email: str
    verdict: Verdict
    first_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class ReadersPage:
    rows: tuple[Reader, ...]
    page: int
    total: int

    @property
    def last(self) -> bool:
        return self.page * PAGE >= self.total or self.page == MOST_PAGES

    @property
    def cut(self) -> bool:
        """Whether there are more than can be leafed through."""
        return self.total > MOST_PAGES * PAGE


@dataclass(frozen=True, slots=True)
class Hit:
    """One opening or click; `url` is where its link led."""

    kind: EventKind
    at: datetime
    verdict: Verdict
    url: str


@dataclass(frozen=True, slots=True)
class ReportedPerson:
    """What an export tells of one message. `opened` and `clicked` are the best verdict, None where nothing came."""

    id: int
    email: str
    first_name: str
    last_name: str
    status: MessageStatus
    reason: Reason | None
    sent_at: datetime | None
    opened: Verdict | None
    clicked: Verdict | None


def readers_of(
    session: Session, campaign_id: int, kind: EventKind, *, link: int | None = None, page: int = 1
) -> ReadersPage:
    """Those who opened, or clicked (a `link`): people for sure first, then in the order they came; 50 a page.

    The first 10,000 can be leafed through; a file has everybody.
    """
    which = [Event.campaign_id == campaign_id, Event.kind == kind, Event.message_id.is_not(None)]
    if link is not None:
        which.append(Event.link_number == link)
    total = session.scalar(select(func.count(Event.message_id.distinct())).where(*which)) or 0
    at = max(1, min(page, max(1, -(-total // PAGE)), MOST_PAGES))
    best, first = func.max(rank()).label("best"), func.min(Event.at).label("first_at")
    found = (
        select(Event.message_id, best, first, func.count().label("times"))
        .where(*which)
        .group_by(Event.message_id)
        .order_by(best.desc(), first, Event.message_id)
        .limit(PAGE)
        .offset((at - 1) * PAGE)
        .subquery()
    )
    rows = session.execute(
        select(found.c.best, found.c.first_at, found.c.times, Subscriber)
        .join(Message, Message.id == found.c.message_id)
        .join(Subscriber, Subscriber.id == Message.subscriber_id)
        .order_by(found.c.best.desc(), found.c.first_at, found.c.message_id)
    ).all()
    readers = [Reader(who.id, named(who), who.email, BEST[best], when, times) for best, when, times, who in rows]
    return ReadersPage(tuple(readers), at, total)


def named(person: Subscriber) -> str:
    return f"{person.first_name} {person.last_name}".strip()


def hits_of(session: Session, message_id: int) -> tuple[Hit, ...]:
    """What one letter's reader (or a program on the way) did with it, in its order."""
    rows = session.execute(
        select(Event.kind, Event.at, Event.verdict, Link.url)
        .outerjoin(Link, (Link.campaign_id == Event.campaign_id) & (Link.number == Event.link_number))
        .where(Event.message_id == message_id, Event.kind.in_(HITS))
        .order_by(Event.at, Event.id)
        .limit(MOST_HITS)
    )
    return tuple(Hit(kind, at, verdict or Verdict.UNDECIDED, url or "") for kind, at, verdict, url in rows)


def reported_people(session: Session, campaign_id: int) -> Iterator[ReportedPerson]:
    """Every message of a campaign with what became of it, read in pages."""
    after, last = ledger_range(session, campaign_id)
    after -= 1
    while after < last:
        rows = session.execute(page_of_people(campaign_id, after)).all()
        best = best_hits(session, campaign_id, [message.id for message, _who in rows])
        for message, who in rows:
            yield ReportedPerson(
                message.id,
                who.email,
                who.first_name,
                who.last_name,
                message.status,
                message.reason,
                message.sent_at,
                best.get((message.id, EventKind.OPENED)),
                best.get((message.id, EventKind.CLICKED)),
            )
        if len(rows) < EXPORT_PAGE:
            return
        after = rows[-1][0].id


def page_of_people(campaign_id: int, after: int) -> Select[Message, Subscriber]:
    return (
        select(Message, Subscriber)
        .join(Subscriber, Subscriber.id == Message.subscriber_id)
        .where((Message.campaign_id + 0) == campaign_id, Message.id > after)
        .order_by(Message.id)
        .limit(EXPORT_PAGE)
    )


def best_hits(session: Session, campaign_id: int, ids: list[int]) -> dict[tuple[int, EventKind], Verdict]:
    if not ids:
        return {}
    rows = session.execute(
        select(Event.message_id, Event.kind, func.max(rank()))
        .where(Event.campaign_id == campaign_id, Event.kind.in_(HITS), Event.message_id.between(ids[0], ids[-1]))
        .group_by(Event.message_id, Event.kind)
    )
    return {(message_id, kind): BEST[best] for message_id, kind, best in rows if message_id is not None}
