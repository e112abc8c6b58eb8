"""The schema goes up and down on both databases and equals the models."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import ForeignKeyConstraint, delete, func, inspect, select
from sqlalchemy.exc import IntegrityError

from app.database.migrate import downgrade, is_current, migrate
from app.database.session import engine, transaction
from app.models import Base, Message, Subscriber
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed


def test_a_fresh_database_has_every_table_of_the_models(database):
    assert set(inspect(engine()).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    assert is_current(engine())


def is_here(item, _name, _kind, reflected, _other) -> bool:
    """A foreign key that the models have for the other kind of database only is not asked for."""
    rule = item._ddl_if if isinstance(item, ForeignKeyConstraint) and not reflected else None
    return rule is None or rule.dialect == engine().dialect.name


def test_the_migrated_schema_equals_the_models(database):
    with engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_here})
        assert compare_metadata(context, Base.metadata) == []


def test_every_migration_can_be_undone_and_done_again(database):
    downgrade(engine())
    assert set(inspect(engine()).get_table_names()) == {"alembic_version"}
    assert not is_current(engine())
    migrate(engine())
    assert is_current(engine())


@pytest.mark.parametrize("database_address", ["postgresql"], indirect=True)
def test_messages_that_are_here_keep_their_parents_through_the_change_of_their_keepers(database):
    downgrade(engine(), "0016")
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 3)
        make_sending(session, readers)
    migrate(engine())
    with engine().connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Message)) == 3
        assert [one["referred_table"] for one in inspect(engine()).get_foreign_keys("message")] == []
    with pytest.raises(IntegrityError, match="has messages"), transaction() as session:
        session.execute(delete(Subscriber))
    downgrade(engine(), "0016")
    assert len(inspect(engine()).get_foreign_keys("message")) == 3
