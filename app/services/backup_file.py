"""The one file of a backup: a gzipped tar whose last member, the manifest, names every other with its checksum.

`database/<table>/<number>` are lines of COPY text; `uploads/`, `journals/` and `secret` are files of the data folder.
"""

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Self

from pydantic import BaseModel, ValidationError

from app.database.table_text import Kind, Shape
from app.errors import Refused

FORMAT = 1
UNCHANGED = "Nothing was changed."
MANIFEST = "manifest.json"
SECRET = "secret"  # noqa: S105  the name of a member, no secret
PART_BYTES = 8 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024
COMPRESSION = 3
"""Of 1 to 9: a third larger than 6, in a third of its time."""


class BackupRefused(Refused):
    """Why a file cannot be restored; nothing was changed."""


class Member(BaseModel):
    size: int
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> Self:
        return cls(size=len(data), sha256=hashlib.sha256(data).hexdigest())


class TableInBackup(BaseModel):
    """A table's columns at the time of the backup, in the order of its lines, and how many lines there are."""

    name: str
    columns: dict[str, Kind]
    rows: int

    @property
    def shape(self) -> Shape:
        return Shape(self.name, self.columns)


class MadeBy(BaseModel):
    """What every version can read of a manifest: the format of the backup and who wrote it."""

    format: int
    version: str


class Manifest(MadeBy):
    """What a backup says of itself. `secrets` are fingerprints of all that its links may be signed with."""

    schema_revision: str
    database: str
    made_at: datetime
    secrets: tuple[str, ...]
    tables: tuple[TableInBackup, ...] = ()
    members: dict[str, Member] = {}

    @property
    def has_secret(self) -> bool:
        return SECRET in self.members

    def rows_in(self, table: str) -> int:
        return sum(one.rows for one in self.tables if one.name == table)


@dataclass(slots=True)
class BackupWriter:
    """Writes members one after the other; made by `writing`."""

    tar: tarfile.TarFile
    tables: list[TableInBackup] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)

    def add(self, name: str, data: bytes) -> None:
        self.members[name] = Member.of(data)
        self.add_unlisted(name, data)

    def add_unlisted(self, name: str, data: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o600
        self.tar.addfile(info, io.BytesIO(data))

    def add_table(self, shape: Shape, lines: Iterable[bytes]) -> None:
        rows = 0
        for number, part in enumerate(in_parts(lines), start=1):
            rows += part.count(b"\n")
            self.add(f"database/{shape.table}/{number:06}", part)
        self.tables.append(TableInBackup(name=shape.table, columns=dict(shape.columns), rows=rows))

    def seal(self, manifest: Manifest) -> Manifest:
        """Completes the manifest by what was written, and writes it as the last member."""
        whole = manifest.model_copy(update={"tables": tuple(self.tables), "members": self.members})
        self.add_unlisted(MANIFEST, whole.model_dump_json(indent=1).encode())
        return whole


@contextmanager
def writing(file: IO[bytes]) -> Iterator[BackupWriter]:
    with (
        gzip.GzipFile(filename="", mode="wb", compresslevel=COMPRESSION, fileobj=file) as stream,
        tarfile.open(mode="w|", fileobj=stream, format=tarfile.PAX_FORMAT) as tar,
    ):
        yield BackupWriter(tar)


def in_parts(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines, gathered to members of a size that memory holds; one at least, so that an empty table is there too."""
    part = bytearray()
    for line in lines:
        part += line
        if len(part) >= PART_BYTES:
            yield bytes(part)
            part.clear()
    yield bytes(part)


def read_backup(file: Path) -> Iterator[tuple[str, bytes]]:
    """Every member's name and bytes, in order.

    Raises:
        BackupRefused: it cannot be read, was cut off, or is damaged.
    """
    try:
        with gzip.open(file) as stream:
            with tarfile.open(mode="r|", fileobj=stream) as tar:
                for member in tar:
                    content = tar.extractfile(member)
                    yield member.name, content.read() if content else b""
            while stream.read(BLOCK_BYTES):  # to its very end: gzip's own checksum stands there
                pass
    except EOFError as error:
        raise BackupRefused(f"{file} ends too early: it was copied or written only in part. {UNCHANGED}") from error
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error) as error:
        raise BackupRefused(f"{file} is no backup of Letterwright, or it is damaged ({error}). {UNCHANGED}") from error
    except OSError as error:
        raise BackupRefused(f"{file} cannot be read ({error.strerror}). {UNCHANGED}") from error


def check_backup(file: Path) -> Manifest:
    """Reads the whole file, compares every checksum, and returns its manifest.

    Raises:
        BackupRefused: it is no backup, it is damaged, or a newer version made it.
    """
    found: dict[str, Member] = {}
    kept: bytes | None = None
    for name, data in read_backup(file):
        if name == MANIFEST:
            kept = data
        else:
            found[name] = Member.of(data)
    if kept is None:
        raise BackupRefused(f"{file} is no backup of Letterwright: it has no manifest. {UNCHANGED}")
    manifest = parse_manifest(kept, file)
    damaged = [name for name in {**manifest.members, **found} if manifest.members.get(name) != found.get(name)]
    if damaged:
        raise BackupRefused(f"{file} is damaged: {damaged[0]} is not as it was written. {UNCHANGED}")
    return manifest


def parse_manifest(kept: bytes, file: Path) -> Manifest:
    try:
        made_by = MadeBy.model_validate_json(kept)
        if made_by.format > FORMAT:
            raise BackupRefused(newer(file, made_by))
        return Manifest.model_validate_json(kept)
    except ValidationError as error:
        sentence = f"{file} is no backup of Letterwright: its manifest cannot be read. {UNCHANGED}"
        raise BackupRefused(sentence) from error


def newer(file: Path, manifest: MadeBy) -> str:
    return (
        f"{file} was made by a newer Letterwright ({manifest.version}) than this one. "
        f"Install that version or a later one, and restore with it. {UNCHANGED}"
    )
