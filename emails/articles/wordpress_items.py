"""The items of WordPress's export file (WXR) as plain fields, read one by one so that memory stays flat."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml import etree

from emails.articles.details import plain, plain_of_html
from emails.errors import ArticleBroken

MAX_ITEMS = 20_000


@dataclass(slots=True)
class Attachment:
    url: str
    alt: str = ""
    caption: str = ""


@dataclass(slots=True)
class Site:
    """What the whole file says, gathered before the first article."""

    base: str = ""
    language: str = ""
    faulty: bool = False
    names: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)


def read_site(data: bytes, base: str) -> Site:
    """Authors, attachments, language and address. Raises: ArticleBroken for broken XML or too many items."""
    site = Site(base)
    reader = _reader(data, "item", "author", "language", "base_blog_url", "link")
    for count, element in enumerate(_elements(reader), start=1):
        if count > 3 * MAX_ITEMS:
            raise ArticleBroken(f"The export has more than {MAX_ITEMS:,} items. Export it in several parts.")
        _note(site, element)
    site.faulty = len(reader.error_log) > 0
    return site


def read_items(data: bytes) -> Iterator[dict[str, str]]:
    """Each item's fields by their local names; `content` and `excerpt` are the two called `encoded`."""
    for element in _elements(_reader(data, "item")):
        values = _values(element)
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
        yield values


def _note(site: Site, element: Any) -> None:
    name = _local(element)
    if name in {"item", "author"}:
        values = _values(element)
        element.clear()
        if values.get("post_type") == "attachment":
            url, alt = values.get("attachment_url", "").strip(), values.get("_wp_attachment_image_alt", "")
            caption = plain_of_html(values.get("excerpt", ""))
            site.attachments[values.get("post_id", "")] = Attachment(url, plain(unescape(alt)), caption)
        elif name == "author":
            site.names[values.get("author_login", "")] = plain(values.get("author_display_name", ""))
    elif _local(element.getparent()) == "channel":
        said = plain(element.text or "")
        if name == "language":
            site.language = site.language or said
        else:
            site.base = site.base or said


def _reader(data: bytes, *names: str) -> Any:
    """Gives the elements of these names as they end, whatever their namespace; mends what is faulty."""
    return etree.iterparse(
        io.BytesIO(data),
        tag=[f"{{*}}{name}" for name in names],
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )


def _elements(reader: Any) -> Iterator[Any]:
    try:
        for _, element in reader:
            yield element
    except (etree.XMLSyntaxError, ValueError) as wrong:
        raise ArticleBroken(f"The XML is broken: {str(wrong)[:200]}. Export it again.") from wrong


def _local(element: Any) -> str:
    """Its name without its namespace; a name that no XML allows is read as it stands."""
    return element.tag.rpartition("}")[2] if element is not None and isinstance(element.tag, str) else ""


def _values(element: Any) -> dict[str, str]:
    values: dict[str, str] = {}
    for child in element:
        name = _local(child)
        if name == "encoded":
            name = "excerpt" if "excerpt" in str(child.tag) else "content"
        if name == "postmeta":
            pair = {_local(one): one.text or "" for one in child}
            if pair.get("meta_key") in {"_thumbnail_id", "_wp_attachment_image_alt"}:
                values[pair["meta_key"]] = pair.get("meta_value", "")
        else:
            values.setdefault(name, child.text or "")
    return values
