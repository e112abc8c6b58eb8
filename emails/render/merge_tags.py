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

_TAG = re.compile(
    r"\{%-?\s*raw\s*-?%\}(?P<raw>.*?)\{%-?\s*endraw\s*-?%\}|\{\{(?P<output>.*?)\}\}|\{%(?P<statement>.*?)%\}|\{#.*?#\}",
    re.DOTALL,
)
_OPENING = re.compile(r"\{[{%#]")
_STATEMENT = re.compile(r"(?P<word>\w+)\s*(?P<rest>.*)", re.DOTALL)
_STATEMENTS = ("if", "elif", "else", "endif")
_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>")
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


class _Reading:
    """One pass over one text, knowing which choices are open."""

    def __init__(self, source: str, place: str, *, is_html: bool) -> None:
        self._source = source
        self._place = place
        self._is_html = is_html
        self._open: list[_OpenChoice] = []

    def parts(self) -> Iterator[Part]:
        after = 0
        for count, match in enumerate(_TAG.finditer(self._source)):
            if count >= MAX_TAGS:
                raise self._refusal(f"has more than {MAX_TAGS} merge tags", match.start(), match[0])
            yield from self._words(after, match.start())
            after = match.end()
            yield from self._part_of(match)
        yield from self._words(after, len(self._source))
        if self._open:
            opened = self._open[-1]
            raise self._refusal("is never closed by {% endif %}", opened.at, opened.tag)

    def _words(self, start: int, end: int) -> Iterator[Part]:
        text = self._source[start:end]
        if broken := _OPENING.search(text):
            closing = {"{{": "}}", "{%": "%}", "{#": "#}"}[broken[0]]
            raise self._refusal(f"is never closed by {closing}. {_CURE}", start + broken.start(), broken[0])
        if text:
            yield Words(text)

    def _part_of(self, match: re.Match[str]) -> Iterator[Part]:
        if match["raw"] is not None:
            yield Words(self._inside(match, match["raw"]), literal=True)
        elif match["output"] is not None:
            expression = self._expression(match, match["output"])
            yield Output(expression, frozenset().union(*(opened.proven | opened.denied for opened in self._open)))
        elif match["statement"] is not None:
            yield self._statement(match)

    def _statement(self, match: re.Match[str]) -> Statement:
        found = _STATEMENT.fullmatch(self._inside(match, match["statement"]).strip("- \t\r\n"))
        word, rest = (found["word"], found["rest"]) if found else ("", "")
        if word not in _STATEMENTS:
            raise self._refusal(_unknown_statement(word), match.start(), match[0])
        if word in {"if", "elif"} and not rest:
            raise self._refusal("needs a condition, as in {% if subscriber.first_name %}", match.start(), match[0])
        if word in {"else", "endif"} and rest:
            raise self._refusal(f"takes nothing after “{word}”", match.start(), match[0])
        condition = self._expression(match, rest) if rest else None
        self._turn(word, condition, match)
        return Statement(word, condition)

    def _turn(self, word: str, condition: Expression | None, match: re.Match[str]) -> None:
        if word == "if":
            if len(self._open) >= MAX_NESTING:
                raise self._refusal(f"is nested deeper than {MAX_NESTING}", match.start(), match[0])
            self._open.append(_OpenChoice(match.start(), match[0]))
        elif not self._open:
            raise self._refusal("stands without an {% if %} before it", match.start(), match[0])
        elif word != "endif" and self._open[-1].has_else:
            raise self._refusal("comes after {% else %}", match.start(), match[0])
        if word == "endif":
            self._open.pop()
            return
        choice = self._open[-1]
        choice.denied |= choice.to_deny
        choice.proven = condition.proves if condition else frozenset()
        choice.to_deny = condition.denies if condition else frozenset()
        choice.has_else = word == "else"

    def _expression(self, match: re.Match[str], written: str) -> Expression:
        inside = self._inside(match, written).strip()
        inside = inside.removeprefix("-").removesuffix("-").strip()
        if not inside:
            raise self._refusal(f"is empty. {_CURE}", match.start(), match[0])
        try:
            return parse_expression(inside)
        except TemplateBroken as error:
            raise self._refusal(str(error), match.start(), match[0]) from None

    def _inside(self, match: re.Match[str], written: str) -> str:
        if not self._is_html:
            return written
        if _MARKUP.search(written):
            raise self._refusal("has formatting inside; format the whole tag instead", match.start(), match[0])
        return unescape(written).replace("\u00a0", " ")

    def _refusal(self, problem: str, at: int, tag: str) -> TemplateBroken:
        line = self._source.count("\n", 0, at) + 1
        shown = " ".join(unescape(tag).split()) if self._is_html else " ".join(tag.split())
        shown = shown if len(shown) <= 80 else f"{shown[:77]}…"  # noqa: PLR2004 - what fits on a line
        return TemplateBroken(
            f"{self._place}, line {line}: {shown} {problem}".rstrip(".") + _end(problem), line=line, tag=shown
        )


@dataclass(slots=True)
class _OpenChoice:
    """`proven` and `denied` are fields that hold something in the branch being read; `to_deny` in those after it."""

    at: int
    tag: str
    proven: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    to_deny: frozenset[str] = frozenset()
    has_else: bool = False


def _end(problem: str) -> str:
    return "" if problem.endswith("?") else "."


def _unknown_statement(word: str) -> str:
    close = get_close_matches(word.lower(), _STATEMENTS, n=1)
    if close:
        return f"is unknown; did you mean {{% {close[0]} %}}?"
    return "is not for letters; they know {% if %}, {% elif %}, {% else %} and {% endif %}"
