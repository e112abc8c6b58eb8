"""XML from strangers: no entities of its own, no network, no huge trees; one place for the settings."""

import re

from lxml import etree

from emails.errors import ArticleBroken

_ENTITY = re.compile(rb"<\x00?!\x00?E\x00?N\x00?T\x00?I\x00?T\x00?Y", re.IGNORECASE)
_ROOT = re.compile(rb"<\x00?[A-Za-z]")


def safe_parser() -> etree.XMLParser:
    """A parser that opens nothing and expands nothing; faulty XML is mended where that is possible."""
    return etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def refuse_entities(data: bytes, *, prologue_only: bool = False) -> None:
    """Raises: ArticleBroken for XML that declares entities: a few lines of them unpack to gigabytes.

    An article about XML may speak of them, so for those only what stands before the root element counts.
    """
    root = _ROOT.search(data) if prologue_only else None
    if _ENTITY.search(data, 0, root.start() if root else len(data)):
        raise ArticleBroken("It declares entities (<!ENTITY …>), which no program for writing does. Export it again.")
