"""Rules of segments: conditions in groups, read from JSON and written to it, checked piece by piece. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.errors import InvalidInput

MOST_GROUPS = 10
MOST_CONDITIONS = 10
LONGEST_VALUE = 200
LONGEST_FIELD = 100
MOST_DAYS = 3650
LONGEST_NUMBER = 15
FIELD = "field:"


class How(StrEnum):
    """What is asked."""

    IS = "is"
    IS_NOT = "is_not"
    HOLDS = "holds"
    HOLDS_NOT = "holds_not"
    BEGINS = "begins"
    FILLED = "filled"
    EMPTY = "empty"
    ABOVE = "above"
    BELOW = "below"
    AFTER = "after"
    BEFORE = "before"
    LEFT = "left"
    WITHIN = "within"
    NOT_WITHIN = "not_within"


class Kind(StrEnum):
    """What a condition is about, which decides what can be asked and what its value is."""

    WORDS = "words"
    LIST = "list"
    CAMPAIGN = "campaign"
    DAYS = "days"


KINDS = {
    "email": Kind.WORDS,
    "domain": Kind.WORDS,
    "first_name": Kind.WORDS,
    "last_name": Kind.WORDS,
    "language": Kind.WORDS,
    "list": Kind.LIST,
    "added": Kind.DAYS,
    "received": Kind.DAYS,
    "opened": Kind.DAYS,
    "clicked": Kind.DAYS,
    "refused": Kind.DAYS,
    "got_campaign": Kind.CAMPAIGN,
    "opened_campaign": Kind.CAMPAIGN,
    "clicked_campaign": Kind.CAMPAIGN,
}
HOWS: dict[Kind, tuple[How, ...]] = {
    Kind.WORDS: (
        How.IS, How.IS_NOT, How.HOLDS, How.HOLDS_NOT, How.BEGINS, How.FILLED, How.EMPTY,
        How.ABOVE, How.BELOW, How.AFTER, How.BEFORE,
    ),
    Kind.LIST: (How.IS, How.IS_NOT, How.LEFT),
    Kind.CAMPAIGN: (How.IS, How.IS_NOT),
    Kind.DAYS: (How.WITHIN, How.NOT_WITHIN),
}  # fmt: skip
WITHOUT_VALUE = frozenset({How.FILLED, How.EMPTY})


@dataclass(frozen=True, slots=True)
class Condition:
    """`what` is a word of KINDS or `field:` and a custom field's name; `value` a text, an id, or a number of days."""

    what: str
    how: How
    value: str = ""

    @property
    def kind(self) -> Kind:
        return Kind.WORDS if self.what.startswith(FIELD) else KINDS[self.what]


Group = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Every group must hold, and in a group one condition is enough; with `any_of` the other way round."""

    groups: tuple[Group, ...]
    any_of: bool = False

    def to_json(self) -> dict[str, Any]:
        groups = [[{"what": one.what, "how": one.how.value, "value": one.value} for one in g] for g in self.groups]
        return {"match": "any" if self.any_of else "all", "groups": groups}


def read_rule(given: Mapping[str, Any]) -> Rule:
    """Raises InvalidInput naming the condition ("Group 2, condition 1") that cannot be asked, and the cure."""
    groups = tuple(
        tuple(checked(one, f"Group {i}, condition {j}") for j, one in enumerate(group, 1))
        for i, group in enumerate(given.get("groups", ()), 1)
        if group
    )
    if not groups:
        raise InvalidInput({"rule": "Add a condition that says who is in the segment."})
    if len(groups) > MOST_GROUPS or any(len(one) > MOST_CONDITIONS for one in groups):
        raise InvalidInput({"rule": f"A segment has at most {MOST_GROUPS} groups of {MOST_CONDITIONS} conditions."})
    return Rule(groups, any_of=given.get("match") == "any")


def checked(given: Mapping[str, Any], place: str) -> Condition:
    what, how, value = (str(given.get(name, "")) for name in ("what", "how", "value"))
    kind = kind_of(what, place)
    if how not in HOWS[kind]:
        raise refused(place, "Choose what is asked.")
    condition = Condition(what, How(how), "" if how in WITHOUT_VALUE else value.strip())
    check_value(condition, place)
    return condition


def kind_of(what: str, place: str) -> Kind:
    if what.startswith(FIELD):
        name = what.removeprefix(FIELD)
        if not name or len(name) > LONGEST_FIELD or any(sign in name for sign in '"\\\x00'):
            raise refused(place, "Choose one of the fields that your people have.")
        return Kind.WORDS
    if what not in KINDS:
        raise refused(place, "Choose what it is about.")
    return KINDS[what]


def check_value(condition: Condition, place: str) -> None:
    value = condition.value
    if condition.how in WITHOUT_VALUE:
        return
    if not value:
        raise refused(place, "Write what to compare with.")
    if len(value) > LONGEST_VALUE or "\x00" in value:
        raise refused(place, f"Write at most {LONGEST_VALUE} characters.")
    if condition.kind in {Kind.LIST, Kind.CAMPAIGN} and not is_whole(value):
        raise refused(place, f"Choose a {condition.kind.value}.")
    if condition.kind is Kind.DAYS and not (is_whole(value) and 1 <= int(value) <= MOST_DAYS):
        raise refused(place, f"Write a number of days from 1 to {MOST_DAYS}.")
    if condition.how in {How.ABOVE, How.BELOW} and number_of(value) is None:
        raise refused(place, "Write a number, such as 12 or 3.5.")
    if condition.how in {How.AFTER, How.BEFORE} and not is_day(value):
        raise refused(place, "Write a day as 2026-11-24.")


def is_whole(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER


def number_of(value: str) -> float | None:
    """What an own field is compared with; a decimal comma is understood."""
    plain = value.replace(",", ".", 1)
    whole, _, rest = plain.removeprefix("-").partition(".")
    usable = is_whole(whole) and (is_whole(rest) if "." in plain else True)
    return float(plain) if usable else None


def is_day(value: str) -> bool:
    try:
        return len(value) == len("2026-11-24") and bool(date.fromisoformat(value))
    except ValueError:
        return False


def ids_in(rules: Iterable[Rule], kind: Kind) -> set[int]:
    """The ids of the lists or campaigns that rules name."""
    conditions = (one for rule in rules for group in rule.groups for one in group)
    return {int(one.value) for one in conditions if one.kind is kind}


def refused(place: str, cure: str) -> InvalidInput:
    return InvalidInput({"rule": f"{place}: {cure}"})
