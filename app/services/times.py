"""Local times: read from what people type, in a named zone, refusing those that do not exist or exist twice."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import InvalidInput


def zone_named(name: str) -> ZoneInfo:
    """Raises InvalidInput where there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput(
            {"zone": f"“{name}” is no time zone we know. Write it like Europe/Paris or America/New_York."}
        ) from None


def local_day(moment: datetime, zone: str) -> str:
    """The day at `moment` in `zone`, as an ISO date."""
    return moment.astimezone(zone_named(zone or "UTC")).date().isoformat()


def parse_local_time(text: str, zone: str) -> datetime:
    """A moment from ISO text: with an offset it stands for itself, without one it is a local time in `zone`.

    Raises:
        InvalidInput: no time; or a local time that clocks skip or show twice, with both readings.
    """
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput({"at": f"“{text}” is no day and time. Write it like 2026-11-24T09:00."}) from None
    if given.tzinfo is not None:
        return given.astimezone(UTC)
    if not zone:
        raise InvalidInput({"zone": "Say in which time zone, for example Europe/Paris."})
    where = zone_named(zone)
    try:
        return one_reading(given, where)
    except OverflowError:
        raise InvalidInput({"at": f"“{text}” is too far away to be a day and time."}) from None


def one_reading(given: datetime, where: ZoneInfo) -> datetime:
    first, second = (given.replace(tzinfo=where, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(where).replace(tzinfo=None) != given:
        trouble = "does not exist in {zone}: clocks go forward over it"
    elif first.utcoffset() != second.utcoffset():
        trouble = "exists twice in {zone}: clocks go back over it"
    else:
        return first.astimezone(UTC)
    readings = f"{shown(first, where)} or {shown(second, where)}"
    sentence = f"{given:%d %B %Y, %H:%M} {trouble.format(zone=where.key)}. Do you mean {readings}?"
    raise InvalidInput({"at": sentence})


def shown(moment: datetime, where: ZoneInfo) -> str:
    """One reading, as it can be typed again without doubt."""
    return moment.astimezone(UTC).astimezone(where).isoformat(timespec="minutes")
