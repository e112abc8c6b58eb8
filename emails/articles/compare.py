"""Two articles beside each other: which blocks were added, removed, moved into other words, word by word. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from difflib import SequenceMatcher
from typing import Literal

from emails.articles.blocks import NAMES, Article, Block, Heading, every_block
from emails.articles.inline import text_of

MOST_WORDS = 2_000
"""Of one block; longer ones are told as taken out and put in whole."""

Change = Literal["same", "added", "removed", "changed"]
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words; `change` is same, added or removed."""

    text: str
    change: Change


@dataclass(frozen=True, slots=True)
class BlockChange:
    """One block as it was and is; `name` says its type in words, "title" and "subtitle" among them."""

    name: str
    change: Change
    pieces: tuple[Piece, ...]


def compare(old: Article, new: Article) -> tuple[BlockChange, ...]:
    """Every block of both in reading order, what was taken out before what came in its place."""
    changes = [
        _words_changed(name, before, after)
        for name, before, after in (("title", old.title, new.title), ("subtitle", old.subtitle, new.subtitle))
        if before or after
    ]
    return (*changes, *_blocks(list(every_block(old.blocks)), list(every_block(new.blocks))))


def is_same(changes: tuple[BlockChange, ...]) -> bool:
    return all(one.change == "same" for one in changes)


def _blocks(old: list[Block], new: list[Block]) -> Iterator[BlockChange]:
    told = ([(NAMES[type(one)], told_text(one)) for one in blocks] for blocks in (old, new))
    before, after = map(list, told)
    for change, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if change == "equal":
            yield from (BlockChange(name, "same", (Piece(text, "same"),)) for name, text in before[start:end])
        else:
            yield from _replaced(before[start:end], after[first:last])


def _replaced(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> Iterator[BlockChange]:
    """Blocks of one type are taken for the same block in other words, in their order."""
    waiting = list(before)
    for name, text in after:
        match = next((place for place, (other, _) in enumerate(waiting) if other == name), None)
        if match is None:
            yield BlockChange(name, "added", (Piece(text, "added"),))
            continue
        yield from (BlockChange(gone, "removed", (Piece(words, "removed"),)) for gone, words in waiting[:match])
        yield _words_changed(name, waiting[match][1], text)
        del waiting[: match + 1]
    yield from (BlockChange(gone, "removed", (Piece(words, "removed"),)) for gone, words in waiting)


def _words_changed(name: str, before: str, after: str) -> BlockChange:
    if before == after:
        return BlockChange(name, "same", (Piece(after, "same"),))
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return BlockChange(name, "changed", (Piece(before, "removed"), Piece(after, "added")))
    pieces: list[Piece] = []
    for change, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if change == "equal":
            pieces.append(Piece("".join(old[start:end]), "same"))
            continue
        pieces += [Piece("".join(old[start:end]), "removed")] if end > start else []
        pieces += [Piece("".join(new[first:last]), "added")] if last > first else []
    return BlockChange(name, "changed", tuple(pieces))


def told_text(block: Block) -> str:
    """Everything written in a block as one plain text: words, addresses, who it is for."""
    level = f"{block.level} " if isinstance(block, Heading) else ""
    return level + " · ".join(text for part in _parts(block) if (text := text_of(part).strip()))


def _parts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _parts(item)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _parts(getattr(value, each.name))
