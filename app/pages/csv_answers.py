"""Tables as CSV files to download: written as they are read, no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator

from flask import Response

# What spreadsheets would run as a formula; and what would hide one behind it.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_answer(name: str, rows: Iterable[Iterable[object]]) -> Response:
    """`rows` (the first holds the titles) as the file `name`."""
    answer = Response(lines(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        yield held.getvalue()
        held.seek(0)
        held.truncate()


def harmless(cell: object) -> str:
    """The cell so that a spreadsheet shows it instead of running it; numbers stay numbers."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(DANGEROUS) else text
