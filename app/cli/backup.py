"""`letterwright backup`: everything that cannot be made again, in one file, while everything runs."""

from pathlib import Path

import click

from app.cli.house import opened_house
from app.services.backups import make_backup


@click.command(name="backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def command(file: Path, *, force: bool) -> None:
    """Write database, uploads, journals and keys into FILE. Letters may leave meanwhile.

    Whoever has FILE has the addresses of your readers and the keys of their links: keep it as you keep those.
    """
    made = make_backup(file, opened_house(), force=force)
    people, campaigns = made.manifest.rows_in("subscriber"), made.manifest.rows_in("campaign")
    megabytes = made.size / 1024 / 1024
    click.echo(f"Wrote {file} ({megabytes:,.1f} MB). Subscribers: {people:,}; campaigns: {campaigns:,}.", err=True)
    if made.lacks_secret:
        click.echo(
            "LETTERWRIGHT_SECRET is set in the environment and is not in this file. Keep it too: without it, "
            "the unsubscribe links of letters already sent stop working.",
            err=True,
        )
