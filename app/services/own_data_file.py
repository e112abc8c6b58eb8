"""The file in which somebody takes their data home: one JSON document, and each part of it as a table."""

import csv
import json
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

from app.services.csv_cells import harmless

Row = Mapping[str, object]


def pack(parts: Mapping[str, Sequence[Row]]) -> bytes:
    """A zip with data.json and, for every part, a CSV of the same name."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(parts, ensure_ascii=False, indent=2))
        for name, rows in parts.items():
            file.writestr(f"{name}.csv", table(rows))
    return packed.getvalue()


def table(rows: Sequence[Row]) -> str:
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    writer.writerow(map(harmless, columns))
    for row in rows:
        writer.writerow([harmless(cell(row.get(name, ""))) for name in columns])
    return written.getvalue()


def cell(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
