"""A hit: somebody or something followed a letter's link or fetched its picture. How one stands in a line of the spool.

Written by the doors in `app/tracking`, read by the flusher; the format is told here and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.models import EventKind

SIGN = "1"
"""What a line of this format begins with."""
OPEN, CLICK = "o", "c"
FIELDS = 9
LONGEST_AGENT = 400
LONGEST_SIGNAL = 60
LARGEST_LINK = 10_000
SIGNALS = (
    "HTTP_SEC_PURPOSE",
    "HTTP_PURPOSE",
    "HTTP_X_MOZ",
    "HTTP_SEC_FETCH_SITE",
    "HTTP_SEC_FETCH_MODE",
    "HTTP_SEC_FETCH_DEST",
    "HTTP_SEC_FETCH_USER",
)
"""Headers by which a program says what it fetches for, as WSGI names them."""
NAMES = {name: name.removeprefix("HTTP_").replace("_", "-").lower() for name in SIGNALS}
_SEEN = dict.fromkeys((*range(32), 127), " ")


@dataclass(frozen=True, slots=True)
class Hit:
    """One line. `link` is 0 for a decoy and for an opening; `source` names file and place."""

    at: datetime
    kind: EventKind
    message_id: int
    link: int
    method: str
    ip: str
    agent: str
    signals: Mapping[str, str]
    source: str


def line_of(kind: str, message_id: int, link: int, environ: Mapping[str, str], milliseconds: int) -> bytes:
    """The line for a request, well under 4 KB whatever its headers hold; WSGI hands them over as Latin-1."""
    signals = ";".join(
        f"{NAMES[name]}={environ[name][:LONGEST_SIGNAL].replace(';', ' ')}" for name in SIGNALS if name in environ
    )
    agent = environ.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT]
    ip, method = environ.get("REMOTE_ADDR", "")[:45], environ.get("REQUEST_METHOD", "")[:10]
    told = (agent, ip, signals, method)
    if not all(one.isprintable() for one in told):
        agent, ip, signals, method = (one.translate(_SEEN) for one in told)
    line = f"{SIGN}\t{milliseconds}\t{kind}\t{message_id}\t{link}\t{method}\t{ip}\t{signals}\t{agent}\n"
    return line.encode("latin-1", "replace")


def hit_in(line: bytes, source: str) -> Hit | None:
    """The hit that `line_of` wrote; None for a line that is damaged."""
    parts = line.decode("utf-8", "replace").replace("\x00", " ").rstrip("\n").split("\t")
    if len(parts) != FIELDS or parts[0] != SIGN or parts[2] not in {OPEN, CLICK}:
        return None
    _sign, moment, kind, message, link, method, ip, signals, agent = parts
    try:
        at = datetime.fromtimestamp(int(moment) / 1000, UTC)
        message_id, number = int(message), int(link)
    except (ValueError, OverflowError, OSError):
        return None
    if not (0 < message_id < 1 << 48 and 0 <= number <= LARGEST_LINK):
        return None
    told = dict(one.split("=", 1) for one in signals.split(";") if "=" in one)
    return Hit(at, kind_of(kind, number), message_id, number, method, ip, agent, told, source)


def kind_of(kind: str, number: int) -> EventKind:
    if kind == OPEN:
        return EventKind.OPENED
    return EventKind.CLICKED if number else EventKind.DECOY_FOLLOWED
