"""Rules are read back as they were written, and what cannot be asked is refused with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.queries.segment_rules import How, Kind, ids_in, number_of, read_rule
from tests.factories.segments import all_of, asks


def test_a_rule_is_read_back_as_it_was_written():
    rule = read_rule(
        {
            "match": "any",
            "groups": [[asks("list", "is", 4), asks("clicked", "within", 30)], [asks("email", "filled", "x")]],
        }
    )
    assert read_rule(rule.to_json()) == rule
    assert (rule.any_of, rule.groups[1][0].how, rule.groups[1][0].value) == (True, How.FILLED, "")
    assert ids_in([rule], Kind.LIST) == {4}


@pytest.mark.parametrize(
    ("asked", "cure"),
    [
        (asks("secret", "is", "x"), "Choose what it is about."),
        (asks("field:", "is", "x"), "Choose one of the fields"),
        (asks('field:a"b', "is", "x"), "Choose one of the fields"),
        (asks("list", "holds", "1"), "Choose what is asked."),
        (asks("list", "is", "Demo"), "Choose a list."),
        (asks("got_campaign", "is", ""), "Write what to compare with."),
        (asks("clicked", "within", "0"), "days from 1 to 3650"),
        (asks("clicked", "within", "3651"), "days from 1 to 3650"),
        (asks("clicked", "within", "٣"), "days from 1 to 3650"),
        (asks("field:age", "above", "old"), "Write a number"),
        (asks("field:since", "after", "1 May"), "Write a day as"),
        (asks("email", "is", " "), "Write what to compare with."),
        (asks("email", "is", "x" * 201), "at most 200 characters"),
    ],
    ids=range(13),
)
def test_what_cannot_be_asked_is_refused_with_its_place(asked, cure):
    with pytest.raises(InvalidInput) as refusal:
        read_rule(all_of(asks("email", "filled"), asked))
    assert refusal.value.fields["rule"].startswith("Group 2, condition 1: ")
    assert cure in refusal.value.fields["rule"]


@pytest.mark.parametrize("given", [{}, {"groups": []}, {"groups": [[]]}], ids=range(3))
def test_a_rule_that_asks_nothing_is_refused(given):
    with pytest.raises(InvalidInput, match="Add a condition"):
        read_rule(given)


def test_too_many_conditions_are_refused():
    with pytest.raises(InvalidInput, match="at most 10 groups of 10"):
        read_rule({"groups": [[asks("email", "filled")] * 11]})


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_numbers_are_understood_with_point_and_comma(number):
    assert number_of(f"{number:f}") == float(number)
    assert number_of(f"{number:f}".replace(".", ",")) == float(number)
