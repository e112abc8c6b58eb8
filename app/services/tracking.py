"""Hits become events: kept once, as their brand and person wish, with a verdict that is settled when others are in.

Called by the flusher. Where only totals are wanted, the verdict is final at once and what led to it is dropped.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.clock import now
from app.models import (
    Brand,
    Campaign,
    Event,
    EventKind,
    Link,
    Message,
    MessageStatus,
    Subscriber,
    Tracking,
    Variant,
)
from app.services.hits import Hit
from app.services.sightings import Company, Sighting
from app.services.tallies import mark_changed
from app.services.verdicts import CROWD_REACH, REACH, VERSION, judge

HITS = (EventKind.OPENED, EventKind.CLICKED, EventKind.DECOY_FOLLOWED)
SETTLED_AFTER = REACH + timedelta(seconds=30)
"""When nothing that is still to come can change a verdict, but for what a flusher left lying."""
PAGE_SIZE = 1000
OF_ANY_RULES = Event.verdict_version.in_(range(VERSION + 1))
"""Says nothing, and leads through the index by kind, version and time."""
STRICTNESS = (Tracking.PEOPLE, Tracking.TOTALS, Tracking.OFF)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is known of a hit's message. `numbers` are its links' and the decoy's."""

    message_id: int
    campaign_id: int
    subscriber_id: int
    sent_at: datetime | None
    tracking: Tracking
    numbers: frozenset[int]

    @property
    def links(self) -> int:
        return len(self.numbers) - 1


def keep_hits(session: Session, hits: Sequence[Hit]) -> int:
    """Writes one batch; a line that was written before is left as it is. How many were new."""
    letters = letters_of(session, {hit.message_id for hit in hits})
    wanted = [hit for hit in hits if is_wanted(hit, letters.get(hit.message_id))]
    around = Company.of([*(seen(hit, letters[hit.message_id]) for hit in wanted), *decoys_near(session, wanted)])
    rows = [row_of(hit, letters[hit.message_id], around) for hit in wanted]
    if not rows:
        return 0
    new = session.scalars(insert_new(session), rows).all()
    mark_changed(session, {row["campaign_id"] for row in rows} if new else ())
    return len(new)


def insert_new(session: Session) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(Event).on_conflict_do_nothing(index_elements=["source"]).returning(Event.id)


def is_wanted(hit: Hit, letter: Letter | None) -> bool:
    """Not without a letter, for a link that it does not have, or where nothing is to be kept."""
    return letter is not None and letter.tracking is not Tracking.OFF and hit.link in letter.numbers


def letters_of(session: Session, message_ids: Collection[int]) -> dict[int, Letter]:
    """By message id. The strictest wish counts: the letter's as it left, its brand's and its person's as of now."""
    found = session.execute(
        select(Message, Brand.tracking, Variant.tracking, Subscriber.untracked_at, Subscriber.erased_at)
        .join(Campaign, Campaign.id == Message.campaign_id)
        .join(Brand, Brand.id == Campaign.brand_id)
        .join(Subscriber, Subscriber.id == Message.subscriber_id)
        .outerjoin(Variant, Variant.id == Message.variant_id)
        .where(Message.id.in_(message_ids))
    ).all()
    numbers = link_numbers(session, {row.Message.campaign_id for row in found})
    return {
        message.id: Letter(
            message_id=message.id,
            campaign_id=message.campaign_id,
            subscriber_id=message.subscriber_id,
            sent_at=message.sent_at,
            tracking=strictest(of_brand, of_letter, untracked=untracked_at is not None, erased=erased_at is not None),
            numbers=frozenset({0, *numbers.get(message.campaign_id, ())}),
        )
        for message, of_brand, of_letter, untracked_at, erased_at in found
    }


def strictest(of_brand: Tracking, of_letter: Tracking | None, *, untracked: bool, erased: bool) -> Tracking:
    of_person = Tracking.OFF if untracked else Tracking.TOTALS if erased else Tracking.PEOPLE
    return max(of_brand, of_letter or Tracking.PEOPLE, of_person, key=STRICTNESS.index)


def link_numbers(session: Session, campaign_ids: Collection[int]) -> dict[int, set[int]]:
    numbers: dict[int, set[int]] = {}
    for campaign_id, number in session.execute(
        select(Link.campaign_id, Link.number).where(Link.campaign_id.in_(campaign_ids))
    ):
        numbers.setdefault(campaign_id, set()).add(number)
    return numbers


def unproved(session: Session, message_ids: Collection[int]) -> tuple[int, ...]:
    """Messages whose acceptance these hits prove, where that is news."""
    statuses = select(Message.id).where(Message.id.in_(message_ids), Message.status != MessageStatus.SENT)
    return tuple(session.scalars(statuses.order_by(Message.id)))


