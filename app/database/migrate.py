"""Brings a database to the newest schema (or back), through Alembic without an ini file."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def alembic_config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("app.database") / "migrations"))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrades to `revision`; every step is one transaction, so a failed one changes nothing."""
    command.upgrade(alembic_config(engine), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    command.downgrade(alembic_config(engine), revision)


def is_current(engine: Engine) -> bool:
    """Whether the schema is the one that this code was written for."""
    newest = ScriptDirectory.from_config(alembic_config(engine)).get_current_head()
    return current_revision(engine) == newest


def current_revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def knows_revision(engine: Engine, revision: str) -> bool:
    """Whether this code can make a schema of `revision`; one of a newer version it does not know."""
    script = ScriptDirectory.from_config(alembic_config(engine))
    return any(one.revision == revision for one in script.walk_revisions())
