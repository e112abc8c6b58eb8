"""A browser without a screen: the team's pages asked as somebody with a role, with the token a form would carry."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask.wrappers import Response
from itsdangerous import URLSafeTimedSerializer

from app.config import Settings, load_settings
from app.database.session import dispose, transaction
from app.factory import create_app
from app.models import Role, User
from tests.conftest import SECRET

CSRF = "a token kept in the session"


class Visitor:
    """Somebody at the team's screens. `user` is None for a stranger."""

    def __init__(self, app: Flask, user: User | None = None) -> None:
        self.app = app
        self.user = user
        self.client: FlaskClient = app.test_client()
        with self.client.session_transaction() as session:
            session["csrf_token"] = CSRF
            if user is not None:
                session["_user_id"] = f"{user.id}.{user.sign_in_epoch}"

    @property
    def token(self) -> str:
        with self.client.session_transaction() as session:
            raw = session.setdefault("csrf_token", CSRF)
        return URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(raw)

    def get(self, address: str, **options) -> Response:
        return self.client.get(address, **options)

    def post(self, address: str, data: dict | None = None, **options) -> Response:
        return self.client.post(address, data={"csrf_token": self.token, **(data or {})}, **options)

    def part(self, address: str, **options) -> Response:
        """A part of a page, as htmx asks for it."""
        return self.client.get(address, headers={"HX-Request": "true"}, **options)


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
