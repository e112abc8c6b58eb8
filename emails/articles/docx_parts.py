"""The parts inside a Word document, checked before anything unpacks them, and what it says about itself."""

import re

from lxml import etree

from emails.articles.archive import Archive, ending_of
from emails.articles.xml_safety import refuse_entities, safe_parser
from emails.errors import ArticleBroken

MAX_PARTS = 2_000
MAX_XML = 6 * 1024 * 1024
"""Of all XML parts together: about a million words. Read into memory they take twenty times as much."""

MAX_ELEMENTS = 80_000
MAX_ATTRIBUTES = 120_000
"""In all XML parts; a reader of Word documents needs some 40 µs and a kilobyte for each."""

_NOBODY = frozenset(
    {"python-docx", "microsoft office user", "windows user", "user", "admin", "administrator", "author", "unknown"}
)
_FIELDS = {"title": "title", "creator": "author", "description": "description", "language": "language"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def check_parts(archive: Archive) -> None:
    """Raises: ArticleBroken for another kind of document, or parts that would keep a reader busy for minutes."""
    names = archive.names()
    if not any(name.startswith("word/") for name in names):
        raise ArticleBroken("It is no Word document. Save the article as .docx, text, Markdown or HTML.")
    if len(names) > MAX_PARTS:
        raise ArticleBroken(f"The document holds {len(names):,} parts, the limit is {MAX_PARTS:,}. Save it again.")
    size = elements = attributes = 0
    for name in names:
        if ending_of(name) not in {".xml", ".rels"}:
            continue
        part = archive.read(name, MAX_XML)
        refuse_entities(part)
        size += len(part)
        elements += part.count(b"<") - part.count(b"</")
        attributes += part.count(b"=")
        if size > MAX_XML or elements > MAX_ELEMENTS or attributes > MAX_ATTRIBUTES:
            raise ArticleBroken(
                f"The document holds more than {MAX_XML / 1_000_000:.0f} MB of text or {MAX_ELEMENTS:,} elements. "
                "Split it into several documents.",
                place=name,
            )


def read_properties(archive: Archive) -> dict[str, str]:
    """Title, author, description and language as the document's properties give them, each "" where it does not."""
    found = dict.fromkeys(_FIELDS.values(), "")
    if "docProps/core.xml" not in archive.names():
        return found
    try:
        root = etree.fromstring(archive.read("docProps/core.xml", MAX_XML), safe_parser())
    except (etree.XMLSyntaxError, ValueError):
        return found
    for element in root if root is not None else ():
        name = _FIELDS.get(element.tag.rpartition("}")[2]) if isinstance(element.tag, str) else None
        if name:
            found[name] = " ".join((element.text or "").split())[:500]
    found["author"] = "" if found["author"].lower() in _NOBODY else found["author"]
    found["language"] = found["language"] if _LANGUAGE.fullmatch(found["language"]) else ""
    found["description"] = "" if "python-docx" in found["description"] else found["description"]
    return found
