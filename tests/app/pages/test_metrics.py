"""/metrics: for whom it is there, and what it tells when a part of the house is away."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.config import SettingsBroken, load_settings
from app.database.session import dispose, init_database
from app.factory import create_app
from tests.app.pages.visitor import Visitor
from tests.conftest import SECRET

TOKEN = "a token for Prometheus"


def series(answer) -> dict[str, float]:
    """name{label} -> value"""
    return {
        f"{one.name}{''.join(one.labels.values()) and '{' + ','.join(one.labels.values()) + '}'}": one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }


@pytest.fixture
def guarded(tmp_path, sqlite_address):
    """A visitor of a house with a token and a proxy."""
    given = {"given_secret": SECRET, "metrics_token": TOKEN, "trusted_proxies": "127.0.0.1"}
    yield Visitor(create_app(load_settings(data=tmp_path, database_url=sqlite_address, **given)))
    dispose()


def test_a_program_on_this_machine_is_told(stranger):
    answer = stranger.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    assert answer.headers["Cache-Control"] == "no-store"
    assert series(answer)["letterwright_up{database}"] == 1


@pytest.mark.parametrize("address", ["127.0.0.9", "::1", "::ffff:127.0.0.1"])
def test_every_loopback_address_is_this_machine(stranger, address):
    assert stranger.get("/metrics", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "", "unix"])
def test_from_anywhere_else_it_is_not_there(stranger, address):
    assert stranger.get("/metrics", environ_overrides={"REMOTE_ADDR": address}).status_code == 404


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP"])
@pytest.mark.parametrize("value", ["203.0.113.7", "127.0.0.1"])
def test_what_a_proxy_brings_is_not_from_this_machine(stranger, guarded, name, value):
    for visitor in (stranger, guarded):
        assert visitor.get("/metrics", headers={name: value}).status_code == 404


def test_the_token_opens_it_from_anywhere(guarded):
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.7"}
    assert guarded.get("/metrics", headers=headers).status_code == 200


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", TOKEN, f"Basic {TOKEN}", "Bearer ü"])
def test_nothing_but_the_token_opens_it(guarded, given):
    headers = {"Authorization": given, "X-Forwarded-For": "203.0.113.7"}
    assert guarded.get("/metrics", headers=headers).status_code == 404


def test_without_a_token_set_an_empty_one_opens_nothing(stranger):
    headers = {"Authorization": "Bearer ", "X-Forwarded-For": "203.0.113.7"}
    assert stranger.get("/metrics", headers=headers).status_code == 404


def test_a_short_token_is_refused_at_the_start(tmp_path):
    with pytest.raises(SettingsBroken, match="LETTERWRIGHT_METRICS_TOKEN: must be at least 16 characters"):
        load_settings(data=tmp_path, metrics_token="short")


def test_a_queue_that_is_away_leaves_only_its_own_series_out(stranger):
    told = series(stranger.get("/metrics"))
    assert (told["letterwright_up{queue}"], told["letterwright_up{database}"]) == (0, 1)
    assert told["letterwright_campaigns{held}"] == told["letterwright_letters{deferred}"] == 0
    assert not [name for name in told if name.startswith(("letterwright_queue", "letterwright_workers"))]


def test_a_database_that_is_away_leaves_only_its_own_series_out(stranger, settings, valkey):
    app = create_app(settings.model_copy(update={"redis_url": valkey}))
    nowhere = "postgresql://nobody@127.0.0.1:1/nowhere?connect_timeout=2"
    init_database(settings.model_copy(update={"database_url": nowhere}))
    answer = Visitor(app).get("/metrics")
    assert answer.status_code == 200
    told = series(answer)
    assert (told["letterwright_up{queue}"], told["letterwright_up{database}"]) == (1, 0)
    assert told["letterwright_queue_rings{send}"] == 0
    assert "letterwright_campaigns{held}" not in told
    assert told["letterwright_journal_files"] == 0
    assert told["letterwright_spool_bytes"] == told["letterwright_oldest_spooled_hit_age_seconds"] == 0