def seen(hit: Hit, letter: Letter) -> Sighting:
    return Sighting(
        hit.kind,
        hit.at,
        hit.message_id,
        hit.link,
        hit.method,
        hit.ip,
        hit.agent,
        hit.signals,
        letter.sent_at,
        letter.links,
    )


def row_of(hit: Hit, letter: Letter, around: Company) -> dict[str, Any]:
    ruling = judge(seen(hit, letter), around)
    row: dict[str, Any] = {
        "kind": hit.kind,
        "at": hit.at,
        "campaign_id": letter.campaign_id,
        "message_id": None,
        "subscriber_id": None,
        "link_number": hit.link or None,
        "verdict": ruling.verdict,
        "verdict_rule": ruling.rule,
        "verdict_version": VERSION,
        "source": hit.source,
        "facts": {},
    }
    if letter.tracking is Tracking.PEOPLE:
        facts = {"method": hit.method, "ip": hit.ip, "agent": hit.agent, "signals": dict(hit.signals)}
        whose = {"message_id": letter.message_id, "subscriber_id": letter.subscriber_id}
        row |= {**whose, "verdict_version": 0, "facts": facts}
    return row


def decoys_near(session: Session, hits: Iterable[Hit]) -> list[Sighting]:
    """Decoys that were kept before and may tell of the sources of these."""
    times = [hit.at for hit in hits]
    return decoys_between(session, min(times), max(times)) if times else []


def decoys_between(session: Session, first: datetime, last: datetime) -> list[Sighting]:
    found = session.scalars(
        select(Event).where(
            Event.kind == EventKind.DECOY_FOLLOWED, OF_ANY_RULES, Event.at.between(first - REACH, last + REACH)
        )
    )
    return [again(event, None, 0) for event in found if is_raw(event)]


def is_raw(event: Event) -> bool:
    """Whether what led to its verdict is still known."""
    return event.message_id is not None and "agent" in event.facts


def again(event: Event, sent_at: datetime | None, links: int) -> Sighting:
    facts: Mapping[str, Any] = event.facts
    return Sighting(
        event.kind,
        event.at,
        event.message_id or 0,
        event.link_number or 0,
        facts.get("method", ""),
        facts.get("ip", ""),
        facts.get("agent", ""),
        facts.get("signals", {}),
        sent_at,
        links,
    )


def settle_page(session: Session, *, size: int = PAGE_SIZE) -> int:
    """Judges a page of events that no verdict of these rules is settled for; how many. Safe to run again.

    These are the fresh ones whose neighbours are all in, and, once VERSION has grown, all that were kept before.
    """
    unsettled = Event.kind.in_(HITS), Event.verdict_version < VERSION, Event.at < now() - SETTLED_AFTER
    events = session.scalars(select(Event).where(*unsettled).order_by(Event.at).limit(size)).all()
    if not events:
        return 0
    raw = [event for event in events if is_raw(event)]
    sightings = {event.id: one for event, one in zip(raw, sightings_of(session, raw), strict=True)}
    around, changed = company_of(session, raw), set()
    for event in events:
        if event.id in sightings:
            ruling = judge(sightings[event.id], around)
            if event.verdict is not ruling.verdict:
                changed.add(event.campaign_id)
            event.verdict, event.verdict_rule = ruling.verdict, ruling.rule
        event.verdict_version = VERSION
    session.flush()
    mark_changed(session, changed)
    return len(events)


def sightings_of(session: Session, events: Sequence[Event]) -> list[Sighting]:
    letters = letters_of(session, {event.message_id for event in events if event.message_id})
    known = [letters.get(event.message_id or 0) for event in events]
    return [
        again(event, letter.sent_at if letter else None, letter.links if letter else 0)
        for event, letter in zip(events, known, strict=True)
    ]


def company_of(session: Session, events: Sequence[Event]) -> Company:
    """Every hit on the same letters, whatever came between the first and the last, and the decoys around."""
    if not events:
        return Company()
    first, last = min(one.at for one in events), max(one.at for one in events)
    same = Event.message_id.in_({one.message_id for one in events}), Event.kind.in_(HITS)
    beside = Event.kind.in_(HITS), OF_ANY_RULES, Event.at.between(first - CROWD_REACH, last + CROWD_REACH)
    near = {one.id: one for which in (same, beside) for one in session.scalars(select(Event).where(*which))}
    hits = [again(one, None, 0) for one in near.values() if is_raw(one) and one.kind is not EventKind.DECOY_FOLLOWED]
    return Company.of([*hits, *decoys_between(session, first, last)])
