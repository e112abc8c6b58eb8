"""Fixtures for every test: settings in a folder of its own, and a migrated, empty database of each kind."""

import gc
import shutil
from pathlib import Path

import hypothesis
import pytest

from app.config import Settings, load_settings
from app.database.engine import make_engine
from app.database.migrate import migrate
from app.database.session import dispose
from app.startup import open_house
from tests.compiled_once import compile_once
from tests.servers.clean_databases import CleanDatabases
from tests.servers.postgresql import PostgresqlServer, start_postgresql
from tests.servers.valkey import ValkeyServer, start_valkey

pytest_plugins = ("tests.browser.chromium",)

SECRET = "a secret for tests, long enough to be accepted"

# How long an example takes is the machine's affair; speed is shown by tests/benchmarks.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")
compile_once()


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What is collected stays to the end: looking through it for garbage again and again took a sixth of collecting."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def postgresql_server():
    server = start_postgresql()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: PostgresqlServer) -> str:
    postgresql_server.run("CREATE DATABASE template_letterwright")
    engine = make_engine(postgresql_server.address("template_letterwright"))
    migrate(engine)
    engine.dispose()
    return "template_letterwright"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_address(tmp_path: Path, sqlite_template: Path) -> str:
    path = tmp_path / "letterwright.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def clean_databases(postgresql_server: PostgresqlServer, postgresql_template: str):
    databases = CleanDatabases(postgresql_server, postgresql_template)
    yield databases
    databases.close()


@pytest.fixture
def postgresql_address(clean_databases: CleanDatabases):
    address = clean_databases.lend()
    yield address
    clean_databases.take_back(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_address(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database; the test runs once for each kind."""
    return request.getfixturevalue(f"{request.param}_address")


@pytest.fixture
def settings(tmp_path: Path, database_address: str) -> Settings:
    return load_settings(data=tmp_path, database_url=database_address, given_secret=SECRET)


@pytest.fixture
def database(settings: Settings):
    """The house opened on an empty database: use `transaction()` and `reading()`; nothing is queued."""
    open_house(settings)
    yield settings
    dispose()


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory):
    server = start_valkey(tmp_path_factory.mktemp("vk"))
    yield server
    server.stop()


@pytest.fixture
def valkey(valkey_server: ValkeyServer) -> str:
    """The address of an empty Valkey."""
    valkey_server.flush()
    return valkey_server.address
