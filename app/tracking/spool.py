"""Where a web process writes down openings and clicks: a file of its own, one write a line.

What was written outlives the process, also `kill -9`; the database may be away. A lock on the file says that its writer
lives. The flusher (`workers/spooled.py`) reads it, and deletes it once its writer is gone or has begun another.
"""

import fcntl
import logging
import os
import secrets
import threading
import time
from pathlib import Path

from app.queries.spool import MAGIC, SUFFIX

log = logging.getLogger(__name__)

VERSION = 1
LARGEST_FILE = 16 * 1024 * 1024
OLDEST_SECONDS = 600.0
TRY_AGAIN_SECONDS = 5.0


class Spool:
    """One process's file, begun with its first line. Threads may share it; a process forked from it begins its own."""

    def __init__(self, folder: Path, *, largest: int = LARGEST_FILE, oldest_seconds: float = OLDEST_SECONDS) -> None:
        self.folder = folder
        self._largest = largest
        self._oldest_seconds = oldest_seconds
        self._lock = threading.Lock()
        self._file = -1
        self._pid = 0
        self._size = 0
        self._until = 0.0
        self._torn = False
        self._not_before = 0.0

    def keep(self, line: bytes) -> bool:
        """Appends one whole line; False where the disk refused, which no reader is punished for."""
        with self._lock:
            moment = time.monotonic()
            if moment < self._not_before:
                return False
            try:
                self._write(line, moment)
            except OSError as error:
                self._not_before = moment + TRY_AGAIN_SECONDS
                log.error("openings and clicks are not kept: %s cannot be written (%s)", self.folder, error)  # noqa: TRY400
                return False
            return True

    def close(self) -> None:
        """Lets go of the file, so that the flusher may delete it once read."""
        with self._lock:
            self._let_go()

    def _write(self, line: bytes, moment: float) -> None:
        if self._file < 0 or self._size >= self._largest or moment >= self._until or self._pid != os.getpid():
            self._begin(moment)
        whole = b"\n" + line if self._torn else line
        written = os.write(self._file, whole)
        self._size += written
        self._torn = written != len(whole)
        if self._torn:
            raise OSError("no room")

    def _begin(self, moment: float) -> None:
        self._let_go()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns() // 1_000_000:x}-{secrets.token_hex(8)}"
        fresh = self.folder / f".{name}"
        file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            header = f"{MAGIC} {VERSION} pid={os.getpid()} host={os.uname().nodename}\n".encode("ascii", "replace")
            if os.write(file, header) != len(header):
                raise OSError("no room")  # noqa: TRY301  caught to close the file
            fresh.rename(self.folder / f"{name}{SUFFIX}")  # under its name it is never seen without lock and header
        except OSError:
            os.close(file)
            fresh.unlink(missing_ok=True)
            raise
        self._file, self._pid, self._size, self._torn = file, os.getpid(), len(header), False
        self._until = moment + self._oldest_seconds

    def _let_go(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
