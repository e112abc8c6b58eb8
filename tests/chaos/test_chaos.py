"""The short trial of every test run, and the proof that trials notice when the engine lacks one of its guards.

The long ones, and the proof that takes longest, are run by `make chaos`.
"""

import pytest

from tests.chaos.hosts import run_sleeping_host
from tests.chaos.kills import run_kills
from tests.chaos.report import Outcome, table

PEOPLE = 800
KILLS = 3
SENDERS = 2


def told(outcome: Outcome) -> str:
    return f"\n{table([outcome])}"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_kills_lose_nothing_and_double_nothing(kind):
    outcome = run_kills(kind, PEOPLE, KILLS, seed=1, senders=SENDERS)
    assert outcome.clean, told(outcome)
    assert outcome.sent + outcome.unknown == PEOPLE


def test_without_replay_letters_are_seen_to_be_doubled():
    outcome = run_kills("sqlite", 400, 1, seed=2, take_out="replay", senders=SENDERS)
    assert outcome.doubled > 0, told(outcome)


@pytest.mark.long
def test_without_the_lock_letters_of_the_living_are_seen_to_be_doubled():
    outcome = run_kills("sqlite", 400, 1, seed=3, take_out="lock")
    assert outcome.doubled > 0, told(outcome)


@pytest.mark.long
def test_without_the_fence_letters_are_seen_to_be_sent_under_leases_of_others():
    outcome = run_sleeping_host("postgresql", seed=4, take_out="fence")
    assert not outcome.clean, told(outcome)
    assert outcome.doubled > 0, told(outcome)
