"""A browser without a screen: pages asked as somebody with a role, with the token a form would carry."""

from flask import Flask
from flask.testing import FlaskClient
from flask.wrappers import Response
from itsdangerous import URLSafeTimedSerializer

from app.models import User

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
