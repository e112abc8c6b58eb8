"""By which mail servers and providers letters leave, and how each is. Asked by the Delivery page."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Settings
from app.models import Transport
from app.queries.transports import letters_since


@dataclass(frozen=True, slots=True)
class WayOut:
    """`transport` is its row, None for the one of the settings, whose `limit` a minute is 0 for as much as it takes.

    `letters` were handed to a row since the hour began; through the settings' own go `letters` a minute now.
    """

    name: str
    letters: int
    transport: Transport | None = None
    limit: int = 0
    is_catcher: bool = False


def ways_out(session: Session, settings: Settings, rate: int) -> tuple[WayOut, ...]:
    """Every row, and the settings' own where some letters leave by it; none where there is no way out yet."""
    rows = session.scalars(select(Transport).order_by(Transport.id)).all()
    lately = letters_since(session, timedelta()) if rows else {}
    ways = tuple(WayOut(one.name, lately.get(one.id, 0), one) for one in rows)
    return ways if any(not one.domains for one in rows) else (*ways, *of_settings(settings, rate if not rows else 0))


def of_settings(settings: Settings, rate: int) -> tuple[WayOut, ...]:
    if not settings.way_out:
        return ()
    parts = urlsplit(settings.way_out)
    host = parts.hostname or ""
    limit = parse_qs(parts.query).get("per_minute", ["0"])[0]
    return (
        WayOut(
            f"{host}:{parts.port}" if parts.port else host,
            rate,
            limit=int(limit) if limit.isdigit() else 0,
            is_catcher=settings.uses_catcher,
        ),
    )
