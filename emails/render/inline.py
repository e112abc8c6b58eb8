"""The words inside a block on their way into MJML: sanitised once more, balanced, one line, merge tags as marks."""

import re
from collections.abc import Iterator
from html import escape, unescape

import nh3

from emails.errors import TemplateBroken
from emails.render.marks import Marks
from emails.render.merge_tags import Statement
from emails.themes.escape import attribute, braces, printable, single_spaced

MAX_DEPTH = 50
"""MJML compilers die of deep nesting; no writer needs a tenth of this."""

_NEEDS_PARSER = re.compile(r"[<>&]")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_LINK = re.compile(r'<a href="([^"]*)">')
_VOID = frozenset({"br"})
_CLEANER = nh3.Cleaner(
    tags={"a", "b", "br", "code", "em", "i", "s", "strong", "sub", "sup", "u"},
    clean_content_tags={"script", "style"},
    attributes={"a": {"href"}, "*": set()},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)


def inline(source: str, marks: Marks, place: str) -> str:
    """Inline HTML that any XML parser takes: its merge tags are marks, its links are settled, its blanks single.

    Raises:
        TemplateBroken: names the place; too deep, or a merge tag that cannot stand where it stands.
    """
    words = "".join(_parts(printable(source), marks, place))
    if _NEEDS_PARSER.search(words):
        _check_depth(words, place)
        words = _CLEANER.clean(words).replace("&nbsp;", "&#160;").replace("<br>", "<br />")
        words = _LINK.sub(lambda match: _link(match[1], marks, place), words)
        _check_choices(words, marks, place)
    return single_spaced(braces(words)).strip(" ")


def _parts(source: str, marks: Marks, place: str) -> Iterator[str]:
    for part in marks.parts(source, place, is_html=True):
        if isinstance(part, str):
            yield part
        else:
            yield escape(part.text) if part.literal else part.text


def _link(address: str, marks: Marks, place: str) -> str:
    settled = marks.settled(unescape(address).strip(), place)
    return f'<a href="{attribute(settled)}">' if settled else "<a>"


def _check_depth(html: str, place: str) -> None:
    depth = 0
    for closing, name in _TAG.findall(html):
        depth += -1 if closing else name.lower() not in _VOID
        if depth > MAX_DEPTH:
            raise TemplateBroken(f"{place} is nested deeper than {MAX_DEPTH}; simplify its formatting.")


def _check_choices(html: str, marks: Marks, place: str) -> None:
    """A branch may not open what another closes: each must be whole by itself."""
    open_tags: list[str] = []
    at_if: list[list[str]] = []
    for match in re.finditer(rf"{marks.pattern.pattern}|<(/?)([a-z0-9]+)[^>]*>", html):
        if match[1]:
            meaning = marks.meaning(match[1])
            if isinstance(meaning, Statement):
                _check_statement(meaning, open_tags, at_if, place)
        elif match[2]:
            open_tags.pop()
        elif match[3] not in _VOID:
            open_tags.append(match[3] if not at_if else f"{match[3]} {match.start()}")


def _check_statement(statement: Statement, open_tags: list[str], at_if: list[list[str]], place: str) -> None:
    if statement.word == "if":
        at_if.append(list(open_tags))
    elif at_if[-1] != open_tags:
        raise TemplateBroken(
            f"{place}: {{% if %}} and {{% {statement.word} %}} must stand inside the same bold, italic or link.",
            tag=f"{{% {statement.word} %}}",
        )
    if statement.word == "endif":
        at_if.pop()
