"""`letterwright migrate`: brings the database to the newest schema."""

import click

from app.cli.settings import settings_from
from app.database.migrate import is_current, migrate
from app.database.session import init_database


@click.command(name="migrate")
def command() -> None:
    """Bring the database to the newest schema. Doing it again changes nothing."""
    engine = init_database(settings_from())
    if is_current(engine):
        click.echo("The database has the newest schema already.")
        return
    migrate(engine)
    click.echo("The database has the newest schema now.")
