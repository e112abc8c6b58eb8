"""Rows of a CSV file whose cells hold whole articles: quotes, commas and line breaks inside them are words."""

import re
from collections.abc import Iterator

from emails.errors import ArticleBroken

MAX_ROWS = 10_000
MAX_COLUMNS = 200

_PLAIN = re.compile(r'[^,\r\n"]*')
_END = re.compile(r"\r\n|[,\r\n]|\Z")


def csv_rows(text: str) -> Iterator[dict[str, str]]:
    """Each row as its cells by the names of the first row, in small letters.

    Raises: ArticleBroken for a quote that never ends, or more rows or columns than any export has.
    """
    names: list[str] = []
    for number, cells in enumerate(_cells(text.removeprefix("\ufeff"))):
        if number > MAX_ROWS:
            raise ArticleBroken(f"The table has more than {MAX_ROWS:,} rows. Split it.", place=f"row {MAX_ROWS:,}")
        if not names:
            names = [cell.strip().lower() for cell in cells]
        elif any(cell.strip() for cell in cells):
            yield dict(zip(names, cells, strict=False))


def header_of(text: str) -> list[str]:
    """The names of the columns, in small letters."""
    first = text.removeprefix("\ufeff").lstrip("\r\n").split("\n", 1)[0][:5_000]
    return [name.strip().strip('"').strip().lower() for name in first.split(",")]


def _cells(text: str) -> Iterator[list[str]]:
    position, length = 0, len(text)
    row: list[str] = []
    while position < length:
        cell, position = _quoted(text, position) if text[position] == '"' else _unquoted(text, position)
        row.append(cell)
        if len(row) > MAX_COLUMNS:
            raise ArticleBroken(f"The table has more than {MAX_COLUMNS} columns. Is it an export of articles?")
        end = _END.match(text, position)
        position = end.end() if end else position
        if end and end[0] == "," and position < length:
            continue
        yield row
        row = []


def _quoted(text: str, position: int) -> tuple[str, int]:
    """A cell in quotes; what stands behind its last quote belongs to it."""
    pieces = []
    start = position + 1
    while True:
        end = text.find('"', start)
        if end < 0:
            line = text.count("\n", 0, position) + 1
            message = f"A quote in line {line} of the table never ends. Export it again."
            raise ArticleBroken(message, place=f"line {line}")
        pieces.append(text[start:end])
        if text[end + 1 : end + 2] != '"':
            break
        pieces.append('"')
        start = end + 2
    rest, after = _unquoted(text, end + 1)
    return "".join(pieces) + rest, after


def _unquoted(text: str, position: int) -> tuple[str, int]:
    """A cell without quotes around it; one inside it is a sign like others."""
    start = position
    while True:
        match = _PLAIN.match(text, position)
        position = match.end() if match else position
        if text[position : position + 1] != '"':
            return text[start:position], position
        position += 1
