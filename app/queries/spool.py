"""The spool's files of this host: how they are named, how far each is read, and what waits in them.

Written by `tracking/spool`, read by `workers/spooled`; /metrics asks what waits.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

SUFFIX = ".spool"
READ = ".read"
MAGIC = "letterwright-spool"
LONGEST_LINE = 8192


@dataclass(frozen=True, slots=True)
class SpoolFigures:
    """Openings and clicks that are not in the database yet: bytes, and seconds since the oldest came; 0 for none."""

    size: int
    oldest_seconds: float


def spool_figures(folder: Path, moment: datetime) -> SpoolFigures:
    size, oldest = 0, moment.timestamp()
    for path in folder.glob(f"*{SUFFIX}"):
        with suppress(FileNotFoundError), path.open("rb") as file:
            place = place_read(path)
            file.seek(place)
            first = file.readline(LONGEST_LINE)
            if first.startswith(MAGIC.encode()):
                place += len(first)
                first = file.readline(LONGEST_LINE)
            size += max(os.fstat(file.fileno()).st_size - place, 0)
            oldest = min(oldest, came_at(first, moment))
    return SpoolFigures(size, max(moment.timestamp() - oldest, 0.0))


def came_at(line: bytes, moment: datetime) -> float:
    """Seconds since 1970 as the line says (`services/hits`), `moment` where it says none."""
    parts = line.split(b"\t", 2)
    is_told = len(parts) > 1 and parts[1].isdigit() and len(parts[1]) <= len("9999999999999")
    return int(parts[1]) / 1000 if is_told else moment.timestamp()


def place_read(path: Path) -> int:
    """The byte up to which a file's lines are in the database."""
    try:
        return int(path.with_suffix(READ).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0
