"""Makes a backup while everything runs: database, uploads, journals and the secret in one file.

Not in it: the queue and the inbox, which are made again, and `host-id`, since a restored folder is another host.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO

from app.clock import now
from app.config import Settings
from app.database.migrate import current_revision
from app.database.session import engine
from app.database.table_text import shapes
from app.database.tables import DATABASE_FAILED, whole_tables, why
from app.errors import InvalidInput, Unavailable
from app.services.backup_file import FORMAT, SECRET, Manifest, writing


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written. `lacks_secret`: it is given by the environment, and must be kept beside the file."""

    manifest: Manifest
    size: int
    lacks_secret: bool


def make_backup(file: Path, settings: Settings, *, force: bool = False) -> Backup:
    """Writes the backup under another name first, so that `file` is a whole one at every moment.

    Raises:
        InvalidInput: `file` exists and `force` was not said.
        Unavailable: it cannot be written; nothing was left.
    """
    if file.exists() and not force:
        raise InvalidInput({"": f"{file} exists. Choose another name, or say --force to replace it."})
    try:
        with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=f".{file.name}.") as name:
            scratch = Path(name)
            unfinished = scratch / "unfinished"
            with private_file(unfinished) as stream:
                manifest = write_backup(stream, scratch, settings)
            size = unfinished.stat().st_size
            unfinished.replace(file)
            sync_folder(file.absolute().parent)
    except OSError as error:
        raise Unavailable(f"The backup {file} could not be written ({error.strerror}). Nothing was left.") from error
    except DATABASE_FAILED as error:
        raise Unavailable(f"The database could not be read for a backup ({why(error)}). Nothing was left.") from error
    return Backup(manifest, size, lacks_secret=not manifest.has_secret)


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file for its owner only; on the disk when the block ends well."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_backup(stream: IO[bytes], scratch: Path, settings: Settings) -> Manifest:
    database = engine()
    with ExitStack() as stack:
        # Opened before the snapshot and read after it: what the database does not know yet, they do.
        journals = {path.name: stack.enter_context(path.open("rb")) for path in files_in(settings.journals)}
        read_table = stack.enter_context(whole_tables(settings.database).snapshot(database, scratch))
        made_at = now()
        backup = stack.enter_context(writing(stream))
        for shape in shapes():
            backup.add_table(shape, read_table(shape))
        # After the rows that name them: a picture is written before its row, and never changed.
        for path in files_in(settings.uploads):
            backup.add(f"uploads/{path.name}", path.read_bytes())
        for name, journal in journals.items():
            backup.add(f"journals/{name}", journal.read())
        if not settings.given_secret:
            backup.add(SECRET, settings.secret.encode())
        return backup.seal(
            Manifest(
                format=FORMAT,
                version=version("letterwright"),
                schema_revision=current_revision(database) or "",
                database=database.dialect.name,
                made_at=made_at,
                secrets=fingerprints(settings),
            )
        )


def files_in(folder: Path) -> list[Path]:
    """The finished files of a folder, if it is there; those that are being written begin with a dot."""
    try:
        return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    except FileNotFoundError:
        return []


def fingerprints(settings: Settings) -> tuple[str, ...]:
    """Of every secret that links may be signed with, the present one first; they tell nothing of the secrets."""
    return tuple(fingerprint(secret) for secret in (settings.secret, *settings.secret_previous))


def fingerprint(secret: str) -> str:
    return hashlib.blake2b(secret.encode(), digest_size=16, person=b"lw-backup").hexdigest()
