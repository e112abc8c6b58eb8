"""Signing up by script: the form as JSON, its answers, and only the sites that the form's team listed."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.factory import create_app
from app.models import SignUp
from app.services import form_defence
from tests.factories.forms import make_sign_up_form, solve

SHOP = "https://shop.example"
NADIA = "nadia@example.test"


@pytest.fixture
def form(database):
    with transaction() as session:
        return make_sign_up_form(session, allowed_origins=[SHOP])


@pytest.fixture
def client(database, monkeypatch):
    monkeypatch.setattr(form_defence, "PUZZLE_ROUNDS", 1)
    return create_app(database).test_client()


def body(form, **given) -> dict:
    stamp = form_defence.stamp(form.id, now() - timedelta(seconds=10))
    return {"email": NADIA, "stamp": stamp, "altcha": solve(form_defence.puzzle(form.id)), "wording": 1} | given


def rows() -> list[SignUp]:
    with reading() as session:
        return list(session.scalars(select(SignUp)))


def test_a_script_reads_the_form_solves_its_puzzle_and_signs_up(client, form, monkeypatch):
    monkeypatch.setattr(form_defence, "FASTEST_SECONDS", 0)
    told = client.get(f"/s/{form.public_id}", headers={"Accept": "application/json", "Origin": SHOP})
    assert told.headers["Access-Control-Allow-Origin"] == SHOP
    told = told.json
    assert [one["name"] for one in told["fields"]] == ["email"]
    answers = {"email": NADIA, "stamp": told["stamp"], "altcha": solve(told["challenge"])}
    answer = client.post(f"/s/{form.public_id}", json=answers, headers={"Origin": SHOP})
    assert (answer.status_code, answer.json["status"]) == (202, "taken")
    assert [row.email for row in rows()] == [NADIA]


def test_a_preflight_is_answered_for_listed_sites_only(client, form):
    ask = {"Origin": SHOP, "Access-Control-Request-Method": "POST"}
    listed = client.options(f"/s/{form.public_id}", headers=ask)
    assert listed.headers["Access-Control-Allow-Origin"] == SHOP
    assert "POST" in listed.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in listed.headers
    other = client.options(f"/s/{form.public_id}", headers={**ask, "Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{SHOP}.evil.example"])
def test_a_script_of_another_site_is_refused(client, form, origin):
    answer = client.post(f"/s/{form.public_id}", json=body(form), headers={"Origin": origin})
    assert answer.status_code == 403
    assert rows() == []


def test_a_script_without_proof_is_asked_again_with_a_fresh_puzzle(client, form):
    answer = client.post(f"/s/{form.public_id}", json=body(form, altcha=""))
    assert (answer.status_code, answer.json["status"]) == (428, "again")
    assert answer.json["challenge"]["parameters"]["algorithm"] == "PBKDF2/SHA-256"
    assert rows() == []


def test_wrong_answers_are_named(client, form):
    answer = client.post(f"/s/{form.public_id}", json=body(form, email="nobody"))
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"email"}


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=60).map(lambda text: f'{{"email": {text!r}}}'.encode()))
def test_no_body_breaks_the_door(client, form, raw):
    answer = client.post(f"/s/{form.public_id}", data=raw, content_type="application/json")
    assert answer.status_code in {422, 428}
