"""Which kind of source something is: by its special marks, the name's ending, and what the text looks like."""

import re

from emails.articles.archive import ending_of
from emails.articles.beehiiv import COLUMNS as BEEHIIV
from emails.articles.csv_rows import header_of
from emails.articles.ghost import is_ghost
from emails.articles.medium import is_medium

ENDINGS = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
    ".json": "ghost",
    ".csv": "beehiiv",
    ".zip": "archive",
}
"""A name that ends so tells what is in it, but for what the content shows to be more special."""

_SNIFFED = 20_000
_XML = re.compile(r"\s{0,2000}(?:<\?xml\b|<!--|<!doctype\s+(?:rss|rdf)|<(?:rss|feed|rdf:RDF)\b)", re.IGNORECASE)
_FEED = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|RDF)\b", re.IGNORECASE)
_WORDPRESS = "wordpress.org/export/"
_PAGE = re.compile(r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|meta)\b", re.IGNORECASE | re.DOTALL)
_WHOLE = re.compile(r"<html\b", re.IGNORECASE)
_AROUND = re.compile(r"<nav\b|<footer\b|<aside\b|\brole=[\"']?navigation\b", re.IGNORECASE)
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


def kind_of(text: str, *, name: str = "") -> str:
    """Which importer fits a text."""
    kind = ENDINGS.get(ending_of(name), "")
    head = text[:_SNIFFED]
    if kind in {"text", "markdown", "ghost", "beehiiv"}:
        return kind
    if kind == "feed" or (not kind and _XML.match(head) and _FEED.search(head)):
        return "wordpress" if _WORDPRESS in head else _page_or_feed(head)
    if kind in {"", "html"} and is_medium(text[: 3 * _SNIFFED]):
        return "medium"
    found = kind if kind == "html" else _kind_by_looks(text, head)
    return "page" if found == "html" and _is_whole_page(text) else found


def _is_whole_page(text: str) -> bool:
    """Whether a page was saved with all that stands around its article."""
    return bool(_WHOLE.search(text[:_SNIFFED]) and _AROUND.search(text))


def _page_or_feed(head: str) -> str:
    return "html" if not _FEED.search(head) and re.search(r"<html\b", head, re.IGNORECASE) else "feed"


def _kind_by_looks(text: str, head: str) -> str:
    if is_ghost(text):
        return "ghost"
    if set(header_of(head)) >= BEEHIIV:
        return "beehiiv"
    if _PAGE.match(head) or len(_HTML.findall(head)) > 1:
        return "html"
    signs = sum(len(pattern.findall(head)[:2]) for pattern in _MARKDOWN)
    return "markdown" if _FRONT_MATTER.match(head) or signs >= _MARKDOWN_SIGNS else "text"
