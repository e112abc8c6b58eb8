"""The rendered HTML as a mail program and a reader see it: links, images, visible words, the title, the language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree, html

UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
SILENT_TAGS = frozenset({"head", "style", "script", "title", "noscript"})
EMPTY_PAGE = "<html><body></body></html>"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: where it leads and the words it is shown with (an image's alt text counts)."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image element; `alt` None where the attribute is missing."""

    src: str
    alt: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """`before_title` holds the visible words above the first h1, all of them where there is no h1."""

    anchors: tuple[Anchor, ...]
    pictures: tuple[Picture, ...]
    titles: tuple[str, ...]
    language: str
    before_title: str
    visible: str


def read_page(source: str) -> Page:
    """Never raises: what cannot be parsed is an empty page."""
    try:
        root = html.document_fromstring(UNREADABLE.sub(" ", source) or EMPTY_PAGE)
    except (etree.ParserError, ValueError):
        root = html.document_fromstring(EMPTY_PAGE)
    return Page(
        anchors=tuple(Anchor(attribute(a, "href").strip(), words(a)) for a in root.iter("a") if "href" in a.attrib),
        pictures=tuple(Picture(attribute(i, "src").strip(), i.get("alt")) for i in root.iter("img")),
        titles=tuple(words(h1) for h1 in root.iter("h1")),
        language=attribute(root, "lang").strip(),
        before_title=squeeze(" ".join(visible_pieces(root, until="h1"))),
        visible=squeeze(" ".join(visible_pieces(root))),
    )


def attribute(element: etree._Element, name: str) -> str:
    return element.get(name) or ""


def words(element: etree._Element) -> str:
    """What is read out for an element: its visible text and its images' alt texts."""
    alts = [image.get("alt") or "" for image in element.iter("img")]
    return squeeze(" ".join([*visible_pieces(element), *alts]))


def squeeze(text: str) -> str:
    return " ".join(text.split())


def visible_pieces(root: etree._Element, *, until: str = "") -> Iterator[str]:
    """Text in reading order, without hidden elements; ends where the first element `until` begins."""
    hidden: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start" and hidden is None:
            if element.tag == until:
                return
            if is_hidden(element):
                hidden = element
            elif element.text:
                yield element.text
        elif event == "end" and element is hidden:
            hidden = None
        if event != "start" and hidden is None and element is not root and element.tail:
            yield element.tail


def is_hidden(element: etree._Element) -> bool:
    return element.tag in SILENT_TAGS or "hidden" in element.attrib or bool(HIDDEN.search(attribute(element, "style")))
