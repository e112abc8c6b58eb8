"""Which addresses of one file were met before: a small file beside it, so that memory stays flat however long it is.

Not in the database: it is needed while the file is read, and each page's marks carry the byte where the page begins.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

CACHE_KIB = 4096
HEX_DIGITS = 15


class Seen:
    """Addresses by their hash. What a page marked and was then not committed is forgotten by `back_to`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def back_to(self, offset: int) -> None:
        """Forgets what was marked from the byte `offset` on."""
        (last,) = self.connection.execute("SELECT max(at) FROM page").fetchone()
        if last is not None and last >= offset:
            self.connection.execute("DELETE FROM seen WHERE at >= ?", (offset,))
            self.connection.execute("DELETE FROM page WHERE at >= ?", (offset,))

    def mark(self, hashes: Sequence[str], offset: int) -> set[str]:
        """Marks these hashes, all different, for the page at `offset`; returns those met on earlier pages."""
        if not hashes:
            return set()
        numbers = {int(one[:HEX_DIGITS], 16): one for one in hashes}
        page = json.dumps(sorted(numbers))
        self.connection.execute("INSERT OR IGNORE INTO page VALUES (?)", (offset,))
        fresh = self.connection.execute("INSERT OR IGNORE INTO seen SELECT value, ? FROM json_each(?)", (offset, page))
        if fresh.rowcount == len(numbers):
            return set()
        met = self.connection.execute(
            "SELECT h FROM json_each(?) j CROSS JOIN seen ON h = j.value WHERE at <> ?", (page, offset)
        )
        return {numbers[number] for (number,) in met}


@contextmanager
def seen_in(path: Path, *, since: int) -> Iterator[Seen]:
    """The marks up to the byte `since`, and those of one page more; written when the block ends well."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # One process at a time has it (the import's row is locked): no memory is shared, as file servers cannot.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE IF NOT EXISTS seen (h INTEGER PRIMARY KEY, at INTEGER NOT NULL)")
        connection.execute("CREATE TABLE IF NOT EXISTS page (at INTEGER PRIMARY KEY)")
        seen = Seen(connection)
        seen.back_to(since)
        yield seen
        connection.execute("END")
    finally:
        connection.close()
