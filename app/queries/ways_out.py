"""By which mail servers letters leave, and how fast each takes them. Asked by the Delivery page."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from app.config import Settings


@dataclass(frozen=True, slots=True)
class WayOut:
    """`name` is host and port; `limit` letters a minute from all hosts together, 0 for as much as it takes."""

    name: str
    rate: int
    limit: int = 0
    is_catcher: bool = False


def ways_out(settings: Settings, rate: int) -> tuple[WayOut, ...]:
    """The one of the settings, which carries every letter; none where there is none yet."""
    if not settings.way_out:
        return ()
    parts = urlsplit(settings.way_out)
    host = parts.hostname or ""
    name = f"{host}:{parts.port}" if parts.port else host
    limit = parse_qs(parts.query).get("per_minute", ["0"])[0]
    return (WayOut(name, rate, int(limit) if limit.isdigit() else 0, settings.uses_catcher),)
