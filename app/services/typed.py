"""Text that people type: trimmed, composed (NFC), without control characters, not too long. Called by the verbs."""

import re
import unicodedata
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from app.errors import InvalidInput
from emails.errors import AddressInvalid
from emails.mime.addresses import check_address

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
COLOUR = re.compile(r"[0-9A-F]{6}")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def line(field: str, text: str, *, longest: int = 200, required: bool = False) -> str:
    """One line: every run of white space becomes a single space.

    Raises:
        InvalidInput: empty though required, too long, or not text.
    """
    tidy = " ".join(CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())
    return measured(field, tidy, longest=longest, required=required)


def paragraph(field: str, text: str, *, longest: int = 2000, required: bool = False) -> str:
    """Several lines, each trimmed; the line breaks stay."""
    unified = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    tidy = "\n".join(" ".join(CONTROL.sub(" ", one).split()) for one in unified.split("\n")).strip()
    return measured(field, tidy, longest=longest, required=required)


def measured(field: str, text: str, *, longest: int, required: bool) -> str:
    if required and not text:
        raise InvalidInput({field: "Write something here."})
    if len(text) > longest:
        raise InvalidInput({field: f"This has {len(text)} characters; {longest} fit."})
    return text


def key(text: str) -> str:
    """How names are compared: without regard to case or to the form of the letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def address(field: str, text: str, *, required: bool = True) -> str:
    """An e-mail address, normalised; "" where none is required and none was given."""
    if not text.strip() and not required:
        return ""
    try:
        return check_address(text.strip())
    except AddressInvalid as error:
        raise InvalidInput({field: str(error)}) from error


def web_address(field: str, text: str) -> str:
    """An http or https address, or ""."""
    tidy = line(field, text, longest=2000)
    parts = urlsplit(tidy) if tidy else None
    if parts and (parts.scheme not in {"http", "https"} or not parts.hostname or " " in tidy):
        raise InvalidInput({field: "Write a web address that begins with https://, or leave it empty."})
    return tidy


def colour(field: str, text: str) -> str:
    """A colour as #RRGGBB, or ""; three digits and a missing # are understood."""
    tidy = text.strip().removeprefix("#").upper()
    if not tidy:
        return ""
    if len(tidy) == 3:  # noqa: PLR2004  the short form: each digit stands for two
        tidy = "".join(digit * 2 for digit in tidy)
    if not COLOUR.fullmatch(tidy):
        raise InvalidInput({field: "Write a colour as #0F6461, or leave it empty."})
    return f"#{tidy}"


def language(field: str, text: str) -> str:
    """A language tag such as "en" or "pt-BR", or ""."""
    tidy = text.strip()
    if tidy and (len(tidy) > 35 or not LANGUAGE.fullmatch(tidy)):  # noqa: PLR2004  the column's width
        raise InvalidInput({field: "Write a language tag such as en, de or pt-BR, or leave it empty."})
    return tidy


def time_zone(field: str, text: str) -> str:
    if text not in available_timezones():
        raise InvalidInput({field: "Choose a time zone such as Europe/Paris."})
    return ZoneInfo(text).key
