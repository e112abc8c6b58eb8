"""The filters a merge tag may use: each takes a value and the letter's language, and is linear in what it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from emails.errors import TemplateBroken

MAX_TRUNCATE = 1000
_WIDTHS = ("short", "medium", "long", "full")


@dataclass(frozen=True, slots=True)
class Filter:
    """`work(value, language, *arguments)`; `takes` says in words what the arguments are."""

    work: Callable[..., object]
    takes: str = "none"
    fewest: int = 0
    most: int = 0


def as_text(value: object) -> str:
    """A value as a reader sees it: nothing for None, whole numbers without a point."""
    if isinstance(value, str):
        return value  # first, as nearly all are
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(as_text(item) for item in value)
    return str(value)


def long_date(iso_date: str, language: str, width: str = "long") -> str:
    """An ISO date in words of the language: 6 January 2027, 6. Januar 2027.

    Raises:
        TemplateBroken: the text is no ISO date.
    """
    try:
        day = date.fromisoformat(iso_date.strip()[:10])
    except ValueError:
        raise TemplateBroken(f"“{iso_date[:40]}” is no date such as 2027-01-06.", tag="date") from None
    locale = _locale(language)
    if locale.language == "en" and width == "long" and not locale.territory:
        return format_date(day, "d MMMM y", locale=locale)
    return format_date(day, width, locale=locale)


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        pass
    try:
        return Locale.parse(language.partition("-")[0])
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def _default(value: object, _: str, instead: object = "", __: object = None) -> object:
    return value if as_text(value).strip() else instead


def _date(value: object, language: str, width: object = "long") -> str:
    if width not in _WIDTHS:
        raise TemplateBroken(f"“date” takes one of {', '.join(_WIDTHS)}.", tag="date")
    text = as_text(value).strip()
    return long_date(text, language, str(width)) if text else ""


def _truncate(value: object, _: str, length: object = 255) -> str:
    text = as_text(value)
    room = min(length, MAX_TRUNCATE) if isinstance(length, int) and length > 0 else MAX_TRUNCATE
    return text if len(text) <= room else f"{text[:room].rstrip()}…"


def _title(value: object, _: str) -> str:
    return " ".join(word[:1].upper() + word[1:].lower() for word in as_text(value).split(" "))


FILTERS: dict[str, Filter] = {
    "default": Filter(_default, "the words to show instead", 1, 2),
    "d": Filter(_default, "the words to show instead", 1, 2),
    "upper": Filter(lambda value, _: as_text(value).upper()),
    "lower": Filter(lambda value, _: as_text(value).lower()),
    "title": Filter(_title),
    "capitalize": Filter(lambda value, _: as_text(value).capitalize()),
    "trim": Filter(lambda value, _: as_text(value).strip()),
    "truncate": Filter(_truncate, "how many characters to keep", 0, 1),
    "date": Filter(_date, f"one of {', '.join(_WIDTHS)}", 0, 1),
}
