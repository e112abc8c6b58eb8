"""What was fetched from a web address as articles: a page, a feed, a text or Markdown, as the server says."""

from collections.abc import Iterator

from emails.articles.imported import Found
from emails.articles.parse import parse_source
from emails.articles.sniff import kind_of
from emails.articles.texts import text_of_bytes
from emails.errors import ArticleBroken

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_MARKDOWN = frozenset({"text/markdown", "text/x-markdown"})
_TYPES_OF_ANYTHING = frozenset({"", "text/plain", "application/xml", "text/xml"})


def parse_fetched(data: bytes, *, address: str, content_type: str = "", charset: str = "") -> Iterator[Found]:
    """Each article at an address; several only where it is a feed.

    Raises: ArticleBroken that names the address and the cure.
    """
    try:
        text = text_of_bytes(data, told=charset)
    except ArticleBroken as broken:
        raise ArticleBroken(f"{address}: {broken}", place=address) from broken
    kind = _kind(text, content_type, address)
    source = data if kind in {"feed", "wordpress"} else text
    return parse_source(source, kind=kind, name=address, base=address)


def _kind(text: str, content_type: str, address: str) -> str:
    if content_type in _PAGES:
        return "page"
    if content_type in _MARKDOWN:
        return "markdown"
    if content_type not in _TYPES_OF_ANYTHING:
        return "feed"
    path = address.partition("?")[0].partition("#")[0].rpartition("/")[2]
    kind = kind_of(text, name=path)
    return "page" if kind == "html" else kind
