"""An MJML source as a tree: what stands in what is checked here, attributes in `mjml_check`, HTML in `html_check`."""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from html import unescape

from emails.render.marks import Marks
from emails.render.merge_tags import Statement
from emails.render.source.html_check import HtmlWriter, escaped
from emails.render.source.mjml_table import DEFAULTS, PLACES, REASONS, TAGS
from emails.render.source.problems import Problems, Unreadable
from emails.render.source.styles import style_trouble, without_comments
from emails.render.source.tokens import Closing, Comment, Opening, Text, Token, tokens
from emails.themes.escape import attribute, printable

HOLDS_CHOICES = frozenset({"mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column", "mj-hero"})
"""Between the elements of these a choice may stand by itself."""

_WORDS_ONLY = frozenset({"mj-accordion-title"})
_NO_COMMENTS = frozenset({"mj-accordion-title", "mj-button", "mj-table"})
"""What the engine itself cannot take there."""

_BLANKS = re.compile(r"\s+")


@dataclass(slots=True)
class Node:
    """An element; `content` is its HTML, text or rules, ready to be written."""

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node]" = field(default_factory=list)
    content: str = ""


def read_tree(source: str, marks: Marks, problems: Problems, *, is_design: bool) -> Node | None:
    """The tree of a source; None where there is none to speak of. `is_design` lets the places of a design stand."""
    reader = _Reader(marks, problems, is_design=is_design)
    try:
        for token in tokens(source):
            reader.take(token)
        return reader.end()
    except Unreadable as error:
        problems.refuse(error.line, str(error))
        return None


