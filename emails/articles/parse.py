"""The door for sources: bytes become text, the kind is chosen, the right importer reads it.

What cannot become an article is refused here with its place and its cure.
"""

import re
from collections.abc import Callable

from emails.articles.blocks import Article, Divider
from emails.articles.html import read_html
from emails.articles.markdown import read_markdown
from emails.articles.plain_text import read_plain_text
from emails.errors import ArticleBroken

MAX_BYTES = 2 * 1024 * 1024

KINDS: dict[str, Callable[[str], Article]] = {
    "text": read_plain_text,
    "markdown": read_markdown,
    "html": read_html,
}

_ENDINGS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_FOREIGN = (
    (b"PK\x03\x04", "a Word document or another zip archive"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"{\\rtf", "a rich text (RTF) document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SNIFFED = 20_000
_PAGE = re.compile(r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|meta)\b", re.IGNORECASE | re.DOTALL)
_HTML = re.compile(r"</(?:p|div|h[1-6]|ul|ol|li|table|span|blockquote|section|article)>|<br\s*/?>", re.IGNORECASE)
_MARKDOWN = (
    re.compile(r"^#{1,6} \S", re.MULTILINE),
    re.compile(r"\[[^\[\]\n]{1,300}\]\((?:https?:|mailto:|/|\.)[^\s()]{0,500}\)"),
    re.compile(r"^(?:```|~~~)", re.MULTILINE),
    re.compile(r"\*\*[^\s*][^*\n]{0,300}\*\*"),
    re.compile(r"^\|? ?:?-{3,}:? ?\|", re.MULTILINE),
)
_FRONT_MATTER = re.compile(r"(?:---\s*\n[A-Za-z][\w -]{0,60}:|\+\+\+\s*\n)")
_MARKDOWN_SIGNS = 2


def parse_article(data: bytes | str, *, kind: str | None = None, name: str = "") -> Article:
    """The article a source holds; `kind` is one of KINDS, or None to go by the name's ending and the content.

    Raises: ArticleBroken that names the place (the file, or a line in it) and the cure.
    """
    try:
        return _read(data, kind, name)
    except ArticleBroken as broken:
        raise _placed(broken, name) from None


def kind_of(text: str, *, name: str = "") -> str:
    """Which importer fits: the name's ending decides, else what the text looks like."""
    ending = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    head = text[:_SNIFFED]
    if _PAGE.match(head) or len(_HTML.findall(head)) > 1:
        return "html"
    signs = sum(len(pattern.findall(head)[:2]) for pattern in _MARKDOWN)
    return "markdown" if _FRONT_MATTER.match(head) or signs >= _MARKDOWN_SIGNS else "text"


def _read(data: bytes | str, kind: str | None, name: str) -> Article:
    if kind is not None and kind not in KINDS:
        raise ArticleBroken(f"“{kind}” is no kind of article; use one of: {', '.join(KINDS)}.", place="kind")
    text = _decode(data)
    article = KINDS[kind or kind_of(text, name=name)](text)
    if not article.title and all(isinstance(block, Divider) for block in article.blocks):
        raise ArticleBroken("There are no words in it. Give a source that holds an article.")
    return article


def _decode(data: bytes | str) -> str:
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        much, limit = size / 1_000_000, MAX_BYTES / 1_000_000
        raise ArticleBroken(
            f"It is {much:.1f} MB, the limit is {limit:.1f} MB. Split it, or take embedded pictures out."
        )
    text = data.removeprefix("\ufeff") if isinstance(data, str) else _text_of_bytes(data)
    if "\x00" in text:
        raise ArticleBroken("It holds binary data, not text. Save the article as text, Markdown or HTML.")
    if not text.strip():
        raise ArticleBroken("It is empty. Give a source that holds an article.")
    return text


def _text_of_bytes(data: bytes) -> str:
    for start, what in _FOREIGN:
        if data.startswith(start):
            raise ArticleBroken(f"It is {what}, not text. Save the article as text, Markdown or HTML.")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(data, "cp1252")


def _strictly(data: bytes, encoding: str) -> str:
    """Text in one encoding; control characters mean that it never was text."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise ArticleBroken(
            f"Byte {wrong.start + 1:,} is no text in any encoding known here. Save the article as UTF-8."
        ) from wrong
    if encoding == "cp1252" and any(char < " " and char not in "\t\n\r\f\x1a" for char in text):
        raise ArticleBroken("It holds binary data, not text. Save the article as text, Markdown or HTML.")
    return text


def _placed(broken: ArticleBroken, name: str) -> ArticleBroken:
    place = ", ".join(part for part in (name, broken.place) if part)
    return ArticleBroken(f"{name}: {broken}" if name else str(broken), place=place)
