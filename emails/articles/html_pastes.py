"""What word processors and mail programs write around their words, put into plain HTML before it is read.

Google Docs sets a title as large text, Apple Mail and Word pad words with hard blanks; the rest is classes.
"""

import re
from collections.abc import Mapping

_DOCS = re.compile(r"\bid=[\"']?docs-internal-guid-", re.IGNORECASE)
_WRITTEN_WITH = re.compile(
    r"docs-internal-guid-|class=[\"']?Mso|\bOutlineElement\b|urn:schemas-microsoft-com|content=[\"']LibreOffice",
    re.IGNORECASE,
)
_DOCS_LINE = r"<p\b([^<>]{0,500})>((?:<span\b[^<>]{0,200}>){0,2}<span\b[^<>]{0,500}?font-size:\s*%s(?:\.\d+)?pt)"
_DOCS_TITLE = re.compile(_DOCS_LINE % r"(?:2[3-9]|3\d)", re.IGNORECASE)
_DOCS_SUBTITLE = re.compile(_DOCS_LINE % r"(?:1[3-6])", re.IGNORECASE)
_UNSCRIPTED = re.compile(r"</?noscript\b[^<>]{0,200}>", re.IGNORECASE)
_LATER_LINE = re.compile(r"<(?:p|h[1-6]|ul|ol|table)\b", re.IGNORECASE)
_PADDING = re.compile(
    r"<span\b[^<>]{0,300}?(?:Apple-converted-space|mso-spacerun|class=\"EOP\b)[^<>]{0,300}>"
    r"((?:&nbsp;|&#160;|[\s\u00a0]){0,200})</span>",
    re.IGNORECASE,
)
_MARKER = re.compile(
    r"^((?:<[a-z]{1,6}>)*)(?P<marker>[·•o§▪‣◦\uf0b7\uf0a7\uf0d8–-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)])"
    r"[\s\u00a0]+(?:</[a-z]{1,6}>[\s\u00a0]*)?"
)
_CLASSES = {
    "msotitle": "heading",
    "msosubtitle": "subtitle",
    "subtitle": "subtitle",
    "msoquote": "quote",
    "msointensequote": "quote",
    "msocaption": "caption",
}


def tidy_paste(html: str) -> str:
    """The same words, with a Google document's title marked as one, padding as plain blanks, `noscript` laid open."""
    text = _PADDING.sub(" ", _UNSCRIPTED.sub("", html))
    if not _DOCS.search(text[:20_000]):
        return text
    title = _DOCS_TITLE.search(text, 0, 20_000)
    if title and _is_first_line(text, title.start(), 0):
        text = f"{text[: title.start()]}<p role=heading aria-level=1{title[1]}>{title[2]}{text[title.end() :]}"
        subtitle = _DOCS_SUBTITLE.search(text, title.end(), title.end() + 20_000)
        if subtitle and _is_first_line(text, subtitle.start(), title.end()):
            text = f"{text[: subtitle.start()]}<p class=subtitle{subtitle[1]}>{subtitle[2]}{text[subtitle.end() :]}"
    return text


def is_of_word_processor(html: str) -> bool:
    """Whether a paste comes from Google Docs, Word, its online sister or LibreOffice."""
    return bool(_WRITTEN_WITH.search(html[:20_000]))


def kind_by_class(attributes: Mapping[str, str]) -> str:
    """The container that a paragraph's class stands for, or ""."""
    names = attributes.get("class", "").lower().split()
    return next((_CLASSES[name] for name in names if name in _CLASSES), "")


def without_marker(html: str) -> tuple[str, str]:
    """A list item's words without the bullet or number that was typed before them, and that mark."""
    match = _MARKER.match(html)
    if not match or not html[match.end() :].strip():
        return html, ""
    opened, closed = match[1].count("<"), match[0].count("</")
    kept = match[1] if not closed else match[1][: match[1].rfind("<")] if opened else ""
    return kept + html[match.end() :], match["marker"]


def _is_first_line(text: str, position: int, start: int) -> bool:
    return not _LATER_LINE.search(text, start, position)
