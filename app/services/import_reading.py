"""Reads CSV: first the bytes of any common encoding into plain UTF-8, then rows, each with the byte after it.

Pure: no database. A row that cannot be read is an `Unreadable` with its number; reading goes on after it.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from app.errors import InvalidInput
from emails.errors import AddressInvalid
from emails.mime.addresses import check_address

LARGEST_FILE_BYTES = 200 * 1024 * 1024
LONGEST_LINE_BYTES = 1024 * 1024
MOST_LINES_OF_A_ROW = 500
MOST_COLUMNS = 200
SAMPLE_ROWS = 50
DELIMITERS = (",", ";", "\t", "|")
BLOCK = 256 * 1024
MOSTLY = 0.3
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
NOT_TEXT = (
    (b"PK\x03\x04", "a spreadsheet or a zip file. Save the sheet as CSV, or unpack the zip, and choose that file"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet. Save it as CSV and choose that file"),
    (b"%PDF", "a PDF. Save the table as CSV and choose that file"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row that could be read. `number` counts as a spreadsheet does: the headings are row 1."""

    number: int
    cells: list[str]
    after: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that could not; `value` is how it begins."""

    number: int
    reason: str
    value: str
    after: int


class LineBroken(Exception):
    """A line inside a row that ends the reading of this row."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written. `start` is the byte where its rows of people begin, `first_number` that row's number."""

    delimiter: str
    headings: tuple[str, ...]
    has_headings: bool
    start: int
    first_number: int
    encoding: str = "utf-8"


def transcode(source: IO[bytes], target: IO[bytes]) -> str:
    """Copies `source` to `target` as UTF-8 with plain line ends, a block at a time; returns the encoding it was in.

    Raises:
        InvalidInput: it is empty, too large, or no text at all.
    """
    head = source.read(4096)
    check_text(head)
    encoding, skip = guess_encoding(head)
    for wanted in dict.fromkeys((encoding, "cp1252", "latin-1")):
        source.seek(skip if wanted == encoding else 0)
        target.seek(0)
        target.truncate()
        try:
            copy_text(source, target, wanted)
        except UnicodeDecodeError:
            continue
        return wanted
    raise InvalidInput({"file": "This file cannot be read as text. Save it as CSV in UTF-8."})


def check_text(head: bytes) -> None:
    if not head.strip():
        raise InvalidInput({"file": "This file is empty. Choose the CSV file that holds your people."})
    for mark, what in NOT_TEXT:
        if head.startswith(mark):
            raise InvalidInput({"file": f"This is {what}."})


