"""Opens the house for one command: the settings in force, a database that is there and has this version's schema."""

import click

from app.cli.settings import settings_from
from app.config import Settings
from app.database.away import DATABASE_AWAY
from app.database.migrate import is_current
from app.database.session import init_database
from app.startup import open_house


def opened_house() -> Settings:
    """Raises: click.ClickException with what to do where there is nothing to open."""
    settings = settings_from()
    if not settings.database_url and not (settings.data / "letterwright.db").exists():
        raise click.ClickException(
            f"There is no Letterwright in {settings.data}. Start it with `letterwright up`, "
            "or set LETTERWRIGHT_DATA to its data folder."
        )
    try:
        if not is_current(init_database(settings)):
            raise click.ClickException(
                "The database's schema is another version's. Run `letterwright migrate`, or `letterwright up`."
            )
        open_house(settings)
    except DATABASE_AWAY as error:
        raise click.ClickException(f"The database does not answer: {error}") from error
    return settings
