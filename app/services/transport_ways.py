"""Transports as those who send need them: opened, by sender's domain; and what they learn: set aside, counted."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound, Unavailable
from app.models import Transport, TransportHour, TransportKind
from app.services.transports import LIMITS, forget_trouble, sealed_about, serving, transports
from app.tokens import unseal

FIRST_ASIDE = timedelta(minutes=5)
LONGEST_ASIDE = timedelta(hours=1)
LONGEST_REASON = 400
KEPT_HOURS = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class OpenTransport:
    """A transport that is on, its secret in clear. `limits`: letters by the name of a window."""

    id: int
    name: str
    kind: TransportKind
    details: dict[str, Any]
    secret: str = field(repr=False)
    weight: int
    connections: int
    letters: int
    limits: dict[str, int]
    aside_until: datetime | None = field(default=None, compare=False)
    aside_reason: str = field(default="", compare=False)


def open_transports(session: Session, domain: str) -> list[OpenTransport] | None:
    """Those that carry this sender's domain now; None where no row does, so that the settings decide.

    Raises:
        Unavailable: all of them are switched off, or no secret of theirs can be opened; with the cure.
    """
    carrying = serving(transports(session), domain)
    if not carrying:
        return None
    on = [one for one in carrying if one.off_at is None]
    if not on:
        names = ", ".join(one.name for one in carrying)
        raise Unavailable(
            f"Every transport for letters from {domain} is switched off ({names}). Switch one on under Delivery."
        )
    found, refusals = [], []
    for one in on:
        try:
            found.append(opened(one))
        except Unavailable as refusal:
            refusals.append(refusal)
    if not found:
        raise refusals[0]
    return found


def opened(transport: Transport) -> OpenTransport:
    return OpenTransport(
        id=transport.id,
        name=transport.name,
        kind=transport.kind,
        details=dict(transport.details),
        secret=secret_of(transport),
        weight=transport.weight,
        connections=transport.connections,
        letters=transport.letters,
        limits={name: limit for name in LIMITS if (limit := getattr(transport, name))},
        aside_until=transport.aside_until,
        aside_reason=transport.aside_reason,
    )


def secret_of(transport: Transport) -> str:
    if not transport.sealed:
        return ""
    try:
        return unseal(transport.sealed, sealed_about(transport.id)).decode()
    except NotFound as refusal:
        raise Unavailable(
            f"The secret of the transport {transport.name} cannot be opened: LETTERWRIGHT_SECRET has changed. Put the "
            "earlier one into LETTERWRIGHT_SECRET_PREVIOUS, or type the secret anew under Delivery."
        ) from refusal


def set_aside(session: Session, transport_id: int, reason: str) -> None:
    """Keeps a transport out of use: five minutes, then ten, up to an hour; a success or a person ends it.

    What several hosts find out at the same time counts once.
    """
    transport = session.get(Transport, transport_id, with_for_update=True)
    if transport is None:
        return
    moment = now()
    if transport.aside_until is not None and transport.aside_until > moment:
        return
    transport.aside_until = moment + min(LONGEST_ASIDE, FIRST_ASIDE * 2 ** min(transport.aside_times, 10))
    transport.aside_since = transport.aside_since or moment
    transport.aside_times += 1
    transport.aside_reason = reason[:LONGEST_REASON]


def take_back(session: Session, transport_id: int) -> None:
    """A letter was taken: whatever was wrong is over."""
    transport = session.get(Transport, transport_id, with_for_update=True)
    if transport is not None:
        forget_trouble(transport)


def count_letters(session: Session, transport_id: int, letters: int) -> None:
    """Adds letters that were handed over to this hour. Raises IntegrityError where another host made the row first."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    mine = TransportHour.transport_id == transport_id
    added = session.execute(
        update(TransportHour)
        .where(mine, TransportHour.hour == hour)
        .values(letters=TransportHour.letters + letters)
        .returning(TransportHour.hour)
    ).first()
    if added is None and session.get(Transport, transport_id) is not None:
        session.add(TransportHour(transport_id=transport_id, hour=hour, letters=letters))
        session.execute(delete(TransportHour).where(mine, TransportHour.hour < hour - KEPT_HOURS))
        session.flush()


def counted_letters(session: Session, transport_id: int) -> list[tuple[datetime, int]]:
    """Letters by the hour they were handed over in, of the last day."""
    since = now() - timedelta(hours=25)
    mine = select(TransportHour.hour, TransportHour.letters).where(TransportHour.transport_id == transport_id)
    return [(hour, letters) for hour, letters in session.execute(mine.where(TransportHour.hour >= since))]
