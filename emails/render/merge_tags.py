"""Merge tags in what people wrote: found, checked, and taken out of the text before any HTML or MJML parser sees it.

`{{ output }}`, `{% if %}`, `{% elif %}`, `{% else %}`, `{% endif %}`, comments and `{% raw %}`; everything else is
refused with the line and the tag. The rest of the text is never parsed as a template.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from html import unescape

from emails.errors import TemplateBroken
from emails.render.expressions import Expression, parse_expression

MAX_SOURCE = 200_000
MAX_NESTING = 20
MAX_TAGS = 500
"""In one text: a paragraph, a heading, the subject."""

LONGEST_SHOWN = 80

_OPENING = re.compile(r"\{[{%#]")
_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_END_OF_RAW = re.compile(r"\{%-?\s*endraw\s*-?%\}")
_STATEMENT = re.compile(r"(?P<word>\w+)\s*(?P<rest>.*)", re.DOTALL)
_STATEMENTS = ("if", "elif", "else", "endif")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_CURE = "To show braces as they are, write {% raw %}{{ }}{% endraw %}."


@dataclass(frozen=True, slots=True)
class Words:
    """Text that stands as the author wrote it; `literal` where it must not be read as HTML."""

    text: str
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """`{{ expression }}`. `guarded` are the fields that hold something wherever this is shown."""

    expression: Expression
    guarded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Statement:
    """`word` is if, elif, else or endif; the first two bring their condition."""

    word: str
    condition: Expression | None = None


Part = Words | Output | Statement


def split_tags(source: str, *, place: str, is_html: bool = False) -> list[Part]:
    """The text as words and checked merge tags, in order; ifs and endifs balance.

    Raises:
        TemplateBroken: names `place`, the line within it and the tag, and how to put it right.
    """
    if len(source) > MAX_SOURCE:
        raise TemplateBroken(f"{place} is longer than {MAX_SOURCE:,} characters.")
    if not _OPENING.search(source):
        return [Words(source)] if source else []
    return list(_Reading(source, place, is_html=is_html).parts())


@dataclass(frozen=True, slots=True)
class _Tag:
    """`kind` is how the tag opens, or raw; `inside` is what stands between its braces, or between raw and endraw."""

    start: int
    end: int
    whole: str
    inside: str
    kind: str = ""


@dataclass(slots=True)
class _OpenChoice:
    """`proven` and `denied` are fields that hold something in the branch being read; `to_deny` in those after it."""

    tag: _Tag
    proven: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    to_deny: frozenset[str] = frozenset()
    has_else: bool = False


class _Reading:
    """One pass over one text, knowing which choices are open."""

    def __init__(self, source: str, place: str, *, is_html: bool) -> None:
        self._source = source
        self._place = place
        self._is_html = is_html
        self._open: list[_OpenChoice] = []

    def parts(self) -> Iterator[Part]:
        after = 0
        for count, tag in enumerate(self._tags()):
            if count >= MAX_TAGS:
                raise self._refusal(f"has more than {MAX_TAGS} merge tags", tag)
            if tag.start > after:
                yield Words(self._source[after : tag.start])
            after = tag.end
            yield from self._part_of(tag)
        if after < len(self._source):
            yield Words(self._source[after:])
        if self._open:
            raise self._refusal("is never closed by {% endif %}", self._open[-1].tag)

    def _tags(self) -> Iterator[_Tag]:
        """One step a tag, and none back: text full of braces must not cost more than its length."""
        after = 0
        while opening := _OPENING.search(self._source, after):
            tag = self._tag_at(opening.start(), opening[0])
            yield tag
            after = tag.end

    def _tag_at(self, start: int, opening: str) -> _Tag:
        closing = _CLOSING[opening]
        end = self._source.find(closing, start + 2)
        if end < 0:
            raise self._refusal(f"is never closed by {closing}. {_CURE}", _Tag(start, start + 2, opening, opening))
        inside = self._source[start + 2 : end].removeprefix("-").removesuffix("-")
        tag = _Tag(start, end + 2, self._source[start : end + 2], inside, opening)
        if opening != "{%" or inside.strip() != "raw":
            return tag
        raw_end = _END_OF_RAW.search(self._source, tag.end)
        if raw_end is None:
            raise self._refusal("is never closed by {% endraw %}", tag)
        return _Tag(start, raw_end.end(), tag.whole, self._source[tag.end : raw_end.start()], "raw")

    def _part_of(self, tag: _Tag) -> Iterator[Part]:
        if tag.kind == "raw":
            yield Words(self._inside(tag, tag.inside), literal=True)
        elif tag.kind == "{{":
            expression = self._expression(tag, tag.inside)
            yield Output(expression, frozenset().union(*(choice.proven | choice.denied for choice in self._open)))
        elif tag.kind == "{%":
            yield self._statement(tag)

    def _statement(self, tag: _Tag) -> Statement:
        found = _STATEMENT.fullmatch(self._inside(tag, tag.inside).strip())
        word, rest = (found["word"], found["rest"]) if found else ("", "")
        if word not in _STATEMENTS:
            raise self._refusal(_unknown_statement(word), tag)
        if word in {"if", "elif"} and not rest:
            raise self._refusal("needs a condition, as in {% if subscriber.first_name %}", tag)
        if word in {"else", "endif"} and rest:
            raise self._refusal(f"takes nothing after “{word}”", tag)
        condition = self._expression(tag, rest) if rest else None
        self._turn(word, condition, tag)
        return Statement(word, condition)

    def _turn(self, word: str, condition: Expression | None, tag: _Tag) -> None:
        if word == "if":
            if len(self._open) >= MAX_NESTING:
                raise self._refusal(f"is nested deeper than {MAX_NESTING}", tag)
            self._open.append(_OpenChoice(tag))
        elif not self._open:
            raise self._refusal("stands without an {% if %} before it", tag)
        elif word != "endif" and self._open[-1].has_else:
            raise self._refusal("comes after {% else %}", tag)
        if word == "endif":
            self._open.pop()
            return
        choice = self._open[-1]
        choice.denied |= choice.to_deny
        choice.proven = condition.proves if condition else frozenset()
        choice.to_deny = condition.denies if condition else frozenset()
        choice.has_else = word == "else"

    def _expression(self, tag: _Tag, written: str) -> Expression:
        inside = self._inside(tag, written).strip()
        if not inside:
            raise self._refusal(f"is empty. {_CURE}", tag)
        try:
            return parse_expression(inside)
        except TemplateBroken as error:
            raise self._refusal(str(error), tag) from None

    def _inside(self, tag: _Tag, written: str) -> str:
        if not self._is_html:
            return written
        if _MARKUP.search(written):
            raise self._refusal("has formatting inside; format the whole tag instead", tag)
        return unescape(written).replace("\u00a0", " ")

    def _refusal(self, problem: str, tag: _Tag) -> TemplateBroken:
        line = self._source.count("\n", 0, tag.start) + 1
        shown = " ".join((unescape(tag.whole) if self._is_html else tag.whole).split())
        shown = shown if len(shown) <= LONGEST_SHOWN else f"{shown[: LONGEST_SHOWN - 1]}…"
        end = "" if problem.endswith(("?", ".")) else "."
        return TemplateBroken(f"{self._place}, line {line}: {shown} {problem}{end}", line=line, tag=shown)


def _unknown_statement(word: str) -> str:
    close = ["elif"] if word in {"elseif", "elsif"} else get_close_matches(word.lower(), _STATEMENTS, n=1)
    if close:
        return f"is unknown; did you mean {{% {close[0]} %}}?"
    return "is not for letters; they know {% if %}, {% elif %}, {% else %} and {% endif %}"
