"""The last part of an address on the web, made from a title or taken from a person: small letters, digits, hyphens."""

import re
import secrets
import unicodedata

from app.errors import InvalidInput

SHORTEST_SLUG = 2
LONGEST_MADE = 80
RANDOM_BYTES = 5
# fmt: off
RESERVED = frozenset({
    "admin", "all", "api", "archive", "assets", "atom", "feed", "index", "letters", "media", "new", "null", "page",
    "pages", "robots", "rss", "search", "sitemap", "static", "subscribe", "tag", "tags", "undefined", "unsubscribe",
})
# fmt: on
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OTHER = re.compile(r"[^a-z0-9]+")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"})
_APOSTROPHES = re.compile(r"['’‘ʼ]")


def slug_from(title: str, *, language: str = "", otherwise: str) -> str:
    """The title as a slug; `otherwise` where no letter of it is Latin. The end is cut at a whole word."""
    small = _APOSTROPHES.sub("", unicodedata.normalize("NFC", title).casefold())
    if language.lower().startswith("de"):
        small = small.translate(_GERMAN)
    plain = unicodedata.normalize("NFKD", small.translate(_LETTERS)).encode("ascii", "ignore").decode()
    slug = _OTHER.sub("-", plain).strip("-")
    if len(slug) > LONGEST_MADE:
        slug = slug[: LONGEST_MADE + 1].rpartition("-")[0] or slug[:LONGEST_MADE]
    return slug if len(slug) >= SHORTEST_SLUG and slug not in RESERVED else otherwise


def unguessable(slug: str) -> str:
    """The slug with an end that nobody finds by trying."""
    return f"{slug}-{secrets.token_hex(RANDOM_BYTES)}"


def checked_slug(field: str, typed: str, *, longest: int) -> str:
    """What a person typed, trimmed and small.

    Raises:
        InvalidInput: other signs, too short or too long, or a word that addresses of ours need.
    """
    slug = typed.strip().strip("/").lower()
    if not _SLUG.fullmatch(slug) or len(slug) < SHORTEST_SLUG:
        raise InvalidInput({field: "Use small letters from a to z, digits and single hyphens, as in water-in-winter."})
    if len(slug) > longest:
        raise InvalidInput({field: f"This has {len(slug)} characters; {longest} fit."})
    if slug in RESERVED:
        raise InvalidInput({field: f"“{slug}” is needed for something else. Choose another word."})
    return slug
