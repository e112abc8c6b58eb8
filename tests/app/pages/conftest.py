"""The application on an empty database, and visitors with each role."""

import pytest
from flask import Flask

from app.config import Settings, load_settings
from app.database.session import dispose, transaction
from app.factory import create_app
from app.models import Role, User
from tests.app.pages.visitor import Visitor
from tests.conftest import SECRET


@pytest.fixture
def settings(tmp_path, sqlite_address) -> Settings:
    return load_settings(data=tmp_path, database_url=sqlite_address, given_secret=SECRET)


@pytest.fixture
def app(settings: Settings):
    yield create_app(settings)
    dispose()


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def visit(app: Flask):
    """visit(Role.EDITOR) makes a user with that role and returns their visitor."""

    def enter(role: Role = Role.OWNER, **facts) -> Visitor:
        email = facts.pop("email", f"{role.value}@example.test")
        with transaction() as session:
            user = User(email=email, email_key=email, role=role, name=facts.pop("name", role.value.title()), **facts)
            session.add(user)
        return Visitor(app, user)

    return enter


@pytest.fixture
def owner(visit) -> Visitor:
    return visit(Role.OWNER)
