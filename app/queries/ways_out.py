"""By what letters leave, and how fast each takes them. Asked by the Delivery page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.config import Settings
from app.models import Transport


@dataclass(frozen=True, slots=True)
class WayOut:
    """`name` is a transport's, or host and port of the settings' mail server, whose `transport_id` is 0.

    `limit` is letters a minute from all hosts together, 0 for as much as it takes. `said` is why it is set aside until
    `aside_until`.
    """

    name: str
    rate: int
    limit: int = 0
    is_catcher: bool = False
    transport_id: int = 0
    is_off: bool = False
    aside_until: datetime | None = None
    said: str = ""


def ways_out(session: Session, settings: Settings, rate: int, rates: Mapping[int, int]) -> tuple[WayOut, ...]:
    """Every transport, and the way of the settings where a sender may need it; none where there is none yet.

    `rate` is that of all campaigns, `rates` by transport.
    """
    there = tuple(session.scalars(select(Transport).order_by(Transport.id)))
    moment = now()
    by_row = tuple(as_way(one, rates.get(one.id, 0), moment) for one in there)
    if any(not one.domains for one in there):
        return by_row
    return (*by_row, *way_of_settings(settings, max(0, rate - sum(one.rate for one in by_row))))


def as_way(transport: Transport, rate: int, moment: datetime) -> WayOut:
    rests = transport.aside_until is not None and transport.aside_until > moment
    return WayOut(
        transport.name,
        rate,
        transport.per_minute,
        transport_id=transport.id,
        is_off=transport.off_at is not None,
        aside_until=transport.aside_until if rests else None,
        said=transport.aside_reason if rests else "",
    )


def way_of_settings(settings: Settings, rate: int) -> tuple[WayOut, ...]:
    if not settings.way_out:
        return ()
    parts = urlsplit(settings.way_out)
    host = parts.hostname or ""
    name = f"{host}:{parts.port}" if parts.port else host
    limit = parse_qs(parts.query).get("per_minute", ["0"])[0]
    return (WayOut(name, rate, int(limit) if limit.isdigit() else 0, settings.uses_catcher),)
