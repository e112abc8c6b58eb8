"""Plain fields of foreign articles (titles, labels, alternative texts ...) made unable to be merge tags.

Inline HTML shows braces by character references; plain text has none, so an unseen sign parts the two of a tag.
"""

import re
from dataclasses import replace
from typing import Any

from emails.articles.blocks import Article, Block, CallToAction, Embed, Image, List, ListItem, Quote, Sponsor

PARTED = "\u200c"
"""The zero-width non-joiner, which every mail program leaves unseen: letters' previews are padded with it."""

_TAG_SIGN = re.compile(r"(?<=\{)(?=[{%#])|(?<=[}%#])(?=\})")


def inert_article(article: Article) -> Article:
    """The same article, to be read the same, in whose plain fields no merge tag begins or ends."""
    return replace(
        article,
        title=_inert(article.title),
        subtitle=_inert(article.subtitle),
        description=_inert(article.description),
        author=_inert(article.author),
        blocks=tuple(_inert_block(block) for block in article.blocks),
    )


def _inert(text: str) -> str:
    return _TAG_SIGN.sub(PARTED, text) if "{" in text or "}" in text else text


_FIELDS: dict[type[Block], tuple[str, ...]] = {
    Image: ("alt",),
    Quote: ("by",),
    CallToAction: ("heading", "button"),
    Sponsor: ("name",),
    Embed: ("title",),
}
"""The fields of each kind of block that are plain text and may hold merge tags."""


def _inert_block(block: Block) -> Block:
    if isinstance(block, List):
        return replace(block, items=_inert_items(block.items))
    written = {name: getattr(block, name) for name in _FIELDS.get(type(block), ())}
    changed: dict[str, Any] = {name: _inert(text) for name, text in written.items() if text and _inert(text) != text}
    return replace(block, **changed) if changed else block


def _inert_items(items: tuple[ListItem, ...]) -> tuple[ListItem, ...]:
    return tuple(replace(item, label=_inert(item.label), items=_inert_items(item.items)) for item in items)
