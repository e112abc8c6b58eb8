"""The files of an import in DATA/imports: the copy that is read, the rows that were turned away, the addresses met.

The copy goes when the import has ended; what was turned away can be fetched for a month.
"""

import csv
import io
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from app.errors import Unavailable
from app.services.csv_cells import harmless
from app.services.import_mapping import Left
from app.services.import_reading import transcode

BESIDE = (".seen", ".seen-wal", ".seen-shm")


@dataclass(frozen=True, slots=True)
class Kept:
    """Where one import keeps its files."""

    folder: Path
    name: str

    @property
    def copy(self) -> Path:
        return self.folder / f"{self.name}.csv"

    @property
    def seen(self) -> Path:
        return self.folder / f"{self.name}.seen"

    @property
    def rejected(self) -> Path:
        return self.folder / f"{self.name}.rejected"

    def forget_copy(self) -> None:
        self.copy.unlink(missing_ok=True)
        for ending in BESIDE:
            (self.folder / f"{self.name}{ending}").unlink(missing_ok=True)

    def forget(self) -> None:
        self.forget_copy()
        self.rejected.unlink(missing_ok=True)

    def is_older_than(self, moment: datetime) -> bool:
        return self.copy.exists() and self.copy.stat().st_mtime < moment.timestamp()


def keep_file(source: IO[bytes], folder: Path) -> tuple[Kept, str]:
    """Copies an upload as UTF-8, a block at a time; where it lies, and the encoding it was in.

    Raises:
        InvalidInput: it is empty, too large or no text. Nothing stays.
        Unavailable: the folder cannot be written to.
    """
    kept = Kept(folder, secrets.token_hex(16))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with kept.copy.open("xb") as target:
            encoding = transcode(source, target)
    except OSError as error:
        kept.forget()
        raise Unavailable(f"The file could not be kept in {folder} ({error.strerror}). Is the disk full?") from error
    except BaseException:
        kept.forget()
        raise
    return kept, encoding


def note_rejected(kept: Kept, rows: Sequence[Left], *, size: int) -> int:
    """Adds rows to those turned away; what stands beyond the committed `size` belongs to a page that was lost."""
    if not rows:
        return size
    with kept.rejected.open("ab") as file:
        file.truncate(size)
        for row in rows:
            file.write(json.dumps([row.number, row.reason, row.value]).encode() + b"\n")
        return file.seek(0, io.SEEK_END)


def rejected_rows(kept: Kept, *, size: int) -> Iterator[tuple[int, str, str]]:
    """Row number, reason and value of each row that was turned away."""
    if not size:
        return
    with kept.rejected.open("rb") as file:
        while file.tell() < size and (line := file.readline()):
            number, reason, value = json.loads(line)
            yield number, reason, value


def rejected_csv(kept: Kept, headings: Sequence[str], *, size: int) -> Iterator[str]:
    """The same as the lines of a CSV file that spreadsheets show and do not run."""
    yield "\ufeff" + csv_line(headings)
    for number, reason, value in rejected_rows(kept, size=size):
        yield csv_line([str(number), reason, value])


def csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return line.getvalue()
