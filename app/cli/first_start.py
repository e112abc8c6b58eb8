"""`letterwright first-start`: what `up` does before the doors open. Its stdout is what the owner is told."""

import click

from app.cli.settings import settings_from
from app.database.migrate import migrate
from app.database.session import init_database
from app.startup import open_house


@click.command(name="first-start", hidden=True)
@click.option("--demo/--no-demo", default=True)
def command(*, demo: bool) -> None:  # noqa: ARG001  for the demo
    """Migrate, and open the house once."""
    settings = settings_from()
    migrate(init_database(settings))
    open_house(settings)
