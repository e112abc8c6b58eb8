"""Every route says who may open it, and every write is held against forgery; both by enumeration."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.config import load_settings
from app.database.session import dispose, transaction
from app.extensions import csrf
from app.factory import create_app
from app.models import Role, User
from app.permissions import Act, can
from tests.app.pages.visitor import Visitor
from tests.conftest import SECRET

# Doors for readers and for machines: their addresses carry signed tokens, or tell nothing.
OPEN_BLUEPRINTS = {
    "unsubscribe",
    "unsubscribe_welcome",
    "preferences",
    "browser_view",
    "archive",
    "archive_finds",
    "archive_feeds",
    "clicks",
    "subscribe",
    "confirm",
}
OPEN_TO_ANYBODY = {
    "static",
    "health.alive",
    "health.ready",
    "home.switch_theme",
    "media.named",
    "media.show",
    "metrics.show",
    "sign_in.show",
    "sign_in.try_password",
    "sign_in.go",
    "sign_in.forgotten",
    "sign_in.look",
    "sign_in.use",
}
# RFC 8058: a mail program posts without a cookie, so there is no token that it could know. A sign-up may come from
# another site's page. Readers have no session to be misused, and the addresses in their letters carry tokens.
WRITES_WITHOUT_TOKEN = {"unsubscribe", "unsubscribe_welcome", "preferences", "subscribe", "confirm"}
SAFE = {"GET", "HEAD", "OPTIONS"}
REFUSED_BY_ROLE = 403


@pytest.fixture
def app(tmp_path, sqlite_address):
    yield create_app(load_settings(data=tmp_path, database_url=sqlite_address, given_secret=SECRET))
    dispose()


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint)


def guard_of(app: Flask, endpoint: str) -> Act | str | None:
    return getattr(app.view_functions[endpoint], "guard", None)


def blueprint_of(endpoint: str) -> str:
    return endpoint.rpartition(".")[0]


def guarded(app: Flask) -> list[tuple[str, str, Act]]:
    """(method, address, act) of every route that asks for a role; the rows named in it are not there."""
    found = []
    for rule in rules(app):
        act = guard_of(app, rule.endpoint)
        if not isinstance(act, Act):
            continue
        address = re.sub(r"<int:[^>]+>", "999999", rule.rule)
        address = re.sub(r"<[^>]+>", "nothing", address)
        found += [(method, address, act) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def test_every_route_wears_a_guard_or_stands_on_the_list(app):
    bare = {
        rule.endpoint
        for rule in rules(app)
        if guard_of(app, rule.endpoint) is None and blueprint_of(rule.endpoint) not in OPEN_BLUEPRINTS
    }
    assert bare == {"static"}


def test_what_anybody_may_open_is_written_down(app):
    public = {rule.endpoint for rule in rules(app) if guard_of(app, rule.endpoint) == "public"}
    assert public | {"static"} == OPEN_TO_ANYBODY


def test_no_write_goes_without_a_token_but_those_on_the_list(app):
    assert csrf._exempt_views == set()
    exempt = {blueprint.name for blueprint in csrf._exempt_blueprints}
    writing = {
        blueprint_of(rule.endpoint)
        for rule in rules(app)
        if (rule.methods or set()) - SAFE and blueprint_of(rule.endpoint) in exempt
    }
    assert writing == WRITES_WITHOUT_TOKEN


@pytest.mark.parametrize("role", list(Role))
def test_every_role_opens_what_it_may_and_nothing_else(app, role):
    wrong = []
    for method, address, act in guarded(app):
        with transaction() as session:
            user = session.query(User).filter_by(email_key="m").one_or_none() or User(email="m", email_key="m")
            user.role = role
            user.sign_in_epoch = 1
            session.add(user)
        visitor = Visitor(app, user)
        answer = visitor.get(address) if method == "GET" else visitor.post(address)
        if (answer.status_code == REFUSED_BY_ROLE) == can(role, act) or answer.status_code >= 500:
            wrong.append((method, address, act.value, answer.status_code))
    assert wrong == []


def test_strangers_are_sent_to_sign_in_from_every_guarded_route(app):
    stranger = Visitor(app)
    for method, address, _act in guarded(app):
        answer = stranger.get(address) if method == "GET" else stranger.post(address)
        assert answer.status_code == 302, address
        assert answer.location.startswith("/sign-in"), address


def test_no_write_is_taken_without_its_token(app):
    with transaction() as session:
        owner = User(email="o", email_key="o", role=Role.OWNER)
        session.add(owner)
    visitor = Visitor(app, owner)
    for method, address, _act in guarded(app):
        if method not in SAFE:
            assert visitor.client.open(address, method=method).status_code == 400, address


def test_no_write_is_taken_from_another_site(app):
    with transaction() as session:
        owner = User(email="o", email_key="o", role=Role.OWNER)
        session.add(owner)
    visitor = Visitor(app, owner)
    for headers in ({"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        answer = visitor.post("/settings/team/invite", {"email": "x@example.test", "role": "owner"}, headers=headers)
        assert answer.status_code == 403


def test_a_view_without_a_guard_is_refused(app):
    @app.get("/forgotten-guard")
    def forgotten_guard() -> str:
        return "open to all"

    assert Visitor(app).get("/forgotten-guard").status_code == 403
