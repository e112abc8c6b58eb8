"""Times as people write them: with an offset, or local in a named zone where every clock time must mean one moment."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import InvalidInput

SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE)
CURE = "Write it like 2026-05-31T09:30, or with an offset like 2026-05-31T09:30+02:00."


def parse_local_time(text: str, zone: str) -> datetime:
    """The moment (UTC) that `text` names: ISO 8601 with offset, or local time in `zone` (an IANA name).

    Raises:
        InvalidInput: under "at": no time, or one that the clocks of the zone skip or show twice (both readings are
            named); under "zone": no such zone.
    """
    tidy = text.strip()
    if not SHAPE.fullmatch(tidy):
        raise InvalidInput({"at": f"“{tidy[:40]}” is not a time. {CURE}"})
    try:
        written = datetime.fromisoformat(tidy.upper().replace(" ", "T"))
    except ValueError:
        raise InvalidInput({"at": f"“{tidy}” is not a date and time of the calendar. {CURE}"}) from None
    return in_utc(written, tidy) if written.tzinfo else read_in_zone(written, find_zone(zone))


def in_utc(written: datetime, text: str) -> datetime:
    try:
        return written.astimezone(UTC)
    except (OverflowError, ValueError):
        raise InvalidInput({"at": f"“{text}” is too far away."}) from None


def find_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput({"zone": f"“{name}” is no time zone. Write one like Europe/Paris."}) from None


def read_in_zone(written: datetime, zone: ZoneInfo) -> datetime:
    text = written.isoformat(" ", "minutes")
    readings = [in_utc(written.replace(tzinfo=zone, fold=fold), text) for fold in (0, 1)]
    if readings[0] == readings[1]:
        return readings[0]
    earlier, later = (with_offset(moment, zone) for moment in sorted(readings))
    if all(moment.astimezone(zone).replace(tzinfo=None) == written for moment in readings):
        trouble = f"{text} happens twice in {zone.key}, since the clocks go back"
    else:
        trouble = f"{text} does not exist in {zone.key}, since the clocks go forward"
    raise InvalidInput({"at": f"{trouble}. Write {earlier} or {later}."})


def with_offset(moment: datetime, zone: ZoneInfo) -> str:
    """`moment` on the zone's clocks, with the offset that makes it unmistakable."""
    local = moment.astimezone(zone)
    precise = local.second or (local.utcoffset() or timedelta()).total_seconds() % 60
    return local.isoformat(timespec="seconds" if precise else "minutes")