def guess_encoding(head: bytes) -> tuple[str, int]:
    """The encoding to try first, and how many bytes of mark stand before the text."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    half = max(1, len(head) // 2)
    if head[1::2].count(0) > MOSTLY * half:
        return "utf-16-le", 0
    if head[0::2].count(0) > MOSTLY * half:
        return "utf-16-be", 0
    return "utf-8", 0


def copy_text(source: IO[bytes], target: IO[bytes], encoding: str) -> None:
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("strict"), translate=True)
    size = 0
    while block := source.read(BLOCK):
        size += len(block)
        if size > LARGEST_FILE_BYTES:
            megabytes = LARGEST_FILE_BYTES // (1024 * 1024)
            raise InvalidInput({"file": f"This file is larger than {megabytes} MB. Split it and bring it in by parts."})
        # Half a surrogate pair decodes, and is no text all the same.
        target.write(decoder.decode(block).encode("utf-8", "replace"))
    target.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))


class Lines:
    """The lines of one row after the other, for the csv module; knows where in the file it stands."""

    def __init__(self, file: IO[bytes], offset: int) -> None:
        self.file = file
        self.offset = self.row_start = offset
        self.after_first = offset
        self.count = 0
        self.first = ""

    def begin_row(self, offset: int) -> None:
        self.offset = self.row_start = self.after_first = offset
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self.file.readline(LONGEST_LINE_BYTES + 1)
        if not raw:
            raise StopIteration
        text = raw.decode("utf-8", "replace")
        too_long = len(raw) > LONGEST_LINE_BYTES
        self.offset += len(raw) + (self.skip_line() if too_long else 0)
        self.count += 1
        if self.count == 1:
            self.after_first, self.first = self.offset, text[:200]
        if too_long:
            raise LineBroken(f"A line of this row is longer than {LONGEST_LINE_BYTES:,} bytes.")
        if "\0" in text:
            raise LineBroken("This row holds a NUL byte, which is no text.")
        if self.count > MOST_LINES_OF_A_ROW:
            raise LineBroken(f"A quote opens here and does not close within {MOST_LINES_OF_A_ROW} lines.")
        return text

    def skip_line(self) -> int:
        skipped = 0
        while more := self.file.readline(LONGEST_LINE_BYTES):
            skipped += len(more)
            if more.endswith(b"\n"):
                break
        return skipped


def read_rows(file: IO[bytes], delimiter: str, *, offset: int = 0, number: int = 1) -> Iterator[Row | Unreadable]:
    """The rows of a UTF-8 file from the byte `offset` on, whose first row has this number.

    A row that cannot be read costs its own first line only: the next row is the line after it. Empty lines are
    counted, not given.
    """
    file.seek(offset)
    lines = Lines(file, offset)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, LineBroken) as error:
            after = lines.after_first
            yield Unreadable(number, explain(error), lines.first.strip(), after)
            file.seek(after)
            lines.begin_row(after)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        else:
            if cells:
                yield wide(number, cells, lines)
            lines.begin_row(lines.offset)
        number += 1


def wide(number: int, cells: list[str], lines: Lines) -> Row | Unreadable:
    if len(cells) > MOST_COLUMNS:
        reason = f"This row has {len(cells)} cells; at most {MOST_COLUMNS} are read."
        return Unreadable(number, reason, lines.first.strip(), lines.offset)
    return Row(number, cells, lines.offset)


def explain(error: Exception) -> str:
    if isinstance(error, LineBroken):
        return str(error)
    if "field larger" in str(error):
        return f"A cell of this row is longer than {csv.field_size_limit():,} characters. Is a quote missing?"
    return "The quotes of this row do not match. A quote inside a cell is written twice."


def find_shape(file: IO[bytes], *, encoding: str, delimiter: str = "", has_headings: bool | None = None) -> Shape:
    """How the kept file is written; what is given is not guessed.

    Raises:
        InvalidInput: nothing in it can be read as a row.
    """
    file.seek(0)
    first_line = file.readline(LONGEST_LINE_BYTES).decode("utf-8", "replace")
    said = first_line.strip().lower().removeprefix("sep=") if first_line.lower().startswith("sep=") else ""
    offset = len(first_line.encode()) if said in DELIMITERS else 0
    delimiter = delimiter or (said if offset else guess_delimiter(file))
    number = 2 if offset else 1
    sample = readable(file, delimiter, offset=offset, number=number)
    if not sample:
        raise InvalidInput({"file": "No row of this file can be read as CSV. Save it again as CSV in UTF-8."})
    first = sample[0]
    headed = looks_headed(sample) if has_headings is None else has_headings
    widths = [len(row.cells) for row in sample]
    width = max(len(first.cells), max(set(widths), key=widths.count))
    titles = [title.strip()[:200] for title in first.cells] if headed else []
    headings = tuple(titles + [""] * (width - len(titles)))
    if headed:
        return Shape(delimiter, headings, True, first.after, first.number + 1, encoding)
    return Shape(delimiter, headings, False, offset, number, encoding)


def readable(
    file: IO[bytes], delimiter: str, *, offset: int = 0, number: int = 1, most: int = SAMPLE_ROWS
) -> list[Row]:
    """The first rows that can be read."""
    found: list[Row] = []
    for looked, row in enumerate(read_rows(file, delimiter, offset=offset, number=number)):
        if isinstance(row, Row) and any(map(str.strip, row.cells)):
            found.append(row)
        if len(found) >= most or looked >= 4 * most:
            break
    return found


def guess_delimiter(file: IO[bytes]) -> str:
    """The separator under which most rows of the sample have the same number of cells, and more than one."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(row.cells) for row in readable(file, delimiter)]
        if not widths:
            return (0.0, 0)
        usual = max(set(widths), key=widths.count)
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)

    best = max(DELIMITERS, key=score)
    return best if score(best)[1] > 1 else DELIMITERS[0]


def looks_headed(sample: list[Row]) -> bool:
    """Headings hold no address; a file of one row that holds none is headings without people."""
    return not any(is_address(cell) for cell in sample[0].cells)


def is_address(cell: str) -> bool:
    if "@" not in cell or len(cell) > 400:  # noqa: PLR2004  longer than any address with a name
        return False
    try:
        check_address(bare_address(cell))
    except AddressInvalid:
        return False
    return True


def bare_address(cell: str) -> str:
    """The address alone, out of `Ada <ada@example.test>` and `mailto:ada@example.test`."""
    text = cell.strip()
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip()
    return text[7:] if text[:7].lower() == "mailto:" else text
