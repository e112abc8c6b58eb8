"""`letterwright import`: brings the people of CSV files onto a list, or says what bringing them in would do."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from app.cli.house import opened_house
from app.config import Settings
from app.database.session import has_one_writer, reading, transaction
from app.errors import InvalidInput, Refused
from app.models import Existing, ImportBatch, ImportStatus
from app.services import imports
from app.services.import_ahead import ReadAhead
from app.services.import_files import rejected_rows
from app.services.import_mapping import FIELD, TARGETS, plain
from app.services.import_pages import take_next_page
from app.services.lists import list_named

ONLY_LOOKING = "Nobody agreed to anything: this is a look only."
MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was given."""

    list_name: str
    basis: str
    columns: Mapping[str, str]
    existing: Existing
    dry_run: bool


@click.command(name="import")
@click.argument("names", nargs=-1, required=True, metavar="LIST FILE...")
@click.option("--list", "list_name", metavar="NAME", help="The list; then every argument is a file.")
@click.option("--basis", metavar="TEXT", help="How these people agreed and confirmed it; kept as proof.")
@click.option("--map", "pairs", multiple=True, metavar="COLUMN=FIELD", help="What a column is, by heading or number.")
@click.option("--overwrite", is_flag=True, help="Let the file replace details of people who are here already.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document a file and nothing else.")
def command(
    names: tuple[str, ...], list_name: str | None, basis: str | None, pairs: tuple[str, ...], **flags: bool
) -> None:
    """Bring the people of each CSV FILE onto LIST, as confirmed. Nobody who left is brought back.

    FIELD is one of email, name, first_name, last_name, language, agreed_at, status, left_at, stopped, wanted; or
    field.NAME for one of your own; or nothing, to leave the column out.
    """
    files = names if list_name else names[1:]
    if not files:
        raise click.UsageError("Name the list, then the files: letterwright import LIST FILE... --basis TEXT")
    if not basis and not flags["dry_run"]:
        raise click.UsageError("Say with --basis how these people agreed, or use --dry-run to look only.")
    existing = Existing.OVERWRITE if flags["overwrite"] else Existing.FILL
    asked = Asked(list_name or names[0], basis or ONLY_LOOKING, pairs_of(pairs), existing, flags["dry_run"])
    settings = opened_house()
    failed = [bring_in(settings, Path(file), asked, as_json=flags["as_json"], several=len(files) > 1) for file in files]
    if not all(failed):
        sys.exit(1)


def pairs_of(pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        column, equals, target = pair.rpartition("=")
        if not equals or not column:
            raise click.UsageError(f"--map {pair}: write COLUMN=FIELD, for example Vorname=first_name.")
        if target and target not in TARGETS and not target.startswith(FIELD):
            raise click.UsageError(
                f"--map {pair}: there is no field {target}. There are: {', '.join(TARGETS)}, field.NAME"
            )
        found[column] = target
    return found


def bring_in(settings: Settings, file: Path, asked: Asked, *, as_json: bool, several: bool) -> bool:
    """One file; whether it went well. Of several, one that is refused does not stop the others."""
    try:
        told = taken(settings, file, asked)
    except Refused as refusal:
        if not several:
            raise
        click.echo(f"{file}: {refusal}", err=True)
        if as_json:
            click.echo(json.dumps({"file": str(file), "error": str(refusal)}, ensure_ascii=False))
        return False
    if as_json:
        document = {"file": str(file), **told} if several else told
        click.echo(json.dumps(document, ensure_ascii=False, indent=None if several else 2))
    else:
        tell(told, dry_run=asked.dry_run)
    return True


def taken(settings: Settings, file: Path, asked: Asked) -> dict[str, Any]:
    with reading() as session:
        list_id = list_named(session, asked.list_name).id
    try:
        with file.open("rb") as source:
            received = imports.receive(source, file.name, settings.imports)
    except OSError as error:
        raise InvalidInput({"": f"{file} cannot be read: {error.strerror}."}) from error
    with transaction() as session:
        batch = imports.create_import(session, received, user_id=None)
        import_id = batch.id
    try:
        with transaction() as session:
            imports.choose_columns(session, import_id, with_chosen(batch, asked.columns))
            imports.choose_lists(session, import_id, [list_id], basis=asked.basis, existing=asked.existing)
            (imports.check if asked.dry_run else imports.start)(session, import_id)
    except Refused:
        forget(settings, import_id)
        raise
    return read_through(settings, import_id, asked)


def with_chosen(batch: ImportBatch, columns: Mapping[str, str]) -> dict[str, str]:
    """The guessed mapping, with what --map says on top. Raises InvalidInput for a column that is not there."""
    headings = batch.shape["headings"]
    mapping: dict[str, str] = dict(batch.mapping)
    for column, target in columns.items():
        places = [place for place, title in enumerate(headings) if plain(title) == plain(column)]
        if not places and column.isdigit() and 1 <= int(column) <= len(headings):
            places = [int(column) - 1]
        if not places:
            there = ", ".join(filter(None, headings)) or f"1 to {len(headings)}"
            raise InvalidInput({"map": f"There is no column “{column}”. There are: {there}."})
        mapping = {place: "" if one == target else one for place, one in mapping.items()}
        mapping[str(places[0])] = target
    return mapping


def read_through(settings: Settings, import_id: int, asked: Asked) -> dict[str, Any]:
    """Takes every page here and now; where this is stopped, the workers go on with what was started."""
    more, whole = True, 1
    with reading() as session:
        whole = max(1, imports.get_import(session, import_id).size)
    shown = click.progressbar(length=whole, label="Reading", file=sys.stderr, hidden=not sys.stderr.isatty())
    with shown as bar, ReadAhead() as thread:
        ahead = None if has_one_writer() else thread
        while more:
            with transaction() as session:
                more = take_next_page(session, import_id, settings.imports, ahead=ahead)
                bar.update(imports.get_import(session, import_id).cursor - bar.pos)
    with reading() as session:
        batch = imports.get_import(session, import_id)
        size = int(batch.report["rejected_size"])
        told = imports.document(batch, list(rejected_rows(imports.kept_of(batch, settings.imports), size=size)))
    if asked.dry_run:
        forget(settings, import_id)
    if batch.status == ImportStatus.FAILED:
        raise InvalidInput({"": batch.trouble})
    return told


def forget(settings: Settings, import_id: int) -> None:
    with transaction() as session:
        batch = imports.cancel(session, import_id, settings.imports)
        imports.kept_of(batch, settings.imports).forget()


def tell(told: Mapping[str, Any], *, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    click.echo(
        f"{told['source']}: {told['rows']} rows, {told['created']} {would}created, {told['updated']} {would}updated, "
        f"{told['unchanged']} unchanged, {sum(told['skipped'].values())} left alone, {len(told['rejected'])} rejected"
    )
    for reason, count in told["skipped"].items():
        click.echo(f"  left alone: {count} {reason}")
    for one in told["rejected"][:MOST_TOLD]:
        click.echo(f"  row {one['row']}: {one['reason']}", err=True)
    if len(told["rejected"]) > MOST_TOLD:
        click.echo(f"  and {len(told['rejected']) - MOST_TOLD} rows more; --json names all of them", err=True)
