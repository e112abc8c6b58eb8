"""Lists in a plain text: which marked lines are really items, how they nest, and their bold labels."""

import re
from collections.abc import Sequence

from emails.articles.blocks import List, ListItem
from emails.articles.links import linked
from emails.articles.text_lines import Chunk, Kind

MAX_LABEL_WORDS = 5
MAX_DEPTH = 6

_LABEL = re.compile(r"(?P<label>[^\s:.!?][^:.!?\n]{0,60}?[^\s:.!?]|[^\W_]):\s+(?P<text>\S.*)")
_ALONE = frozenset("•·▪‣◦●○■□◆◇➤►▶∙⁃・-")


def settle_markers(chunks: list[Chunk]) -> list[Chunk]:
    """The chunks with false items turned back into text: years, lone numbers, dashes of a dialogue or a credit."""
    position = 0
    while position < len(chunks):
        end = _run_end(chunks, position)
        if end > position:
            _settle(chunks[position:end])
        position = max(end, position + 1)
    return chunks


def read_list(chunks: Sequence[Chunk], position: int) -> tuple[List, int]:
    """The list that begins at a position, and the position after it."""
    end = _run_end(chunks, position)
    items = chunks[position:end]
    labelled = sum(bool(_label_of(item.text)) for item in items) * 2 >= len(items)
    roots, _ = _nest(items, 0, depth=1, labelled=labelled)
    return List(tuple(roots), ordered=items[0].marker.isdigit()), end


def _run_end(chunks: Sequence[Chunk], position: int) -> int:
    """The end of a run of items; a change of marker on the outer level begins another list."""
    end = position
    while end < len(chunks) and chunks[end].kind is Kind.ITEM:
        outer = chunks[end].indent <= chunks[position].indent
        if outer and end > position and chunks[end].marker.isdigit() != chunks[position].marker.isdigit():
            break
        if outer and end > position and chunks[end].marker == "1" and chunks[position].marker == "1":
            break
        end += 1
    return end


def _settle(run: Sequence[Chunk]) -> None:
    margin = min(item.indent for item in run)
    outer = [item for item in run if item.indent == margin]
    numbers = [item.marker for item in outer]
    if run[0].marker.isdigit():
        real = len(outer) > 1 and numbers == [str(n) for n in range(1, len(numbers) + 1)]
    else:
        real = len(run) > 1 or run[0].marker in _ALONE
    for item in run:
        if not real or (item.marker.isdigit() and (item.indent > margin or not run[0].marker.isdigit())):
            item.text = item.whole
        if not real:
            item.kind = Kind.TEXT


def _nest(items: Sequence[Chunk], position: int, *, depth: int, labelled: bool) -> tuple[list[ListItem], int]:
    """Items of one indentation, each with the deeper ones that follow it."""
    found: list[ListItem] = []
    margin = items[position].indent
    while position < len(items) and (items[position].indent >= margin or depth == 1):
        chunk = items[position]
        position += 1
        children: list[ListItem] = []
        if position < len(items) and items[position].indent > max(chunk.indent, margin) and depth < MAX_DEPTH:
            children, position = _nest(items, position, depth=depth + 1, labelled=labelled)
        found.append(_item(chunk.text, children, labelled=labelled))
    return found, position


def _item(text: str, children: list[ListItem], *, labelled: bool) -> ListItem:
    label = _label_of(text) if labelled else None
    if not label:
        return ListItem(linked(text), items=tuple(children))
    return ListItem(linked(label["text"]), label=label["label"], items=tuple(children))


def _label_of(text: str) -> re.Match[str] | None:
    match = _LABEL.fullmatch(text)
    return match if match and len(match["label"].split()) <= MAX_LABEL_WORDS else None
