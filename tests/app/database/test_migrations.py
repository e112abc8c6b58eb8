"""The schema goes up and down on both databases and equals the models."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from app.database.migrate import downgrade, is_current, migrate
from app.database.session import engine
from app.models import Base


def test_a_fresh_database_has_every_table_of_the_models(database):
    assert set(inspect(engine()).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    assert is_current(engine())


def test_the_migrated_schema_equals_the_models(database):
    with engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_migration_can_be_undone_and_done_again(database):
    downgrade(engine())
    assert set(inspect(engine()).get_table_names()) == {"alembic_version"}
    assert not is_current(engine())
    migrate(engine())
    assert is_current(engine())
