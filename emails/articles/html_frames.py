"""What the containers of foreign HTML (list, table, figure, quotation ...) become once they are closed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from emails.articles.blocks import (
    Block,
    Code,
    Embed,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Table,
)
from emails.articles.inline import inline_of, sanitise, text_of

MAX_LIST_DEPTH = 6
"""Deeper lists are laid flat onto this level: no reader follows them further."""

_LABEL = re.compile(
    r"<(?:strong|b)>(?P<label>[^<>]{1,80}?)(?P<colon>:?)</(?:strong|b)>(?P<after>:?)\s+(?P<text>\S.*)", re.DOTALL
)
_ATTRIBUTION = re.compile(r"[—–-]\s*(?P<by>[^<>]{2,80})")
_SPOKEN = re.compile(r"(?P<said>[“„«\"].+[”“»\"])\s*[—–]\s*(?P<by>[^<>]{2,80})", re.DOTALL)
_ONLY_BOLD = re.compile(r"<(strong|b)>([^<>]*)</\1>")


@dataclass(slots=True)
class Frame:
    """An open container and what was read inside it so far."""

    kind: str
    blocks: list[Block] = field(default_factory=list)
    items: list[ListItem] = field(default_factory=list)
    rows: list[list[list[Block]]] = field(default_factory=list)
    header_rows: int = 0
    level: int = 0
    span: int = 1
    ordered: bool = False
    text: list[str] = field(default_factory=list)
    language: str = ""
    by: str = ""
    word_list: bool = False


def join_words(texts: Sequence[str], between: str = "<br>") -> str:
    """Several inline texts as one, written as the sanitiser would write it."""
    return sanitise(between.join(texts)) if texts else ""


def heading_of(frame: Frame) -> str:
    """The words of a heading; bold over all of them says nothing, a heading is bold."""
    html = join_words([block.text for block in frame.blocks if isinstance(block, Paragraph)], " ")
    whole = _ONLY_BOLD.fullmatch(html)
    return whole[2] if whole else html


def quote_of(frame: Frame) -> list[Block]:
    """A quotation, and apart from it whatever is no quotation: lists, pictures, tables."""
    found: list[Block] = []
    said: list[str] = []
    by = frame.by
    for block in frame.blocks:
        if isinstance(block, Paragraph | Quote):
            named = _ATTRIBUTION.fullmatch(block.text) if said else None
            by = by or (text_of(named["by"]) if named else "")
            said += [] if named else [block.text]
            by = by or (block.by if isinstance(block, Quote) else "")
        else:
            found += [Quote(join_words(said, "<br><br>"))] if said else []
            found.append(block)
            said = []
    spoken = _SPOKEN.fullmatch(said[0]) if len(said) == 1 and not by else None
    if spoken:
        found.append(Quote(spoken["said"], text_of(spoken["by"])))
    elif said:
        found.append(Quote(join_words(said, "<br><br>"), by))
    elif by:
        found.append(Paragraph(inline_of(by)))
    return found


def item_of(frame: Frame) -> tuple[ListItem | None, list[Block]]:
    """A list item, and the blocks that no item can hold."""
    texts: list[str] = []
    items: list[ListItem] = []
    spilled: list[Block] = []
    for block in frame.blocks:
        if isinstance(block, List):
            items += block.items
        else:
            _tell(block, texts, spilled)
    html = join_words(texts)
    if not html and not items:
        return None, spilled
    label = _LABEL.fullmatch(html)
    if label and (label["colon"] or label["after"]) and not (label["colon"] and label["after"]):
        return ListItem(label["text"], label=text_of(label["label"]), items=tuple(items)), spilled
    return ListItem(html, items=tuple(items)), spilled


def figure_of(frame: Frame) -> list[Block]:
    """The picture with its caption; a caption of anything else stays a paragraph."""
    caption = join_words(frame.text)
    blocks = list(frame.blocks)
    pictures = [n for n, block in enumerate(blocks) if isinstance(block, Image)]
    if caption and pictures:
        picture = blocks[pictures[-1]]
        assert isinstance(picture, Image)
        blocks[pictures[-1]] = Image(picture.src, picture.alt, caption)
    elif caption:
        blocks.append(Paragraph(caption))
    return blocks


def table_of(frame: Frame) -> list[Block]:
    """A table of data, or the blocks of a table that only lays out a page; its caption stands before it."""
    rows = [row for row in frame.rows if row]
    caption: list[Block] = list(frame.blocks)
    if not rows:
        return caption
    with_header = frame.header_rows > 0
    if max(len(row) for row in rows) == 1 or (not with_header and _lays_out(rows)):
        return [*caption, *(block for row in rows for cell in row for block in cell)]
    spilled: list[Block] = []
    cells = [tuple(_cell(cell, spilled) for cell in row) for row in rows]
    if not with_header and _is_heading(cells):
        with_header, cells[0] = True, tuple(_without_bold(cell) for cell in cells[0])
    header = cells[0] if with_header else ()
    return [*caption, Table(header, tuple(cells[1:] if with_header else cells)), *spilled]


def _is_heading(cells: Sequence[tuple[str, ...]]) -> bool:
    """Whether the first row is a heading by its looks alone: all of it bold, and the second row is not."""
    return len(cells) > 1 and _all_bold(cells[0]) and not _all_bold(cells[1])


def _all_bold(row: tuple[str, ...]) -> bool:
    written = [cell for cell in row if cell]
    return bool(written) and all(_ONLY_BOLD.fullmatch(cell) for cell in written)


def add_at_level(items: Sequence[ListItem], item: ListItem, level: int) -> tuple[ListItem, ...]:
    """The items with one more at the end, `level` deep."""
    if level <= 1 or not items:
        return (*items, item)
    last = items[-1]
    deeper = ListItem(last.text, label=last.label, items=add_at_level(last.items, item, level - 1))
    return (*items[:-1], deeper)


def _lays_out(rows: Iterable[list[list[Block]]]) -> bool:
    return any(not isinstance(block, Paragraph) for row in rows for cell in row for block in cell)


def _cell(blocks: Iterable[Block], spilled: list[Block]) -> str:
    texts: list[str] = []
    for block in blocks:
        if isinstance(block, List):
            texts += flat_words(block.items)
        else:
            _tell(block, texts, spilled)
    return join_words(texts)


def flat_words(items: Iterable[ListItem]) -> list[str]:
    """The words of each item of a list, however deep, without their marks."""
    texts: list[str] = []
    for item in items:
        texts += [f"{inline_of(item.label)}: {item.text}" if item.label else item.text, *flat_words(item.items)]
    return texts


def _tell(block: Block, texts: list[str], spilled: list[Block]) -> None:
    """A block's words as inline HTML where only words may stand; what has no words is spilled."""
    match block:
        case Paragraph():
            texts.append(block.text)
        case Heading():
            texts.append(f"<strong>{_without_bold(block.text)}</strong>")
        case Quote():
            texts.append(f"{block.text}<br>{inline_of(block.by)}" if block.by else block.text)
        case Code() if block.text.strip():
            texts.append(
                "<br>".join(f"<code>{inline_of(line)}</code>" for line in block.text.split("\n") if line.strip())
            )
        case Image() | Embed() | Table():
            spilled.append(block)
        case _:
            pass


def _without_bold(html: str) -> str:
    return re.sub(r"</?(?:strong|b)>", "", html)
