"""The signed time and the puzzle of a form: only ours, only this form's, neither too soon nor too late."""

import base64
import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.clock import now
from app.config import load_settings
from app.services import form_defence
from app.services.form_defence import is_timely, puzzle, solved, stamp
from app.tokens import init_tokens
from tests.conftest import SECRET
from tests.factories.forms import solve

FORM = 7
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(autouse=True)
def keys(tmp_path, monkeypatch):
    init_tokens(load_settings(data=tmp_path, given_secret=SECRET), suppression_key="s")
    monkeypatch.setattr(form_defence, "PUZZLE_ROUNDS", 2)


def ago(**given) -> str:
    return stamp(FORM, now() - timedelta(**given))


def test_a_form_is_timely_from_two_seconds_to_a_day():
    assert is_timely(ago(seconds=3), FORM)
    assert is_timely(ago(hours=23), FORM)
    assert not is_timely(ago(seconds=0), FORM)
    assert not is_timely(ago(hours=24, minutes=1), FORM)
    assert not is_timely(stamp(FORM, now() + timedelta(hours=1)), FORM)


def test_a_time_belongs_to_its_form_and_its_page():
    assert not is_timely(ago(seconds=10), FORM + 1)
    assert not is_timely(ago(seconds=10), FORM, second=True)
    again = stamp(FORM, now() - timedelta(seconds=10), second=True)
    assert is_timely(again, FORM, second=True)
    assert not is_timely(again, FORM)


def test_a_solved_puzzle_has_a_name_that_stays_the_same():
    solution = solve(puzzle(FORM))
    name = solved(solution, FORM)
    assert name is not None
    assert len(name) == 64
    assert solved(solution, FORM) == name
    assert solved(solve(puzzle(FORM)), FORM) != name


def test_a_puzzle_belongs_to_its_form():
    assert solved(solve(puzzle(FORM)), FORM + 1) is None


def test_a_puzzle_runs_out(monkeypatch):
    monkeypatch.setattr(form_defence, "PUZZLE_HOURS", -1)
    assert solved(solve(puzzle(FORM)), FORM) is None


def test_a_puzzle_that_was_made_easier_does_not_count():
    asked = puzzle(FORM)
    eased = {**asked, "parameters": {**asked["parameters"], "keyPrefix": "0"}}
    assert solved(solve(eased), FORM) is None


@settings(deadline=None)
@given(st.text(max_size=200) | JSON.map(lambda one: base64.b64encode(json.dumps(one).encode()).decode()))
def test_whatever_else_is_sent_solves_nothing(text):
    assert solved(text, FORM) is None
    assert not is_timely(text, FORM)


@settings(deadline=None)
@given(JSON, JSON)
def test_whatever_stands_in_a_puzzles_place_solves_nothing(challenge, solution):
    for body in (
        {"challenge": challenge, "solution": solution},
        {"challenge": {"parameters": challenge, "signature": "x"}, "solution": solution},
    ):
        assert solved(base64.b64encode(json.dumps(body).encode()).decode(), FORM) is None
