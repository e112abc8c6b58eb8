"""Tables: set as tables where a telephone has room for their words, else row by row as lines."""

import re
from html import unescape

from emails.articles.blocks import Table
from emails.themes.bidi import inline_direction
from emails.themes.frame import Frame

MOST_COLUMNS = 6
_FEW_COLUMNS = 3
_LONG_CELL = 28
"""Characters of a cell, beyond which a table of more than a few columns is read better in lines."""

_ROOM, _SIDES, _LETTER = 327, 12, 7.4
"""Pixels on a screen of 375: what a letter has between its gutters, a cell's padding, and a letter of 14 px."""

_TAGS = re.compile(r"<[^>]*>")
_UNBROKEN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]|[^\s\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef-]+-?")
"""What no line is broken in: a word, a part of one up to its hyphen, or one sign of Chinese, Japanese or Korean."""


def set_table(frame: Frame, block: Table) -> str:
    columns = max((len(row) for row in (block.header, *block.rows)), default=0)
    if not fits_telephone(block, columns):
        return frame.panel(frame.text(rows_as_lines(frame, block), "ink"))
    rows = [_row(frame, "th", block.header, columns)] if any(block.header) else []
    rows += [_row(frame, "td", row, columns) for row in block.rows]
    look = f'font-size="16px" line-height="24px" color="{frame.light.ink}" padding="0"'
    return frame.section(
        f'<mj-table css-class="ink" {look}>{"".join(rows)}</mj-table>', padding=f"4px {frame.gutter}px 28px"
    )


def fits_telephone(block: Table, columns: int) -> bool:
    """Whether the longest words of all columns stand side by side on a screen of 375 px, none of them broken."""
    if columns > MOST_COLUMNS:
        return False
    widest = [0] * columns
    for row in (block.header, *block.rows):
        for place, cell in enumerate(row):
            text = unescape(_TAGS.sub("", cell))
            if columns > _FEW_COLUMNS and len(text) > _LONG_CELL:
                return False
            longest = max((_length(word) for word in _UNBROKEN.findall(text)), default=0)
            widest[place] = max(widest[place], longest)
    return sum(widest) * _LETTER + columns * _SIDES <= _ROOM


def _length(word: str) -> int:
    """In letters; one sign of Chinese, Japanese or Korean is as wide as two."""
    return 2 if len(word) == 1 and word >= "\u2e80" else len(word)


def _row(frame: Frame, tag: str, cells: tuple[str, ...], columns: int) -> str:
    light = frame.light
    look = f"padding:10px 12px;border-bottom:1px solid {light.line}"
    if tag == "th":
        look += f";text-align:{frame.page.start};background-color:{light.tint}"
    filled = (*cells, *[""] * (columns - len(cells)))
    return f'<tr valign="top">{"".join(_cell(frame, tag, cell, look) for cell in filled)}</tr>'


def _cell(frame: Frame, tag: str, cell: str, look: str) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    return f'<{tag}{scope}{inline_direction(cell, frame.page)} style="{look}">{cell}</{tag}>'


def rows_as_lines(frame: Frame, block: Table) -> str:
    """A wide table as lines of `Header: cell`, one paragraph a row, its first cell in bold and a hairline below."""
    paragraphs = []
    for number, row in enumerate(block.rows, start=1):
        is_last = number == len(block.rows)
        ruled = "" if is_last else f";padding:0 0 14px;border-bottom:1px solid {frame.light.line}"
        css = "" if is_last else ' class="row"'
        lines = "<br />".join(_line(block, place, cell) for place, cell in enumerate(row) if cell)
        paragraphs.append(f'<p{css} style="margin:0{"" if is_last else " 0 14px"}{ruled}">{lines}</p>')
    return "".join(paragraphs)


def _line(block: Table, place: int, cell: str) -> str:
    shown = cell if place else f"<strong>{cell}</strong>"
    named = place < len(block.header) and block.header[place]
    return f'<span class="soft">{block.header[place]}:</span> {shown}' if named else shown
