"""The style sheets of a letter and what they give each element: the small part of CSS that letters are written in.

Selectors of tags, classes, ids and attributes, joined by blanks and `>`; whatever else stands in a sheet applies to
nothing here, as in many mail programs.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree, html

from emails.preflight.page import EMPTY_PAGE, UNREADABLE

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
COMPOUND = re.compile(r"([a-zA-Z][a-zA-Z0-9]*|\*)?((?:[.#][\w-]+|\[[^\]]*\])*)")
PART = re.compile(r"([.#])([\w-]+)|\[([\w-]+)(?:[~|^$*]?=[\"']?([^\"'\]]*)[\"']?)?\]")
COMBINATOR = re.compile(r"\s*(>)\s*|\s+")
MOST_RULES = 2_000


@dataclass(frozen=True, slots=True)
class Compound:
    """What one element must be. `attributes` maps names to values, None where any will do."""

    tag: str
    classes: frozenset[str]
    ids: frozenset[str]
    attributes: tuple[tuple[str, str | None], ...]

    def fits(self, element: etree._Element) -> bool:
        if self.tag not in {"", "*"} and element.tag != self.tag:
            return False
        if self.classes and not self.classes <= set((element.get("class") or "").split()):
            return False
        if self.ids and element.get("id") not in self.ids:
            return False
        return all(
            element.get(name) is not None if value is None else element.get(name) == value
            for name, value in self.attributes
        )

    @property
    def weight(self) -> tuple[int, int, int]:
        return len(self.ids), len(self.classes) + len(self.attributes), int(self.tag not in {"", "*"})


@dataclass(frozen=True, slots=True)
class Rule:
    """`selector` is a chain of compounds with the combinator before each; `media` the condition around it, or ""."""

    selector: tuple[tuple[str, Compound], ...]
    declarations: tuple[tuple[str, str, bool], ...]
    media: str

    @property
    def weight(self) -> tuple[int, ...]:
        return tuple(map(sum, zip(*(compound.weight for _joint, compound in self.selector), strict=True)))

    @property
    def classes_above(self) -> frozenset[str]:
        """What the elements around one that fits must have among them."""
        return frozenset().union(*(compound.classes for _joint, compound in self.selector[:-1]))

    def fits(self, element: etree._Element) -> bool:
        return _fits(self.selector, element)


@dataclass(frozen=True)
class Styled:
    """A letter's tree and its rules, in the order they stand."""

    root: etree._Element
    rules: tuple[Rule, ...]


@lru_cache(maxsize=4)
def read_styled(source: str) -> Styled:
    """Never raises: what cannot be parsed is an empty page."""
    try:
        root = html.document_fromstring(UNREADABLE.sub(" ", source) or EMPTY_PAGE)
    except (etree.ParserError, ValueError):
        root = html.document_fromstring(EMPTY_PAGE)
    rules: list[Rule] = []
    for sheet in root.iter("style"):
        rules += read_rules(sheet.text or "", media=(sheet.get("media") or "").lower())
    return Styled(root, tuple(rules[:MOST_RULES]))


def read_rules(sheet: str, *, media: str = "") -> Iterator[Rule]:
    """The rules of a sheet, those inside @media with its condition."""
    for before, body in blocks_of(COMMENT.sub(" ", sheet)):
        if before.lower().startswith("@media"):
            yield from read_rules(body, media=f"{media} {before[6:].strip().lower()}".strip())
        elif not before.startswith("@"):
            declarations = tuple(declarations_of(body))
            for text in before.split(","):
                selector = read_selector(text.strip())
                if selector and declarations:
                    yield Rule(selector, declarations, media)


def blocks_of(sheet: str) -> Iterator[tuple[str, str]]:
    """What stands before each pair of outer braces, and what inside it."""
    depth, start, before = 0, 0, ""
    for place, sign in enumerate(sheet):
        if sign == "{":
            if not depth:
                before, start = sheet[start:place].rpartition(";")[2].strip(), place + 1
            depth += 1
        elif sign == "}" and depth:
            depth -= 1
            if not depth:
                yield before, sheet[start:place]
                start = place + 1