class _Reader:
    def __init__(self, marks: Marks, problems: Problems, *, is_design: bool) -> None:
        self._marks = marks
        self._problems = problems
        self._is_design = is_design
        self._root = Node("", 0)
        self._open = [self._root]
        self._html: HtmlWriter | None = None
        self._skipped: list[str] = []
        self._at_if: list[int] = []

    def take(self, token: Token) -> None:
        node = self._open[-1]
        if self._problems.is_full:
            raise Unreadable("There is more than can be told; mend these first.", token.line)
        if self._html is not None:
            self._take_html(node, token, self._html)
        elif self._skipped:
            self._skip(token)
        elif isinstance(token, Opening):
            self._opening(token)
        elif isinstance(token, Closing):
            self._closing(token)
        elif isinstance(token, Text):
            self._text(node, token)
        elif not isinstance(token, Comment) and len(self._open) > 1:
            self._problems.refuse(token.line, f"<{token.text[:30]}> may not stand in <{node.tag}>.")

    def end(self) -> Node | None:
        for node in self._open[1:]:
            self._problems.refuse(node.line, f"<{node.tag}> is never closed by </{node.tag}>.")
        if self._at_if:
            self._problems.refuse(0, "{% if %} and {% endif %} must stand inside the same element.")
        roots = self._root.children
        if len(roots) != 1 or roots[0].tag != "mjml":
            self._problems.refuse(1, "The source must be one <mjml> with <mj-body> in it.")
            return None
        bodies = [child for child in roots[0].children if child.tag == "mj-body"]
        if len(bodies) != 1 or len(roots[0].children) > 2:  # noqa: PLR2004  one head, one body
            self._problems.refuse(roots[0].line, "<mjml> holds one <mj-body>, and before it at most one <mj-head>.")
        return roots[0]

    def _take_html(self, node: Node, token: Token, writer: HtmlWriter) -> None:
        if isinstance(token, Closing) and token.name == node.tag:
            node.content = writer.end(0).strip(" ")
            self._html = None
            self._open.pop()
        elif isinstance(token, Opening) and (token.name in TAGS or token.name in REASONS):
            reason = REASONS.get(token.name, f"it may not stand in <{node.tag}>, which holds HTML")
            self._problems.refuse(token.line, f"<{token.name}>: {reason}.")
        elif isinstance(token, Opening | Closing) and node.tag in _WORDS_ONLY:
            where = f"<{node.tag}> holds words only"
            self._problems.refuse(token.line, f"{where}; <{token.name[:40]}> may not stand in it.")
        elif isinstance(token, Comment) and node.tag in _NO_COMMENTS and "[" in token.text:
            self._problems.refuse(
                token.line, f"A comment for Outlook may not stand in <{node.tag}>; put it into mj-raw."
            )
        else:
            writer.take(token)

    def _skip(self, token: Token) -> None:
        """Past the content of an element that was refused."""
        if isinstance(token, Opening) and not token.closed and token.name == self._skipped[-1]:
            self._skipped.append(token.name)
        elif isinstance(token, Closing) and token.name == self._skipped[-1]:
            self._skipped.pop()

    def _opening(self, token: Opening) -> None:
        parent = self._open[-1]
        if trouble := self._place_trouble(token.name, parent.tag):
            self._problems.refuse(token.line, f"<{token.name[:40]}>{trouble}.")
            if not token.closed:
                self._skipped.append(token.name)
            return
        node = Node(token.name, token.line)
        for name, value in token.attributes:
            if name in node.attributes:
                self._problems.refuse(token.line, f"<{token.name}> has {name[:30]} twice.")
            node.attributes[name] = value
        parent.children.append(node)
        if token.closed:
            return
        self._open.append(node)
        if token.name in TAGS and TAGS[token.name].holds == "html" and parent.tag != "mj-attributes":
            self._html = HtmlWriter(self._problems, self._marks, is_page=parent.tag == "mj-head")

    def _place_trouble(self, name: str, parent: str) -> str:
        if name in REASONS or (name not in {*TAGS, "mj-all", "mj-class"}):
            return f": {REASONS.get(name) or _suggested(name)}"
        if parent in {"mj-attributes", "mj-class"}:
            return self._default_trouble(name, parent)
        if name in PLACES:
            return self._mark_trouble(parent)
        if not parent:
            return "" if name == "mjml" else " stands outside <mjml>"
        where = [tag for tag, one in TAGS.items() if name in one.holds.split()]
        if parent in where:
            return ""
        return f" may not stand in <{parent}>, only in {', '.join(f'<{tag}>' for tag in where[:4])}"

    def _mark_trouble(self, parent: str) -> str:
        if not self._is_design:
            return ": it marks a place in a design, and this is a whole letter"
        return "" if parent in {"mj-body", "mj-wrapper"} else f" may not stand in <{parent}>, only in <mj-body>"

    @staticmethod
    def _default_trouble(name: str, parent: str) -> str:
        if parent == "mj-attributes" and name in {"mj-all", "mj-class"}:
            return ""
        return "" if name in DEFAULTS else f" may not stand in <{parent}>, which gives elements their defaults"

    def _closing(self, token: Closing) -> None:
        node = self._open[-1]
        if token.name == node.tag and len(self._open) > 1:
            self._open.pop()
            return
        names = [one.tag for one in self._open]
        if token.name not in names:
            self._problems.refuse(token.line, f"</{token.name[:40]}> closes nothing.")
            return
        self._problems.refuse(
            token.line, f"</{token.name}> stands before <{node.tag}> of line {node.line} is closed by </{node.tag}>."
        )
        while self._open.pop().tag != token.name:
            pass

    def _text(self, node: Node, token: Text) -> None:
        holds = TAGS[node.tag].holds if node.tag in TAGS else ""
        if holds == "css":
            rules = without_comments(token.text)
            trouble = style_trouble(token.text) or ("< cannot stand in a style" if "<" in rules else "")
            if trouble:
                self._problems.refuse(token.line, f"In a style: {trouble}.")
            node.content += printable(rules)
        elif holds == "text":
            plain = _BLANKS.sub(" ", unescape(token.text) if token.raw else token.text).strip()
            node.content += attribute(plain) if node.tag == "mj-title" else escaped(printable(plain))
        elif token.text.strip():
            self._loose(node, token)

    def _loose(self, node: Node, token: Text) -> None:
        """Text between elements: choices that show or hide whole elements, else a mistake."""
        numbers = self._marks.pattern.findall(token.text)
        rest = self._marks.pattern.sub("", token.text).strip()
        statements = [one for one in map(self._marks.meaning, numbers) if isinstance(one, Statement)]
        if rest or len(statements) != len(numbers) or node.tag not in HOLDS_CHOICES:
            where = f"in <{node.tag}>" if node.tag else "outside <mjml>"
            self._problems.refuse(token.line, f"“{token.text.strip()[:40]}” stands {where}, which holds elements only.")
            return
        for statement in statements:
            self._statement(statement, token.line)
        written = "".join(match[0] for match in self._marks.pattern.finditer(token.text))
        node.children.append(Node("mj-raw", token.line, content=written))

    def _statement(self, statement: Statement, line: int) -> None:
        here = id(self._open[-1])
        if statement.word == "if":
            self._at_if.append(here)
        elif not self._at_if or self._at_if[-1] != here:
            self._problems.refuse(
                line, f"{{% if %}} and {{% {statement.word} %}} must stand inside the same element, side by side."
            )
        if statement.word == "endif" and self._at_if:
            self._at_if.pop()


@lru_cache(maxsize=512)
def _suggested(name: str) -> str:
    close = get_close_matches(name, TAGS, n=1, cutoff=0.7)
    if close:
        return f"there is no such element; perhaps <{close[0]}> was meant"
    return "there is no such element in MJML" if name.startswith("mj") else "HTML stands in mj-text, mj-table or mj-raw"
