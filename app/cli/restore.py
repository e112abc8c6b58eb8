"""`letterwright restore`: a backup becomes a house again, in which nothing leaves by itself."""

import sys
from pathlib import Path

import click

from app.cli.settings import settings_from
from app.embedded.folder import StartRefused, locked
from app.services.backup_file import check_backup
from app.services.restoring import Restored, restore


@click.command(name="restore")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), help="Data folder (LETTERWRIGHT_DATA, ./data).")
@click.option("--replace", is_flag=True, help="Put it in the place of what is there, which is kept aside.")
@click.option("--yes", is_flag=True, help="Do not ask before --replace.")
def command(file: Path, data: Path | None, *, replace: bool, yes: bool) -> None:
    """Restore FILE into an empty database and data folder. Stop every part of Letterwright first.

    Campaigns that were on their way come back held: look at each, then resume or cancel it.
    """
    settings = settings_from(data=data)
    manifest = check_backup(file)
    try:
        with locked(settings.data):
            if replace and not yes:
                ask()
            tell(restore(file, manifest, settings, replace=replace))
    except StartRefused as error:
        raise click.ClickException(str(error)) from error


def ask() -> None:
    if not sys.stdin.isatty():
        raise click.ClickException("--replace asks before it acts; say --yes where nobody can answer.")
    click.confirm("Put the backup in the place of the database and files that are there?", abort=True, err=True)


def tell(restored: Restored) -> None:
    manifest = restored.manifest
    people, campaigns = manifest.rows_in("subscriber"), manifest.rows_in("campaign")
    made_at = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
    click.echo(f"Restored the backup of {made_at}. Subscribers: {people:,}; campaigns: {campaigns:,}.", err=True)
    if restored.held:
        click.echo(f"Campaigns held: {restored.held}. Look at each before you resume it.", err=True)
    for place in restored.kept:
        click.echo(f"What was there before is kept in {place}", err=True)
    if restored.secret_differs:
        click.echo(
            "The secret in force is not the one of this backup, so links in letters already sent do not work. "
            "Set LETTERWRIGHT_SECRET to the old one, or add it to LETTERWRIGHT_SECRET_PREVIOUS.",
            err=True,
        )
