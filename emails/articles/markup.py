"""Foreign HTML made harmless by nh3 and read as a flat run of tags and texts, in time linear in its size.

The allow-lists belong to the callers: `inline.py` for the words of a block, `html.py` for a whole document.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from html import unescape

import nh3

from emails.errors import ArticleBroken

MAX_DEPTH = 200
"""Deeper HTML is refused: parsers grow slow on it, MJML compilers die of it. What is let in is flattened."""

MAX_TAGS = 40_000
"""More tags than this are no article, and a hostile order of them costs an HTML parser minutes."""

LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_SELF_CLOSING = frozenset(
    {
        "a",
        "area",
        "base",
        "br",
        "caption",
        "col",
        "colgroup",
        "dd",
        "dt",
        "embed",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
    }
    | {
        "h6",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "optgroup",
        "option",
        "p",
        "param",
        "source",
        "tbody",
    }
    | {"td", "tfoot", "th", "thead", "tr", "track", "wbr"}
)
_DROPPED_WITH_CONTENT = frozenset(
    {"script", "style", "title", "template", "noembed", "noframes", "svg", "select", "textarea", "datalist"}
)
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)([^<>]*)>|[^<]+")
_ATTRIBUTE = re.compile(r'([a-z:-]+)="([^"]*)"')
_AMPERSAND = "\ufdd0"  # a non-character, so no source holds it; many real ampersands make the parser quadratic
_NOT_TEXT = {
    code: None for code in (*range(32), 127, 0xFDD0, 0xFDD1, 0xFEFF, 0xFFFE, 0xFFFF) if code not in {9, 10, 13}
}
_NOT_TEXT_TABLE: dict[int, int | str | None] = {**_NOT_TEXT, 11: " ", 12: " "}
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag, an end tag, or (with an empty name) a run of text, decoded."""

    name: str
    closing: bool
    text: str
    attributes: Mapping[str, str]


def clean_characters(text: str) -> str:
    """The text without characters that no letter may hold: controls, marks of byte order, non-characters."""
    return _SURROGATE.sub("\ufffd", text.translate(_NOT_TEXT_TABLE))


def clean_html(html: str, *, tags: AbstractSet[str], attributes: Mapping[str, AbstractSet[str]]) -> Iterator[Tag]:
    """The allowed tags and all texts in order, balanced; scripts, handlers and odd addresses are gone.

    Addresses in attributes are NOT yet safe: the caller checks every one it keeps.
    Raises: ArticleBroken when nested deeper than MAX_DEPTH or made of too many tags, naming the line.
    """
    text = clean_characters(html)
    refuse_tangles(text)
    cleaned = nh3.clean(
        text.replace("&", _AMPERSAND),
        tags=set(tags),
        clean_content_tags=set(_DROPPED_WITH_CONTENT - tags),
        attributes={name: set(names) for name, names in attributes.items()},
        link_rel=None,
        url_schemes=set(LINK_SCHEMES),
    )
    return _read(cleaned)


def refuse_tangles(html: str) -> None:
    """Raises ArticleBroken where tags stand too deep or are too many; one cheap pass, before any parser."""
    open_now: Counter[str] = Counter()
    depth = 0
    for count, match in enumerate(_TAG_NAME.finditer(html), start=1):
        if count > MAX_TAGS:
            raise _tangled(html, match.start(), f"the HTML has more than {MAX_TAGS:,} tags")
        name = match[2].lower()
        if name in _SELF_CLOSING:
            continue
        if not match[1]:
            open_now[name] += 1
            depth += 1
        elif open_now[name]:
            open_now[name] -= 1
            depth -= 1
        if depth > MAX_DEPTH:
            raise _tangled(html, match.start(), f"tags are nested more than {MAX_DEPTH} deep")


def _tangled(html: str, position: int, reason: str) -> ArticleBroken:
    line = html.count("\n", 0, position) + 1
    return ArticleBroken(
        f"In line {line}, {reason}. Paste the text without its formatting, or remove the surrounding tags.",
        place=f"line {line}",
    )


def _read(cleaned: str) -> Iterator[Tag]:
    for match in _TOKEN.finditer(cleaned):
        name = match[2]
        if name is None:
            yield Tag("", closing=False, text=_decode(match[0]), attributes={})
        else:
            yield Tag(
                name,
                closing=bool(match[1]),
                text="",
                attributes={key: _decode(value) for key, value in _ATTRIBUTE.findall(match[3])},
            )


def _decode(text: str) -> str:
    return clean_characters(unescape(text.replace(_AMPERSAND, "&")))
