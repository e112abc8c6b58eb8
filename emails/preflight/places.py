"""Names a place of the article in words, so that a finding can be found: "Block 7, call to action"."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html import escape, unescape

from emails.articles.blocks import (
    NAMES,
    Article,
    Block,
    Columns,
    every_block,
)
from emails.articles.inline import text_of
from emails.content import LetterPlan


def block_place(number: int, block: Block) -> str:
    return f"Block {number}, {NAMES[type(block)]}"


def numbered(article: Article) -> Iterator[tuple[str, Block]]:
    """Every block with its place, those inside columns in their stead; blocks count from 1, the title is none."""
    for number, block in enumerate(article.blocks, start=1):
        if isinstance(block, Columns):
            for inner in every_block((block,)):
                yield f"{block_place(number, block)}: {NAMES[type(inner)]}", inner
        else:
            yield block_place(number, block), block


def parts_of(block: Block) -> list[str]:
    """All written parts of a block as they are kept (inline HTML, addresses); not recursive, for a list may be deep."""
    parts: list[str] = []
    waiting: list[object] = [block]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            parts.append(part)
        elif isinstance(part, tuple):
            waiting.extend(reversed(part))
        elif is_dataclass(part):
            waiting.extend(getattr(part, each.name) for each in reversed(fields(part)))
    return parts


def plain(text: str) -> str:
    """Inline HTML as the words a reader sees."""
    return " ".join(text_of(text).split())


def words_of(block: Block) -> str:
    return plain(" ".join(parts_of(block)))


def find_place(needle: str, article: Article, plan: LetterPlan) -> str:
    """Where `needle` (a tag or an address) is written, in words; "" where it is not found."""
    wanted = {needle, escape(needle), unescape(needle)} - {""}
    if not wanted:
        return ""
    written = {
        "Subject": plan.subject,
        "Preheader": plan.preheader,
        "Greeting": plan.greeting,
        "Title": article.title,
        "Subtitle": article.subtitle,
    }
    for place, text in written.items():
        if any(each in text for each in wanted):
            return place
    for place, block in numbered(article):
        if any(each in part for part in parts_of(block) for each in wanted):
            return place
    return ""
