"""What the pages about transports show: each with its share of letters, what it took lately, and how it is."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Transport, TransportHour

DAY = timedelta(hours=24)


def letters_of_a_day(session: Session) -> dict[int, int]:
    """Letters handed to each transport in the last 24 hours, by the hour."""
    return letters_since(session, DAY)


def letters_since(session: Session, span: timedelta) -> dict[int, int]:
    """The hour that `span` ago lay in counts whole."""
    since = (now() - span).replace(minute=0, second=0, microsecond=0)
    summed = select(TransportHour.transport_id, func.sum(TransportHour.letters)).where(TransportHour.hour >= since)
    return {number: int(letters) for number, letters in session.execute(summed.group_by(TransportHour.transport_id))}


def shares(there: Sequence[Transport]) -> Mapping[int, int]:
    """Per cent of the letters of those that share the same senders, by weight; only rows that are on."""
    on = [one for one in there if one.off_at is None]
    groups: dict[tuple[str, ...], int] = {}
    for one in on:
        groups[tuple(sorted(one.domains))] = groups.get(tuple(sorted(one.domains)), 0) + one.weight
    return {one.id: round(100 * one.weight / groups[tuple(sorted(one.domains))]) for one in on}


def without_help(there: Sequence[Transport]) -> frozenset[int]:
    """Those whose letters, or some of them, no other row can carry now: it is off, set aside, or not there."""
    moment = now()
    working = [one for one in there if one.off_at is None and not (one.aside_until and one.aside_until > moment)]
    return frozenset(one.id for one in there if not is_helped(one, working))


def is_helped(one: Transport, working: Sequence[Transport]) -> bool:
    others = [other for other in working if other.id != one.id]
    if not one.domains:
        return any(not other.domains for other in others)
    return all(any(domain in other.domains for other in others) for domain in one.domains)
