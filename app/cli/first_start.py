"""`letterwright first-start`: what `up` does before the doors open. Its stdout is what the owner is told."""

import click

from app.cli.settings import settings_from
from app.database.migrate import migrate
from app.database.session import init_database, transaction
from app.demo.seed import seed_demo
from app.services.users import ensure_first_owner
from app.startup import open_house


@click.command(name="first-start", hidden=True)
@click.option("--demo/--no-demo", default=True)
def command(*, demo: bool) -> None:
    """Migrate, open the house once, let its first owner in, and fill an empty house with the demo."""
    settings = settings_from()
    migrate(init_database(settings))
    open_house(settings)
    with transaction() as session:
        path = ensure_first_owner(session)
        if demo:
            seed_demo(session, settings)
    if path:
        click.echo(f"Sign in, once, at {settings.url}{path}")
