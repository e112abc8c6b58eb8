"""Mobiledoc, the older JSON of Ghost's posts, written as HTML for the HTML reader: sections, marks and cards."""

import json
from html import escape
from typing import Any

from emails.articles.details import plain
from emails.articles.ghost_cards import CARDS, words
from emails.errors import ArticleBroken

MAX_SECTIONS = 10_000

_MARKS = frozenset({"b", "strong", "i", "em", "u", "s", "code", "sub", "sup", "a"})
_SECTIONS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside"})
_MARKUP, _IMAGE, _LIST, _CARD = 1, 2, 3, 10
_FAULTS = (ValueError, RecursionError, KeyError, TypeError, IndexError, AttributeError)


def mobiledoc_html(source: str) -> tuple[str, list[str]]:
    """The text as HTML, not yet safe, and the names of the cards that have no place in a letter.

    Raises: ArticleBroken for broken JSON.
    """
    unread: set[str] = set()
    try:
        document = json.loads(source)
        html = "".join(_section(section, document, unread) for section in _sections(document))
    except ArticleBroken:
        raise
    except _FAULTS as wrong:
        message = "The text of the post (Mobiledoc) is broken. Open it in Ghost and save it again."
        raise ArticleBroken(message) from wrong
    return html, sorted(unread)


def _sections(document: Any) -> Any:
    sections = document["sections"]
    if len(sections) > MAX_SECTIONS:
        raise ArticleBroken(f"The post has more than {MAX_SECTIONS:,} parts. Split it into several posts.")
    return sections


def _section(section: Any, document: Any, unread: set[str]) -> str:
    kind = section[0]
    if kind == _MARKUP:
        tag = section[1] if section[1] in _SECTIONS else "p"
        return f"<{tag}>{_line(section[2], document)}</{tag}>"
    if kind == _IMAGE:
        return f'<img src="{escape(str(section[1]))}">'
    if kind == _LIST:
        tag = "ol" if section[1] == "ol" else "ul"
        return f"<{tag}>{''.join(f'<li>{_line(item, document)}</li>' for item in section[2])}</{tag}>"
    return _card(document.get("cards", [])[section[1]], unread) if kind == _CARD else ""


def _card(written: Any, unread: set[str]) -> str:
    name, payload = written[0], written[1]
    card = CARDS.get(str(name))
    if card and isinstance(payload, dict):
        return card(payload)
    if name != "paywall":
        unread.add(plain(str(name))[:40] or "unnamed")
    return ""


def _line(markers: Any, document: Any) -> str:
    """Words with their marks; an atom (kind 1) is a line break, or what else it shows."""
    markups = document.get("markups", [])
    opened: list[str] = []
    pieces: list[str] = []
    for kind, opening, closing, value in markers:
        for number in opening:
            name, start = _mark(markups[number])
            opened.append(name)
            pieces.append(start)
        pieces.append(_atom(document["atoms"][value]) if kind == 1 else escape(str(value), quote=False))
        pieces += [f"</{opened.pop()}>" for _ in range(min(closing, len(opened)))]
    return "".join(pieces)


def _atom(atom: Any) -> str:
    return "<br>" if atom[0] == "soft-return" else escape(str(atom[1]), quote=False)


def _mark(markup: Any) -> tuple[str, str]:
    name = str(markup[0]).lower()
    if name not in _MARKS:
        return "span", "<span>"
    if name != "a":
        return name, f"<{name}>"
    pairs = markup[1] if len(markup) > 1 else []
    return "a", f'<a href="{escape(words(dict(zip(pairs[::2], pairs[1::2], strict=False)), "href"))}">'
