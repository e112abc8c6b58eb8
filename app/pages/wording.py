"""How the screens write numbers, times and counts: in the viewer's zone, with the zone named."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from app.clock import now
from app.pages.guards import find_viewer
from app.queries.person_search import COUNT_UP_TO

MINUTE, HOUR, DAY = 60, 3600, 86_400


def viewer_zone() -> ZoneInfo:
    found = find_viewer()
    return zone(found.time_zone if found else "UTC")


def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def zone_name(name: str) -> str:
    """A zone as people say it: "Paris" for Europe/Paris."""
    return name.rpartition("/")[2].replace("_", " ")


def local_time(moment: datetime, *, zone_key: str = "") -> str:
    """A time as in "Tue 24 Nov, 09:00 Paris"; the year joins where it is not this one."""
    where = zone(zone_key) if zone_key else viewer_zone()
    year = " y" if moment.astimezone(where).year != now().astimezone(where).year else ""
    text = format_datetime(moment, f"EEE d MMM{year}, HH:mm", tzinfo=where, locale=get_locale())
    return f"{text} {zone_name(where.key)}"


def time_tag(moment: datetime | None, *, never: str = "") -> str:
    """A `<time>` element that machines can read too."""
    if moment is None:
        return never
    stamp = moment.isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(stamp, viewer_zone().key, local_time(moment))


@cache
def zone_names() -> tuple[str, ...]:
    """The zones people live in: a region and a place, and UTC."""
    regions = (
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    return ("UTC", *sorted(one for one in available_timezones() if one.partition("/")[0] in regions))


def zone_choices() -> list[tuple[str, str]]:
    return [(one, one.replace("_", " ").replace("/", " / ")) for one in zone_names()]


def clock(moment: datetime) -> Markup:
    """A time of today as "14:02", any other with its day; in the viewer's zone."""
    here = moment.astimezone(viewer_zone())
    is_today = here.date() == now().astimezone(viewer_zone()).date()
    text = f"{here:%H:%M}" if is_today else local_time(moment)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(timespec="seconds"), local_time(moment), text
    )


def day(moment: datetime) -> Markup:
    """The day alone, in the viewer's zone; the exact time stands in the title."""
    stamp, text = (
        moment.isoformat(timespec="seconds"),
        format_date(moment.astimezone(viewer_zone()), "d MMM y", locale=get_locale()),
    )
    return Markup('<time datetime="{}" title="{}">{}</time>').format(stamp, local_time(moment), text)


def calendar(start: date, by_day: bool = False) -> str:
    """A day, or the month that it begins."""
    return str(format_date(start, "d MMM y" if by_day else "MMM y", locale=get_locale()))


def seconds(start: date) -> int:
    """Midnight of a day in UTC, as scripts count."""
    return int(datetime.combine(start, time(), UTC).timestamp())


def number(value: int) -> str:
    return str(format_decimal(value, locale=get_locale()))


def people(count: int) -> str:
    return str(ngettext("%(figure)s person", "%(figure)s people", count, figure=number(count)))


def up_to_number(counted: int) -> str:
    """Of people who are counted up to 10,000."""
    return _("%(figure)s or more", figure=number(counted)) if counted >= COUNT_UP_TO else number(counted)


def up_to_people(counted: int) -> str:
    return _("%(figure)s people or more", figure=number(counted)) if counted >= COUNT_UP_TO else people(counted)


def ago(moment: datetime) -> str:
    """Roughly how long ago; exact times stand beside it."""
    seconds = max(0, int((now() - moment).total_seconds()))
    if seconds < MINUTE:
        return str(_("just now"))
    if seconds < HOUR:
        return str(ngettext("%(num)d minute ago", "%(num)d minutes ago", seconds // MINUTE))
    if seconds < DAY:
        return str(ngettext("%(num)d hour ago", "%(num)d hours ago", seconds // HOUR))
    return str(ngettext("%(num)d day ago", "%(num)d days ago", seconds // DAY))


FILTERS: dict[str, Callable[..., Any]] = {
    "clock": clock,
    "ago": ago,
    "calendar": calendar,
    "day": day,
    "local_time": local_time,
    "number": number,
    "people": people,
    "up_to_number": up_to_number,
    "up_to_people": up_to_people,
    "seconds": seconds,
    "time": time_tag,
    "zone_name": zone_name,
}
