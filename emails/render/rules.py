"""Conditions that marketers put together from choices, and the expressions they stand for.

A rule is a few tests joined by "and" or by "or". Expressions that say more stay expressions: they have no rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from jinja2 import nodes

from emails.errors import TemplateBroken
from emails.render.expressions import parse_expression, tree_of
from emails.render.scene import LISTS

MOST_TESTS = 5
WRITTEN_AS = {"\\": "\\\\", "'": "\\'", "\r": "\\r", "\n": "\\n"}
"""In this order; ends of lines too, since the lexer would make one kind of them."""


class How(StrEnum):
    """What is asked of a field; of a list only whether somebody is on it."""

    IS = "is"
    IS_NOT = "is_not"
    HOLDS = "holds"
    FILLED = "filled"
    EMPTY = "empty"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Asked:
    """One test. `what` is a merge field, or `list:` and a list's number, which knows IS and IS_NOT only."""

    what: str
    how: How
    value: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who a block is for. Without tests, everybody. `any_of`: one test that holds is enough."""

    tests: tuple[Asked, ...] = ()
    any_of: bool = False


def expression_of(rule: Rule) -> str:
    """The rule as a checked expression, "" for everybody. Raises: TemplateBroken for what no letter can ask."""
    joined = f" {'or' if rule.any_of else 'and'} ".join(map(_written, rule.tests))
    if joined:
        parse_expression(joined)
    return joined


def rule_of(expression: str) -> Rule | None:
    """The rule an expression stands for, None where it says more than a rule can."""
    if not expression.strip():
        return Rule()
    try:
        parse_expression(expression)
        tree = tree_of(expression)
    except TemplateBroken:
        return None
    joiner = type(tree) if isinstance(tree, nodes.And | nodes.Or) else nodes.And
    tests = [_asked(node) for node in _joined(tree, joiner)]
    known = tuple(test for test in tests if test is not None)
    return Rule(known, any_of=joiner is nodes.Or) if len(known) == len(tests) else None


def _written(test: Asked) -> str:
    if test.what.startswith("list:"):
        number = test.what.removeprefix("list:")
        if not (number.isascii() and number.isdecimal()):
            raise TemplateBroken("names a list that is none")
        return f"{number} {'not in' if test.how is How.IS_NOT else 'in'} {LISTS}"
    text = _quoted(test.value)
    forms = {
        How.IS: f"{test.what} == {text}",
        How.IS_NOT: f"{test.what} != {text}",
        How.HOLDS: f"{text} in {test.what}",
        How.FILLED: test.what,
        How.EMPTY: f"not {test.what}",
        How.ABOVE: f"{test.what} > {_number_or(text, test.value)}",
        How.BELOW: f"{test.what} < {_number_or(text, test.value)}",
    }
    return forms[test.how]


def _quoted(text: str) -> str:
    for sign, written in WRITTEN_AS.items():
        text = text.replace(sign, written)
    return f"'{text}'"


def _number_or(quoted: str, text: str) -> str:
    plain = text.strip().replace(",", ".")
    whole, _, rest = plain.partition(".")
    is_number = whole.isascii() and whole.isdecimal() and (not rest or (rest.isascii() and rest.isdecimal()))
    return plain if is_number and not plain.endswith(".") else quoted


def _joined(node: nodes.Expr, joiner: type[nodes.Expr]) -> Iterator[nodes.Expr]:
    if isinstance(node, nodes.And | nodes.Or) and isinstance(node, joiner):
        yield from _joined(node.left, joiner)
        yield from _joined(node.right, joiner)
    else:
        yield node


def _asked(node: nodes.Expr) -> Asked | None:
    if isinstance(node, nodes.Getattr):
        return Asked(_name(node), How.FILLED)
    if isinstance(node, nodes.Not) and isinstance(node.node, nodes.Getattr):
        return Asked(_name(node.node), How.EMPTY)
    return _compared(node) if isinstance(node, nodes.Compare) and len(node.ops) == 1 else None


def _compared(node: nodes.Compare) -> Asked | None:
    operand, left, right = node.ops[0], node.expr, node.ops[0].expr
    if isinstance(left, nodes.Const) and isinstance(right, nodes.Getattr):
        return _asked_inside(operand.op, left.value, _name(right))
    if not isinstance(left, nodes.Getattr) or not isinstance(right, nodes.Const):
        return None
    hows = {"eq": How.IS, "ne": How.IS_NOT, "gt": How.ABOVE, "lt": How.BELOW}
    is_known = operand.op in hows and isinstance(right.value, str | int | float)
    return Asked(_name(left), hows[operand.op], str(right.value)) if is_known else None


def _asked_inside(operation: str, value: object, name: str) -> Asked | None:
    if name == LISTS:
        known = operation in {"in", "notin"} and isinstance(value, int)
        return Asked(f"list:{value}", How.IS if operation == "in" else How.IS_NOT) if known else None
    return Asked(name, How.HOLDS, value) if operation == "in" and isinstance(value, str) else None


def _name(node: nodes.Getattr) -> str:
    return f"{node.node.name}.{node.attr}" if isinstance(node.node, nodes.Name) else ""
