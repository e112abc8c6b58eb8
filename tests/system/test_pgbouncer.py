"""PgBouncer in transaction mode: a whole campaign, an import and a backup through it; what cannot be is refused."""

import pytest
from sqlalchemy import text

from app.config import load_settings
from app.database.engine import make_engine
from app.database.migrate import migrate
from app.database.pooler import PoolerUnfit, stands_between
from app.database.session import dispose, engine, transaction
from app.errors import WrongState
from app.services.backup_file import check_backup
from app.services.backups import make_backup
from app.services.house_checks import check_pooler
from app.services.restoring import restore
from app.startup import open_house
from tests.chaos.kills import run_kills
from tests.conftest import SECRET
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed
from tests.servers.pgbouncer import start_pgbouncer
from tests.servers.postgresql import PostgresqlServer

pytestmark = pytest.mark.system
PEOPLE = 600


@pytest.fixture
def through(postgresql_server: PostgresqlServer, tmp_path):
    """through(mode) is the settings of an empty house behind a PgBouncer of that mode."""
    started = []

    def start(mode: str = "transaction"):
        name = postgresql_server.new_name()
        postgresql_server.run(f"CREATE DATABASE {name}")
        started.append(start_pgbouncer(postgresql_server, mode=mode))
        return load_settings(data=tmp_path, database_url=started[-1].address(name), given_secret=SECRET)

    yield start
    dispose()
    for server in started:
        server.stop()


@pytest.fixture
def pooled(through):
    settings = through()
    new = make_engine(settings.database)
    migrate(new)
    new.dispose()
    open_house(settings)
    return settings


def test_a_campaign_leaves_whole_though_its_processes_are_killed():
    outcome = run_kills("pgbouncer", PEOPLE, 2, seed=7)
    assert outcome.clean, outcome.complaints
    assert outcome.sent + outcome.unknown == PEOPLE


def test_it_is_noticed_and_nothing_is_prepared(pooled, postgresql_server):
    assert stands_between(engine())
    with engine().connect() as connection:
        for _ in range(10):
            connection.execute(text("SELECT 1"))
        assert connection.connection.driver_connection.prepare_threshold is None
    assert [one.level.value for one in check_pooler()] == ["good"]
    direct = make_engine(postgresql_server.address("postgres"))
    assert not stands_between(direct)
    direct.dispose()


def test_a_backup_is_made_through_it_and_a_restore_refused_with_the_cure(pooled, tmp_path):
    with transaction() as session:
        make_confirmed(session, make_list(session), 30)
    file = tmp_path / "backup.tar.gz"
    made = make_backup(file, pooled)
    assert next(one.rows for one in made.manifest.tables if one.name == "subscriber") == 30
    with pytest.raises(WrongState, match="name PostgreSQL itself"):
        restore(file, check_backup(file), pooled, replace=True)


def test_one_that_takes_transactions_apart_is_refused_with_the_cure(through):
    new = make_engine(through("statement").database)
    with pytest.raises(PoolerUnfit, match="pool_mode = transaction"), new.connect():
        pass
    new.dispose()
