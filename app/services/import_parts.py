"""Reads the rows of a kept file in parts: many lines at once where all is in order, row by row where it is not.

What is read is what `import_reading.read_rows` reads; only where a part ends is told as a byte.
"""

import csv
import io
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from app.services.import_reading import MOST_COLUMNS, MOST_LINES_OF_A_ROW, Unreadable, read_rows

BLOCK_BYTES = 512 * 1024
CAREFUL_ROWS = 500


@dataclass(slots=True)
class Part:
    """Rows that follow each other, each with its number, and those between them that cannot be read."""

    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


class PartReader:
    """Reads on from the byte `offset`, where the row `number` stands; both are kept up with what was read."""

    def __init__(self, file: IO[bytes], delimiter: str, *, offset: int, number: int) -> None:
        self.file = file
        self.delimiter = delimiter
        self.offset = offset
        self.number = number
        self.is_smooth = True

    def read(self, most: int) -> Part | None:
        """Up to `most` rows; None where the file ends. Empty lines are counted, not given."""
        if self.is_smooth:
            before = self.offset
            part = self.read_lines(most)
            if part is None or self.offset > before:
                return part
        self.is_smooth = True
        return self.read_carefully(min(most, CAREFUL_ROWS))

    def read_carefully(self, most: int) -> Part | None:
        part, before = Part(), self.offset
        for row in islice(read_rows(self.file, self.delimiter, offset=self.offset, number=self.number), most):
            self.offset, self.number = row.after, row.number + 1
            if isinstance(row, Unreadable):
                part.unreadable.append(row)
            else:
                part.rows.append(row.cells)
                part.numbers.append(row.number)
        return part if self.offset > before else None

    def read_lines(self, most: int) -> Part | None:
        """The rows of one block, up to the first that is to be read carefully."""
        self.file.seek(self.offset)
        raw = self.file.read(BLOCK_BYTES)
        if not raw:
            return None
        if len(raw) == BLOCK_BYTES:
            raw = raw[: raw.rfind(b"\n") + 1]
        if b"\0" in raw:
            raw = raw[: raw.rfind(b"\n", 0, raw.index(b"\0")) + 1]
        text = raw.decode("utf-8", "replace")
        if not text:
            self.is_smooth = False
            return Part()
        part, place = self.split_text(text, most) or self.read_text(text, most)
        self.offset += place if len(raw) == len(text) else len(text[:place].encode())
        return part

    def split_text(self, text: str, most: int) -> tuple[Part, int] | None:
        """As `read_text`, where a row is a line: nothing is quoted, no line is empty. None where that is not so."""
        if '"' in text or "\r" in text or "\n\n" in text or text.startswith("\n"):
            return None
        lines = text.removesuffix("\n").split("\n")
        if len(lines) > most:
            del lines[most:]
        rows = [line.split(self.delimiter) for line in lines]
        if max(map(len, rows)) > MOST_COLUMNS or max(map(len, lines)) >= csv.field_size_limit():
            return None
        numbers = list(range(self.number, self.number + len(rows)))
        self.number += len(rows)
        return Part(rows, numbers), min(len(text), sum(map(len, lines)) + len(lines))

    def read_text(self, text: str, most: int) -> tuple[Part, int]:
        """The rows of whole lines, and the character behind them."""
        part, place, line = Part(), 0, 0
        lines = io.StringIO(text, newline="\n")
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            for cells in reader:
                if len(cells) > MOST_COLUMNS or reader.line_num - line > MOST_LINES_OF_A_ROW:
                    self.is_smooth = False
                    break
                if cells:
                    part.rows.append(cells)
                    part.numbers.append(self.number)
                self.number += 1
                line, place = reader.line_num, lines.tell()
                if len(part.rows) >= most:
                    break
        except csv.Error:
            # Perhaps no mistake: a cell of several lines may go on in the next block.
            self.is_smooth = False
        return part, place
