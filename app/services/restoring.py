"""Brings a backup into an empty house, or in the place of another, which is kept aside. All or nothing.

The caller holds the data folder's lock, so that nothing runs in it meanwhile.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from shutil import rmtree

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.config import Settings
from app.database.engine import make_engine
from app.database.migrate import knows_revision, migrate
from app.database.pooler import stands_between
from app.database.statements import statements_for
from app.database.tables import DATABASE_FAILED, Building, is_empty, whole_tables, why
from app.errors import Unavailable, WrongState
from app.models import Message
from app.services import audit
from app.services.backup_file import SECRET, UNCHANGED, BackupRefused, Manifest, newer, read_backup
from app.services.backups import files_in, fingerprints, private_file
from app.services.standstill import bring_to_a_stand

STAGE = ".restoring"
HOST_ID = "host-id"
IDS_AHEAD = 1_000_000_000
"""More letters than any house sends between a backup and its restore."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `kept` names where the old database and the old files of the folder are now.

    `secret_differs`: the secret in force is not the one that the letters of this house were signed with.
    """

    manifest: Manifest
    held: int
    kept: tuple[str, ...]
    secret_differs: bool


def restore(file: Path, manifest: Manifest, settings: Settings, *, replace: bool = False) -> Restored:
    """Restores `file`, whose checked manifest is given; every campaign that had work comes back held.

    Raises:
        BackupRefused: a newer version made it.
        WrongState: there is a house already and `replace` was not said, or somebody still uses its database.
        Unavailable: it cannot be written. Whatever is raised, nothing was changed.
    """
    aside = f"before-restore-{now():%Y%m%dT%H%M%S}"
    target = make_engine(settings.database)
    try:
        check_target(target, file, manifest, replace=replace)
        with whole_tables(settings.database).building(settings.database) as new, staging(settings):
            migrate(new.engine, manifest.schema_revision)
            fill(new, file, manifest, settings)
            new.finish()
            migrate(new.engine)
            held = settle(new.engine, manifest)
            with swapped(manifest, settings, settings.data / aside) as moved_aside:
                kept = new.move_in(aside)
    except OSError as error:
        raise Unavailable(f"The backup could not be restored ({error.strerror}). {UNCHANGED}") from error
    except DATABASE_FAILED as error:
        raise Unavailable(f"The database could not be restored ({why(error)}). {UNCHANGED}") from error
    finally:
        target.dispose()
    in_force = fingerprints(settings)
    return Restored(
        manifest=manifest,
        held=held,
        kept=tuple(str(one) for one in (kept, settings.data / aside if moved_aside else None) if one),
        secret_differs=not set(manifest.secrets) <= set(in_force),
    )


def check_target(target: Engine, file: Path, manifest: Manifest, *, replace: bool) -> None:
    if not knows_revision(target, manifest.schema_revision):
        raise BackupRefused(newer(file, manifest))
    if not is_empty(target) and not replace:
        raise WrongState(
            "There is a Letterwright in this database already. Restore into an empty one, or say --replace: "
            f"the old one is then kept aside. {UNCHANGED}"
        )
    if stands_between(target):
        raise WrongState(
            "A pooler (such as PgBouncer) stands before this database, and a restore builds its tables past it. Stop "
            f"the pooler, and name PostgreSQL itself in DATABASE_URL for this command. {UNCHANGED}"
        )
    others = whole_tables(target.dialect.name).others_connected(target)
    if others:
        raise WrongState(
            f"{others} other connections to this database are open. Stop every `letterwright serve` and "
            f"`letterwright work` on all machines first. {UNCHANGED}"
        )


def fill(new: Building, file: Path, manifest: Manifest, settings: Settings) -> None:
    """Reads the backup a second time, now to keep it: tables in the new database, files beside their places.

    Raises:
        BackupRefused: a table does not have as many rows as the manifest says.
    """
    tables = {table.name: table for table in manifest.tables}
    loaded = dict.fromkeys(tables, 0)
    for folder, members in groupby(read_backup(file), key=lambda member: member[0].rpartition("/")[0]):
        if folder.startswith("database/"):
            table = tables[folder.removeprefix("database/")]
            loaded[table.name] = new.load(table.shape, (data for _name, data in members))
            continue
        for name, data in members:
            place = place_of(name, settings)
            if place is not None:
                with private_file(staged(place)) as stream:
                    stream.write(data)
    short = [table.name for table in manifest.tables if loaded[table.name] != table.rows]
    if short:
        raise BackupRefused(f"{file} is damaged: {short[0]} has not all of its rows. {UNCHANGED}")


def place_of(name: str, settings: Settings) -> Path | None:
    """Where a member of the backup belongs in the data folder; None for the manifest and what no version writes."""
    folder, _slash, plain = name.rpartition("/")
    if name == SECRET:
        return settings.secret_file
    places = {"uploads": settings.uploads, "journals": settings.journals}
    return None if folder not in places or plain.startswith(".") else places[folder] / plain


def staged(place: Path) -> Path:
    """Where a file waits, on the same disk as its place, until everything is there."""
    folder = place.parent / STAGE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / place.name


@contextmanager
def staging(settings: Settings) -> Iterator[None]:
    stages = [folder / STAGE for folder in (settings.data, settings.uploads, settings.journals)]
    for stage in stages:
        rmtree(stage, ignore_errors=True)
    try:
        yield
    finally:
        for stage in stages:
            rmtree(stage, ignore_errors=True)


@contextmanager
def swapped(manifest: Manifest, settings: Settings, aside: Path) -> Iterator[bool]:
    """Moves the old files aside and the new ones in, and all of it back should the block fail.

    Tells whether there were old ones. Pictures stay, and more come: each is named by what is in it.
    """
    old = [settings.data / HOST_ID, *files_in(settings.journals)]
    if manifest.has_secret:
        old.append(settings.secret_file)
    new = [place for name in manifest.members if (place := place_of(name, settings))]
    with ExitStack() as undo:
        for path in filter(Path.exists, old):
            kept = aside / path.relative_to(settings.data)
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.rename(kept)
            undo.callback(kept.rename, path)
        for place in new:
            was_there = place.exists()
            staged(place).replace(place)
            if not was_there:
                undo.callback(place.unlink)
        yield aside.exists()
        undo.pop_all()


def settle(engine: Engine, manifest: Manifest) -> int:
    with Session(engine, expire_on_commit=False) as session, session.begin():
        held = bring_to_a_stand(session, manifest.made_at)
        # Letters sent since the backup carry ids it does not know; their links must never open somebody else's.
        newest = session.scalar(select(func.max(Message.id))) or 0
        statements_for(session).number_messages_beyond(session, newest + IDS_AHEAD)
        facts = {"made_at": manifest.made_at.isoformat(), "version": manifest.version, "held": held}
        audit.record(session, "house.restored", None, facts=facts)
        return held
