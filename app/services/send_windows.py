"""The hours at which letters may leave: days of the week and a time of day in a named zone. Pure; asks no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.services.local_time import find_zone

WHOLE_DAY = 1440
DAYS_LOOKED_AHEAD = 9
"""A week, the day before it and the one after: one of them holds the next opening."""

ALL_DAYS = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Hours:
    """On `days` (0 is Monday) from one minute of the day to the other; that one is on the day after where it is not
    later. A clock time that a zone skips is read as if its clocks had not been changed yet.
    """

    days: frozenset[int] = ALL_DAYS
    from_minute: int = 0
    to_minute: int = WHOLE_DAY
    zone: str = "UTC"

    @property
    def always(self) -> bool:
        return self.days == ALL_DAYS and (self.from_minute - self.to_minute) % WHOLE_DAY == 0


def is_open(hours: Hours, moment: datetime) -> bool:
    """Whether a letter may begin at this moment: the first one counts, the last one does not."""
    return hours.always or any(start <= moment < end for start, end in spans(hours, moment))


def next_opening(hours: Hours, moment: datetime) -> datetime:
    """When letters may begin after `moment`; that itself where they may now."""
    if is_open(hours, moment):
        return moment
    return min(start for start, end in spans(hours, moment) if start > moment and end > start)


def spans(hours: Hours, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When it opens and closes from the day before `moment` to a week after it, in UTC."""
    zone = find_zone(hours.zone)
    today = moment.astimezone(zone).date()
    for day in (today + timedelta(days=ahead) for ahead in range(-1, DAYS_LOOKED_AHEAD)):
        if day.weekday() in hours.days:
            crosses = WHOLE_DAY if hours.to_minute <= hours.from_minute else 0
            yield (
                clock_time(day, hours.from_minute, hours.zone),
                clock_time(day, hours.to_minute + crosses, hours.zone),
            )


def clock_time(day: date, minute: int, zone: str) -> datetime:
    """That minute of a local day as a moment in UTC; minutes beyond the day's are those of the next."""
    more, rest = divmod(minute, WHOLE_DAY)
    local = datetime.combine(day + timedelta(days=more), time(rest // 60, rest % 60), find_zone(zone))
    return local.astimezone(UTC)


def next_midnight(moment: datetime, zone: str) -> datetime:
    """When the next local day begins."""
    return clock_time(moment.astimezone(find_zone(zone)).date() + timedelta(days=1), 0, zone)


def midnight_of(day: str, zone: str) -> datetime:
    """When a local day, as "2026-11-28", begins."""
    return clock_time(date.fromisoformat(day), 0, zone)
