"""Marks: opaque words that stand for merge tags and links while a letter goes through HTML, MJML and wrapping.

No parser can trip over a mark, and no author can write one: its letters are a hash of everything the author wrote.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import unescape

from emails.errors import TemplateBroken
from emails.render.expressions import parse_expression
from emails.render.merge_tags import Output, Statement, Words, split_tags
from emails.themes.only import around


@dataclass(frozen=True, slots=True)
class Shown:
    """A value to be shown; `in_address` where it is a part of an address."""

    expression: str
    in_address: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A whole address that readers reach through us."""

    url: str


Meaning = Shown | Statement | Link


class Marks:
    """The marks of one letter, and what is known about its merge fields."""

    def __init__(self, *written: object, constants: dict[str, str], tracked: bool) -> None:
        self._seed = "lw" + sha256(repr(written).encode("utf-8", "replace")).hexdigest()[:10]
        self._meanings: list[Meaning] = []
        self._links: dict[str, str] = {}
        self._constants = constants
        self._tracked = tracked
        self.pattern = re.compile(rf"{self._seed}n(\d+)z")
        self.fields: set[str] = set()
        self.without_default: set[str] = set()
        self._proven: frozenset[str] = frozenset()

    def show(self, expression: str) -> str:
        """A mark for one of the letter's own values, such as links.unsubscribe."""
        return self._mark(Shown(expression))

    def meaning(self, number: str) -> Meaning:
        return self._meanings[int(number)]

    def plain(self, source: str, place: str) -> str:
        """Plain text with its merge tags as marks. Raises: TemplateBroken."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts(source, place))

    def parts(self, source: str, place: str, *, is_html: bool = False) -> Iterator[str | Words]:
        """The author's words, and between them marks as plain strings."""
        for part in split_tags(source, place=place, is_html=is_html):
            if isinstance(part, Words):
                yield part
            elif isinstance(part, Output):
                self.fields |= part.expression.fields
                self.without_default |= part.expression.bare - part.guarded - self._proven
                yield self._mark(Shown(part.expression.source))
            else:
                self.fields |= part.condition.fields if part.condition else frozenset()
                yield self._mark(part)

    @contextmanager
    def only_for(self, condition: str, place: str) -> Iterator[str]:
        """What is marked inside is for those for whom the condition holds; gives the marks around it, "" for everybody.

        Raises:
            TemplateBroken: the condition cannot be used; names the place.
        """
        if not condition.strip():
            yield ""
            return
        try:
            expression = parse_expression(unescape(condition).strip())
        except TemplateBroken as error:
            raise TemplateBroken(f"{place}, only for: {condition} {error}.", tag=condition) from None
        self.fields |= expression.fields
        around_it = self._proven
        self._proven = around_it | expression.proves
        yield around(self._mark(Statement("if", expression)), self._mark(Statement("endif")))
        self._proven = around_it

    def address(self, source: str, place: str) -> str:
        """An address as it stands in the letter: one mark for what is tracked, else as written; "" where it is none.

        Raises:
            TemplateBroken: a merge tag decides where the address begins.
        """
        return self.settled(self.plain(source.strip(), place), place)

    def settled(self, address: str, place: str) -> str:
        """The same for an address whose merge tags are marks already."""
        found = self.pattern.search(address)
        if found and found[0] == address and self.meaning(found[1]) == Shown("brand.url"):
            address, found = self._constants["brand.url"], None
        scheme = address.partition(":")[0].lower() if ":" in address else ""
        if scheme not in {"http", "https", "mailto", "tel"}:
            if found:
                raise TemplateBroken(f"{place}: an address with merge tags must begin with https:// as it stands.")
            return ""
        if found:
            return self.pattern.sub(lambda match: self._in_address(match[1]), address)
        if not self._tracked or scheme not in {"http", "https"}:
            return address
        if address not in self._links:
            self._links[address] = self._mark(Link(address))
        return self._links[address]

    def written(self, address: str) -> str:
        """The address that a mark stands for, as the author wrote it."""
        found = self.pattern.fullmatch(address)
        meaning = self.meaning(found[1]) if found else None
        return meaning.url if isinstance(meaning, Link) else address

    def _in_address(self, number: str) -> str:
        meaning = self.meaning(number)
        return self._mark(Shown(meaning.expression, in_address=True) if isinstance(meaning, Shown) else meaning)

    def _mark(self, meaning: Meaning) -> str:
        self._meanings.append(meaning)
        return f"{self._seed}n{len(self._meanings) - 1}z"
