"""Zip archives opened with their limits: how many entries, how large unpacked, how tightly packed. Nothing is written.

Names stay names: nothing here makes a path of them, so that no archive reaches outside itself.
"""

import io
import lzma
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Protocol

from emails.errors import ArticleBroken

ZIP = b"PK\x03\x04"
"""The first bytes of every zip archive."""

MAX_ENTRIES = 10_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
"""How often larger than packed an entry may be; text packs to a tenth, the most even of tables to a fortieth."""

SMALL = 1024 * 1024
"""Entries up to this size may be packed as tightly as they like."""

_FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, ValueError, RuntimeError, OSError, EOFError, KeyError)
"""What a broken archive, or one packed in a way that is not known here, raises when it is opened or read."""


class Archive(Protocol):
    """Named files, read one by one: a zip archive, or a folder. `packed` says which."""

    packed: bool

    def names(self) -> list[str]:
        """The files in the order of their names, parts joined by `/`."""

    def read(self, name: str, most: int) -> bytes:
        """A file's bytes. Raises: ArticleBroken when it is missing, broken or larger than `most`."""


class ZipArchive:
    """A zip archive in memory."""

    packed = True

    def __init__(self, data: bytes) -> None:
        """Raises: ArticleBroken for what is no zip archive or unpacks to too much."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = [entry for entry in self._zip.infolist() if not entry.is_dir()]
        except _FAULTS as wrong:
            raise ArticleBroken("It begins as a zip archive but is broken. Save or export it again.") from wrong
        _refuse_bomb(entries)
        self._entries = {entry.filename: entry for entry in entries}

    def names(self) -> list[str]:
        return sorted(self._entries)

    def read(self, name: str, most: int) -> bytes:
        entry = self._entries.get(name)
        if entry is None:
            raise ArticleBroken(f"“{name}” is missing. Export it again.", place=name)
        if entry.flag_bits & 0x1:
            raise ArticleBroken(f"“{name}” is locked with a password. Save it without one.", place=name)
        refuse_size(name, entry.file_size, most)
        try:
            with self._zip.open(entry) as file:
                return file.read(most + 1)[:most]
        except _FAULTS as wrong:
            raise ArticleBroken(f"“{name}” in the archive is broken. Save or export it again.", place=name) from wrong


def refuse_size(name: str, size: int, most: int) -> None:
    """Raises: ArticleBroken when a file is larger than `most` bytes."""
    if size > most:
        raise ArticleBroken(
            f"“{name}” is {size / 1_000_000:.1f} MB, the limit is {most / 1_000_000:.1f} MB. Split it.", place=name
        )


def ending_of(name: str) -> str:
    """The ending of a file's name in small letters, with its dot."""
    return PurePosixPath(name).suffix.lower()


def is_clutter(name: str) -> bool:
    """Files that programs put beside the author's: hidden ones, and those of a Mac."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise ArticleBroken(f"The archive holds {len(entries):,} files, the limit is {MAX_ENTRIES:,}. Split it.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise ArticleBroken(
            f"The archive unpacks to {unpacked / 1_000_000:,.0f} MB, the limit is {MAX_UNPACKED / 1_000_000:.0f} MB. "
            "Split it, or make its pictures smaller."
        )
    for entry in entries:
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > SMALL and ratio > MAX_RATIO:
            raise ArticleBroken(
                f"“{entry.filename}” unpacks to {ratio:,.0f} times its size, the limit is {MAX_RATIO} times. "
                "No article packs so tightly; save it again.",
                place=entry.filename,
            )
