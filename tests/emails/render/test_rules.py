"""Conditions as choices: there and back, and what they mean for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emails.content import LetterLinks, Recipient
from emails.errors import TemplateBroken
from emails.render.expressions import parse_expression
from emails.render.rules import Asked, How, Rule, expression_of, rule_of
from emails.render.scene import Scene

FIELDS = st.sampled_from(("subscriber.first_name", "subscriber.language", "field.town", "field.age"))
TESTS = st.builds(Asked, FIELDS, st.sampled_from((How.IS, How.IS_NOT, How.HOLDS)), st.text(max_size=20))
LISTS = st.builds(Asked, st.integers(1, 999).map("list:{}".format), st.sampled_from((How.IS, How.IS_NOT)))
BARE = st.builds(Asked, FIELDS, st.sampled_from((How.FILLED, How.EMPTY)))


def holds(expression: str, person: Recipient) -> bool:
    scene = Scene(person, LetterLinks("", ""), {}, "en")
    return bool(parse_expression(expression).evaluate(scene))


AMARA = Recipient("amara@example.test", "Amara", fields={"town": "Lyon", "age": "34"}, lists=(3, 7))


@given(st.lists(TESTS | LISTS | BARE, min_size=2, max_size=4).map(tuple), st.booleans())
def test_every_rule_comes_back_from_its_expression(tests, any_of):
    rule = Rule(tests, any_of=any_of)
    assert rule_of(expression_of(rule)) == rule


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (Asked("field.town", How.IS, "Lyon"), True),
        (Asked("field.town", How.IS, "L'Isle \\ x"), False),
        (Asked("field.town", How.HOLDS, "yo"), True),
        (Asked("field.town", How.EMPTY), False),
        (Asked("field.nothing", How.EMPTY), True),
        (Asked("field.age", How.ABOVE, "9"), True),
        (Asked("field.age", How.BELOW, "34,5"), True),
        (Asked("list:3", How.IS), True),
        (Asked("list:4", How.IS), False),
        (Asked("list:7", How.IS_NOT), False),
    ],
)
def test_a_test_holds_for_whom_it_says(test, expected):
    assert holds(expression_of(Rule((test,))), AMARA) is expected


def test_no_test_means_everybody():
    assert expression_of(Rule()) == ""
    assert rule_of("  ") == Rule()


@pytest.mark.parametrize("written", ["subscriber.lists", "3 in subscriber.list", "x.y == 1", "field.a.b", "1 +"])
def test_what_no_letter_can_ask_is_refused(written):
    with pytest.raises(TemplateBroken):
        parse_expression(written)
    assert rule_of(written) is None


def test_what_says_more_than_a_rule_stays_an_expression():
    assert rule_of("field.a == 'x' and (field.b or field.c)") is None
    assert rule_of("field.a | upper == 'X'") is None
