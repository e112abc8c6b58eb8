"""What every answer forbids the browser, whom forwarded headers are believed from, and how refusals look."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis import Redis

from app.config import SettingsBroken, load_settings
from app.database.session import dispose, transaction
from app.errors import NotFound, Unavailable, WrongState
from app.factory import create_app
from app.models import Role, User
from app.pages.proxies import TrustedProxies
from app.pages.wording import local_time
from tests.app.pages.visitor import Visitor
from tests.conftest import SECRET

TEMPLATES = Path(__file__).parents[3] / "app" / "templates"


@pytest.mark.parametrize("address", ["/people", "/sign-in", "/nowhere", "/healthz"])
def test_every_answer_carries_the_policy(owner, address):
    headers = owner.get(address).headers
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(app):
    cookie = app.test_client().get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_templates_hold_no_inline_script_or_style():
    inline = re.compile(
        r"<script(?![^>]*(?:\bsrc=|application/ld\+json))|\sstyle=|\son[a-z]+=\"|javascript:|<style", re.IGNORECASE
    )
    guilty = {
        str(path.relative_to(TEMPLATES)): found[0]
        for path in TEMPLATES.rglob("*.html")
        if not path.name.startswith("frame_")  # documents of their own inside sandboxed frames
        for found in [inline.findall(path.read_text())]
        if found
    }
    assert guilty == {}


@pytest.mark.parametrize(
    "name", ["x.png", "../letterwright.db", f"{'a' * 64}.svg", f"{'a' * 64}.html", f"{'A' * 64}.png"]
)
def test_only_pictures_by_their_hash_are_served(stranger, name):
    assert stranger.get(f"/media/{name}").status_code == 404


def test_a_picture_may_be_kept_for_ever(stranger, settings):
    settings.uploads.mkdir()
    name = f"{'a' * 64}.png"
    (settings.uploads / name).write_bytes(b"\x89PNG")
    with stranger.get(f"/media/{name}") as answer:
        assert answer.mimetype == "image/png"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def seen_by(trusted: tuple[str, ...], **environ: str) -> dict[str, str]:
    seen = {}

    def inner(environ, start_response):
        seen.update(environ)
        return []

    given = {"REMOTE_ADDR": "10.0.0.1", "wsgi.url_scheme": "http", "HTTP_HOST": "inside", "SERVER_PORT": "8000"}
    TrustedProxies(inner, trusted)({**given, **environ}, lambda *_: None)
    return seen


FORWARDED = {
    "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9, 10.0.0.2",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "news.example.test",
}


def test_a_trusted_proxy_is_believed_up_to_the_first_stranger():
    seen = seen_by(("10.0.0.0/8",), **FORWARDED)
    assert seen["REMOTE_ADDR"] == "203.0.113.9"
    assert (seen["wsgi.url_scheme"], seen["HTTP_HOST"], seen["SERVER_PORT"]) == ("https", "news.example.test", "443")


@pytest.mark.parametrize("trusted", [(), ("192.0.2.1",)])
def test_anybody_else_is_not_believed(trusted):
    seen = seen_by(trusted, **FORWARDED)
    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"], seen["HTTP_HOST"]) == ("10.0.0.1", "http", "inside")
    assert "HTTP_X_FORWARDED_FOR" not in seen


def test_a_proxy_that_is_no_address_is_a_broken_setting():
    with pytest.raises(SettingsBroken, match=r"LETTERWRIGHT_TRUSTED_PROXIES: proxy\.local"):
        TrustedProxies(lambda *_: [], ("proxy.local",))


def raising(error: Exception):
    def stand_in(*_args, **_kwargs):
        raise error

    return stand_in


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (NotFound("This list is gone."), 404),
        (WrongState("It has left already."), 409),
        (Unavailable("The disk is full."), 503),
    ],
)
def test_a_refusal_is_a_page_with_its_sentence_and_a_notice_for_htmx(owner, monkeypatch, refusal, status):
    monkeypatch.setattr("app.pages.lists.list_overview", raising(refusal))
    page, part = owner.get("/lists"), owner.part("/lists")
    assert (page.status_code, part.status_code) == (status, status)
    assert str(refusal) in page.text
    assert str(refusal) in part.text
    assert "<html" not in part.text


def test_a_database_that_is_away_is_said_kindly(tmp_path, postgresql_server, postgresql_address):
    app = create_app(load_settings(data=tmp_path, database_url=postgresql_address, given_secret=SECRET))
    with transaction() as session:
        owner = User(email="o@example.test", email_key="o@example.test", role=Role.OWNER)
        session.add(owner)
    visitor = Visitor(app, owner)
    assert visitor.get("/people").status_code == 200
    postgresql_server.drop(postgresql_address)
    for address in ("/people", "/sign-in/some-token", "/nowhere"):
        answer = visitor.get(address)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert "Nothing is lost" in answer.text
        assert "postgres" not in answer.text
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/readyz").json["database"] is False
    dispose()


def test_a_bug_is_said_without_its_details(app, owner, monkeypatch):
    app.testing = False
    monkeypatch.setattr("app.pages.lists.list_overview", raising(RuntimeError("a secret detail")))
    answer = owner.get("/lists")
    assert answer.status_code == 500
    assert "a secret detail" not in answer.text


def test_tries_are_counted_in_the_queues_store_where_it_answers(tmp_path, sqlite_address, valkey):
    given = {"database_url": sqlite_address, "given_secret": SECRET, "redis_url": valkey}
    app = create_app(load_settings(data=tmp_path, **given))
    Visitor(app).post("/sign-in", {"email": "x@example.test", "password": "x"})
    with Redis.from_url(valkey) as store:
        assert [key for key in store.scan_iter() if b"sign_in.try_password" in key]
    dispose()


def test_times_name_their_zone(app):
    with app.test_request_context():
        assert local_time(datetime(2026, 11, 24, 8, 0, tzinfo=UTC), zone_key="Europe/Paris").endswith("09:00 Paris")
        assert local_time(datetime(2020, 6, 1, 8, 0, tzinfo=UTC)) == "Mon 1 Jun 2020, 08:00 UTC"