def declarations_of(text: str) -> Iterator[tuple[str, str, bool]]:
    """(property, value, important) of a rule or a style attribute; a semicolon in quotes or brackets ends nothing."""
    for piece in re.split(r";(?![^(]*\))", text):
        name, colon, value = piece.partition(":")
        if colon and name.strip() and value.strip():
            important = "!important" in value.lower().replace(" ", "")
            plain = re.sub(r"\s*!\s*important", "", value, flags=re.IGNORECASE)
            yield name.strip().lower(), plain.strip(), important


def read_selector(text: str) -> tuple[tuple[str, Compound], ...]:
    """The chain, () where it holds anything that is not understood here."""
    chain: list[tuple[str, Compound]] = []
    place, joint = 0, ""
    while place < len(text):
        found = COMPOUND.match(text, place)
        if not found or found.end() == place:
            return ()
        chain.append((joint, compound_of(found[1] or "", found[2])))
        place = found.end()
        between = COMBINATOR.match(text, place)
        if place < len(text) and not between:
            return ()
        if between:
            joint, place = between[1] or " ", between.end()
    return tuple(chain)


def compound_of(tag: str, parts: str) -> Compound:
    found = PART.findall(parts)
    return Compound(
        tag.lower(),
        frozenset(name for kind, name, _attribute, _value in found if kind == "."),
        frozenset(name for kind, name, _attribute, _value in found if kind == "#"),
        tuple((attribute, value or None) for _kind, _name, attribute, value in found if attribute),
    )


def _fits(selector: Sequence[tuple[str, Compound]], element: etree._Element) -> bool:
    joint, compound = selector[-1]
    if not compound.fits(element):
        return False
    if len(selector) == 1:
        return True
    above = element.getparent()
    while above is not None:
        if _fits(selector[:-1], above):
            return True
        if joint == ">":
            return False
        above = above.getparent()
    return False


class Cascade:
    """What the rules of some media give to elements, with their style attributes and old attributes of colour."""

    def __init__(self, rules: Sequence[Rule], wanted: frozenset[str]) -> None:
        """`wanted` are the only properties that are told."""
        self._wanted = wanted
        self._by_key: dict[str, list[tuple[int, Rule, frozenset[str]]]] = {}
        self._around: dict[etree._Element, frozenset[str]] = {}
        for order, rule in enumerate(rules):
            if any(name in wanted for name, _value, _important in rule.declarations):
                last = rule.selector[-1][1]
                key = next(iter(sorted(last.classes)), "") or last.tag
                self._by_key.setdefault(key, []).append((order, rule, rule.classes_above))

    def of(self, element: etree._Element) -> Mapping[str, str]:
        ranked: list[tuple[tuple[object, ...], str, str]] = []
        classes = (element.get("class") or "").split()
        around = self._classes_around(element)
        keys = ("", "*", str(element.tag), *classes)
        for order, rule, above in (entry for key in keys for entry in self._by_key.get(key, ())):
            # Most rules of a letter hang on a class far above; asking for it first spares the way up there.
            if above <= around and rule.fits(element):
                for name, value, important in rule.declarations:
                    ranked.append(((important, 0, rule.weight, order), name, value))
        for place, (name, value, important) in enumerate(declarations_of(element.get("style") or "")):
            ranked.append(((important, 1, (0, 0, 0), place), name, value))
        ranked.sort(key=lambda one: one[0])
        given = {"background-color": element.get("bgcolor") or "", "color": ""} if element.get("bgcolor") else {}
        return given | {name: value for _rank, name, value in ranked if name in self._wanted}

    def _classes_around(self, element: etree._Element) -> frozenset[str]:
        """The classes of everything that the element stands in; never deeper than the tree is."""
        inside: list[etree._Element] = []
        above = element.getparent()
        while above is not None and above not in self._around:
            inside.append(above)
            above = above.getparent()
        found = self._around[above] if above is not None else frozenset()
        for one in reversed(inside):
            own = frozenset((one.get("class") or "").split())
            found = found if own <= found else found | own
            self._around[one] = found
        return found
