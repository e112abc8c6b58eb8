"""Tables as CSV files to download: written as they are read, no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator

from flask import Response

from app.services.csv_cells import harmless


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
        writer.writerow([as_text(cell) for cell in row])
        yield held.getvalue()
        held.seek(0)
        held.truncate()


def as_text(cell: object) -> str:
    """Words so that no spreadsheet runs them; numbers stay numbers, also below zero."""
    return harmless(cell) if isinstance(cell, str) else "" if cell is None else str(cell)
