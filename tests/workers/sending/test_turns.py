"""Whose letter is next among several ways out."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from workers.sending.turns import AHEAD, Turns

WEIGHTS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 100), min_size=2)


def everybody(_name):
    return True


@given(WEIGHTS, st.integers())
def test_whoever_asks_in_whatever_order_shares_are_as_the_weights(weights, seed):
    turns, got, chance = Turns(weights), Counter(), Random(seed)
    names = sorted(weights)
    while got.total() < 500:
        name = chance.choice(names)
        if turns.may(name, everybody):
            turns.took(name)
            got[name] += 1
    whole = sum(weights.values())
    apart = AHEAD + whole / min(weights.values())
    for name, weight in weights.items():
        assert abs(got[name] - 500 * weight / whole) <= apart * weight / whole + 2


def test_one_that_can_take_none_holds_up_nobody_and_does_not_make_up_for_it():
    turns = Turns({"a": 1, "b": 1})
    for _ in range(500):
        assert turns.may("a", lambda name: name != "b")
        turns.took("a")
    alone = 0
    while not turns.may("a", everybody):
        turns.took("b")
        alone += 1
    assert alone <= 2 * AHEAD


def test_a_slow_one_holds_the_others_up_only_until_they_are_let_go():
    turns = Turns({"slow": 1, "quick": 1})
    taken = 0
    while turns.may("quick", everybody):
        turns.took("quick")
        taken += 1
    assert 0 < taken <= AHEAD
    assert turns.let_go() == {"quick"}
    assert turns.may("quick", everybody)
    assert turns.let_go() == set()


def test_a_letter_that_was_given_back_does_not_count():
    turns = Turns({"a": 1, "b": 1})
    for _ in range(100):
        assert turns.may("a", everybody)
        turns.took("a")
        turns.gave_back("a")
