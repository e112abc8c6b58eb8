"""What the page of a segment's rule sends: conditions in groups as they stand, and one act on them at a time."""

from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from app.queries.segment_rules import HOWS, KINDS, MOST_CONDITIONS, MOST_GROUPS, Kind, Rule

NEW = {"what": "", "how": "", "value": ""}
Conditions = tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A rule that may not be whole yet; every group has at least one condition."""

    name: str = ""
    match: str = "all"
    groups: tuple[Conditions, ...] = ((NEW,),)

    @property
    def rule(self) -> dict[str, Any]:
        """As `segment_rules.read_rule` wants it, without conditions that nothing was chosen for."""
        begun = [[one for one in group if one["what"]] for group in self.groups]
        return {"match": self.match, "groups": [group for group in begun if group]}


def drafted(name: str, rule: Rule) -> Drafted:
    """What stands in the form of a segment that there is."""
    kept = rule.to_json()
    return Drafted(name, kept["match"], tuple(tuple(group) for group in kept["groups"]))


def read_drafted(form: MultiDict[str, str]) -> Drafted:
    """Fields are called `what.2.1`: the second group's first condition, both counted from 0."""
    places: dict[int, set[int]] = {}
    for name in form:
        kind, _, place = name.partition(".")
        group, _, condition = place.partition(".")
        if kind == "what" and group.isdecimal() and condition.isdecimal() and len(place) <= len("00.00"):
            places.setdefault(int(group), set()).add(int(condition))
    groups = tuple(
        tuple(read_condition(form, f"{group}.{one}") for one in sorted(places[group])[:MOST_CONDITIONS])
        for group in sorted(places)[:MOST_GROUPS]
    )
    match = "any" if form.get("match") == "any" else "all"
    return Drafted(form.get("name", ""), match, groups or ((NEW,),))


def read_condition(form: MultiDict[str, str], place: str) -> dict[str, str]:
    """Another kind of thing asks other questions: what does not fit it is let go."""
    what, how, value = (form.get(f"{name}.{place}", "") for name in ("what", "how", "value"))
    kind = kind_of(what)
    if kind is None:
        return NEW
    before = kind_of(form.get(f"was.{place}", what))
    hows = [one.value for one in HOWS[kind]]
    return {
        "what": what,
        "how": how if how in hows else hows[0],
        "value": value if kind is before else "30" if kind is Kind.DAYS else "",
    }


def kind_of(what: str) -> Kind | None:
    return Kind.WORDS if what.startswith("field:") else KINDS.get(what)


def acted(draft: Drafted, act: str) -> Drafted:
    """After `add` (a group), `add.0` (a condition to it), or `drop.0.1`; anything else leaves it as it is."""
    word, *numbers = act.split(".")
    places = [int(one) for one in numbers if one.isdecimal()]
    groups = [list(group) for group in draft.groups]
    if word == "add" and not numbers and len(groups) < MOST_GROUPS:
        groups.append([NEW])
    if word == "add" and len(places) == 1 and places[0] < len(groups) and len(groups[places[0]]) < MOST_CONDITIONS:
        groups[places[0]].append(NEW)
    if word == "drop" and len(places) == len("ab") and places[0] < len(groups) and places[1] < len(groups[places[0]]):
        del groups[places[0]][places[1]]
    return replace(draft, groups=tuple(tuple(group) for group in groups if group) or ((NEW,),))
