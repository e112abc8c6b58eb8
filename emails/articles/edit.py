"""What an editor does to a column of blocks: add, move, remove, retype, split, join. Pure: tuples in, tuples out.

Positions count from 0. A position that is not there raises ArticleBroken, since the page it came from is stale.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any

from emails.articles.blocks import (
    Block,
    CallToAction,
    Code,
    Columns,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Sponsor,
    Table,
)
from emails.articles.inline import inline_of, text_of
from emails.errors import ArticleBroken

Blocks = tuple[Block, ...]
MOST_BLOCKS = 2_000


class Kind(StrEnum):
    """The types a block may have, in the words of the article's JSON."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    IMAGE = "image"
    LIST = "list"
    QUOTE = "quote"
    CTA = "cta"
    SPONSOR = "sponsor"
    DIVIDER = "divider"
    TABLE = "table"
    CODE = "code"
    EMBED = "embed"
    COLUMNS = "columns"


KIND_OF: dict[type, Kind] = {
    Paragraph: Kind.PARAGRAPH,
    Heading: Kind.HEADING,
    Image: Kind.IMAGE,
    List: Kind.LIST,
    Quote: Kind.QUOTE,
    CallToAction: Kind.CTA,
    Sponsor: Kind.SPONSOR,
    Divider: Kind.DIVIDER,
    Table: Kind.TABLE,
    Code: Kind.CODE,
    Embed: Kind.EMBED,
    Columns: Kind.COLUMNS,
}

EMPTY: dict[Kind, Block] = {
    Kind.PARAGRAPH: Paragraph(""),
    Kind.HEADING: Heading(2, ""),
    Kind.IMAGE: Image("", ""),
    Kind.LIST: List((ListItem(""),)),
    Kind.QUOTE: Quote(""),
    Kind.CTA: CallToAction("", ""),
    Kind.SPONSOR: Sponsor("", ""),
    Kind.DIVIDER: Divider(),
    Kind.TABLE: Table(("", ""), (("", ""), ("", ""))),
    Kind.CODE: Code(""),
    Kind.EMBED: Embed(""),
    Kind.COLUMNS: Columns(((Paragraph(""),), (Paragraph(""),))),
}


def kind_of(block: Block) -> Kind:
    return KIND_OF[type(block)]


def add(blocks: Blocks, at: int, kind: Kind) -> Blocks:
    """An empty block of `kind` before position `at` (the length adds at the end)."""
    return insert(blocks, at, (EMPTY[kind],))


def insert(blocks: Blocks, at: int, new: Blocks) -> Blocks:
    if not 0 <= at <= len(blocks):
        raise stale(at)
    if len(blocks) + len(new) > MOST_BLOCKS:
        raise ArticleBroken(f"An article has at most {MOST_BLOCKS:,} blocks. Split it into two letters.")
    return (*blocks[:at], *new, *blocks[at:])


def remove(blocks: Blocks, at: int) -> Blocks:
    look(blocks, at)
    return (*blocks[:at], *blocks[at + 1 :])


def move(blocks: Blocks, at: int, to: int) -> Blocks:
    """The block at `at` goes to position `to`, at most to either end."""
    block = look(blocks, at)
    rest = remove(blocks, at)
    return insert(rest, max(0, min(to, len(rest))), (block,))


def retype(blocks: Blocks, at: int, kind: Kind) -> Blocks:
    """The same words for the same people in another type; one without words keeps the old block's place only."""
    block = look(blocks, at)
    if kind_of(block) == kind:
        return blocks
    only = "" if kind == Kind.SPONSOR else block.only
    return (*blocks[:at], *(replace(one, only=only) for one in MAKE[kind](words_of(block))), *blocks[at + 1 :])


def duplicate(blocks: Blocks, at: int) -> Blocks:
    return insert(blocks, at + 1, (look(blocks, at),))


def split(blocks: Blocks, at: int, rest: str) -> Blocks:
    """Begins a new paragraph after `at` with the inline HTML `rest`, as Enter does; it is for the same people."""
    return insert(blocks, at + 1, (Paragraph(rest, only=look(blocks, at).only),))


def join(blocks: Blocks, at: int) -> Blocks:
    """Appends the words of a paragraph to the block above it, as Backspace at its beginning does."""
    block, above = look(blocks, at), look(blocks, at - 1)
    if block.only != above.only or not isinstance(block, Paragraph):
        return blocks
    if not isinstance(above, Paragraph | Heading | Quote):
        return blocks
    text = f"{above.text} {block.text}".strip()
    return (*blocks[: at - 1], replace(above, text=text), *blocks[at + 1 :])


def words_of(block: Block) -> list[str]:
    """Every run of words in a block, as inline HTML, in reading order."""
    return [text for text in WORDS[kind_of(block)](block) if text]


def item_lines(item: ListItem) -> list[str]:
    label = f"<strong>{item.label}:</strong> " if item.label else ""
    return [f"{label}{item.text}", *(line for inner in item.items for line in item_lines(inner))]


def one_text(words: list[str]) -> str:
    return " ".join(words)


def plain(words: list[str]) -> str:
    return "\n".join(text_of(text) for text in words)


WORDS: dict[Kind, Callable[[Any], list[str]]] = {
    Kind.PARAGRAPH: lambda block: [block.text],
    Kind.HEADING: lambda block: [block.text],
    Kind.IMAGE: lambda block: [block.caption or inline_of(block.alt or "")],
    Kind.LIST: lambda block: [line for item in block.items for line in item_lines(item)],
    Kind.QUOTE: lambda block: [block.text, block.by],
    Kind.CTA: lambda block: [block.heading, block.text],
    Kind.SPONSOR: lambda block: [inline_of(block.text)],
    Kind.DIVIDER: lambda _block: [],
    Kind.TABLE: lambda block: [" ".join(cell for cell in row if cell) for row in (block.header, *block.rows)],
    Kind.CODE: lambda block: [inline_of(block.text)],
    Kind.EMBED: lambda block: [inline_of(block.title or block.url)],
    Kind.COLUMNS: lambda block: [text for column in block.columns for one in column for text in words_of(one)],
}

MAKE: dict[Kind, Callable[[list[str]], Blocks]] = {
    Kind.PARAGRAPH: lambda words: tuple(Paragraph(text) for text in words) or (Paragraph(""),),
    Kind.HEADING: lambda words: (Heading(2, one_text(words)),),
    Kind.IMAGE: lambda words: (Image("", plain(words)),),
    Kind.LIST: lambda words: (List(tuple(ListItem(text) for text in words) or (ListItem(""),)),),
    Kind.QUOTE: lambda words: (Quote(one_text(words)),),
    Kind.CTA: lambda words: (CallToAction(one_text(words), ""),),
    Kind.SPONSOR: lambda words: (Sponsor("", plain(words)),),
    Kind.DIVIDER: lambda _words: (Divider(),),
    Kind.TABLE: lambda words: (Table((), tuple((text,) for text in words) or (("",),)),),
    Kind.CODE: lambda words: (Code(plain(words)),),
    Kind.EMBED: lambda words: (Embed("", plain(words)),),
    Kind.COLUMNS: lambda words: (Columns((MAKE[Kind.PARAGRAPH](words), (Paragraph(""),))),),
}


def look(blocks: Blocks, at: int) -> Block:
    if not 0 <= at < len(blocks):
        raise stale(at)
    return blocks[at]


def stale(at: int) -> ArticleBroken:
    return ArticleBroken(
        f"There is no block {at + 1} any more: the article was changed elsewhere. Load the page again.",
        place=f"Block {at + 1}",
    )
