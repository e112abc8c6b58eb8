"""Reads one block of the editor's form, the blocks inside columns, and whom it is for.

Field names are `b<path>-<part>`, the path with dots; list items `b<path>-i<path>-text`; table cells
`b<path>-c<row>.<column>`, row 0 being the header; conditions `b<path>-only-<n>-what`, `-how` and `-value`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

from emails.articles.blocks import COLUMNS
from emails.errors import ArticleBroken, TemplateBroken
from emails.render.expressions import parse_expression
from emails.render.rules import MOST_TESTS, Asked, How, Rule, expression_of

Form = Mapping[str, str]
MOST_IN_COLUMN = 200
ITEM = re.compile(r"^b([\d.]+)-i([\d.]+)-text$")
CELL = re.compile(r"^b([\d.]+)-c(\d+)\.(\d+)$")
PLAIN_PARTS: dict[str, tuple[str, ...]] = {
    "paragraph": ("text",),
    "heading": ("text",),
    "image": ("src", "caption"),
    "quote": ("text", "by"),
    "cta": ("heading", "text", "button", "url"),
    "sponsor": ("name", "text"),
    "code": ("text", "language"),
    "embed": ("url", "title"),
}
Gathered = Mapping[str, list[tuple[str, re.Match[str]]]]


def gather(form: Form, pattern: re.Pattern[str]) -> dict[str, list[tuple[str, re.Match[str]]]]:
    found: dict[str, list[tuple[str, re.Match[str]]]] = {}
    for name in form:
        match = pattern.match(name)
        if match:
            found.setdefault(match[1], []).append((name, match))
    return found


@dataclass(frozen=True)
class BlockForm:
    """The whole form, with the names of list items and table cells gathered once."""

    form: Form
    items: Gathered = field(init=False)
    cells: Gathered = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", gather(self.form, ITEM))
        object.__setattr__(self, "cells", gather(self.form, CELL))

    def count(self, name: str, most: int) -> int:
        """How many blocks a list has. Raises: ArticleBroken where the form does not tell, or tells too many."""
        written = self.form.get(name, "0")
        if not (written.isascii() and written.isdecimal()):
            raise ArticleBroken("The form is not complete. Load the page again.")
        if int(written) > most:
            raise ArticleBroken(f"There are more than {most:,} blocks. Split the article into two letters.")
        return int(written)

    def block(self, path: str) -> dict[str, object]:
        """The JSON of the block at this path."""
        form, at = self.form, f"b{path}-"
        kind = form.get(f"{at}type", "paragraph")
        block: dict[str, object] = {"type": kind}
        block |= {part: form.get(at + part, "") for part in PLAIN_PARTS.get(kind, ())}
        block |= self.parts(kind, path)
        only = read_only(form, path)
        return block | {"only": only} if only and kind != "sponsor" else block

    def parts(self, kind: str, path: str) -> dict[str, object]:
        """What only blocks of this type have."""
        form, at = self.form, f"b{path}-"
        if kind == "heading":
            level = form.get(f"{at}level", "2")
            return {"level": int(level) if level.isdecimal() else 2}
        if kind == "image":
            return {"alt": None if form.get(f"{at}decorative") else form.get(f"{at}alt", "")}
        if kind == "list":
            paths = {tuple(map(int, match[2].split("."))): name for name, match in self.items.get(path, [])}
            return {"ordered": bool(form.get(f"{at}ordered")), "items": read_items(form, paths, ())}
        if kind == "table":
            return read_table(form, self.cells.get(path, []))
        return {"columns": self.columns(path)} if kind == "columns" else {}

    def columns(self, path: str) -> list[list[dict[str, object]]]:
        return [
            [
                self.block(f"{path}.{column}.{position}")
                for position in range(self.count(f"b{path}-count{column}", MOST_IN_COLUMN))
            ]
            for column in range(COLUMNS)
        ]


def read_items(form: Form, paths: Mapping[tuple[int, ...], str], parent: tuple[int, ...]) -> list[dict[str, object]]:
    depth = len(parent)
    here = sorted(path for path in paths if len(path) == depth + 1 and path[:depth] == parent)
    return [
        {
            "label": form.get(paths[path].removesuffix("text") + "label", ""),
            "text": form.get(paths[path], ""),
            "items": read_items(form, paths, path),
        }
        for path in here
    ]


def read_table(form: Form, cells: list[tuple[str, re.Match[str]]]) -> dict[str, object]:
    rows: dict[int, dict[int, str]] = {}
    for name, match in cells:
        rows.setdefault(int(match[2]), {})[int(match[3])] = form.get(name, "")
    lines = {row: [texts[column] for column in sorted(texts)] for row, texts in sorted(rows.items())}
    return {"header": lines.pop(0, []), "rows": list(lines.values())}


def read_only(form: Form, path: str) -> str:
    """Whom a block is for, "" for everybody. Raises: ArticleBroken naming the block, where nobody can be asked that."""
    at = f"b{path}-only"
    place = f"Block {'.'.join(str(int(part) + 1) for part in path.split('.'))}"
    try:
        if at in form:
            written = form[at].strip()
            if written:
                parse_expression(unescape(written))
            return written
        tests = tuple(test for number in range(MOST_TESTS) if (test := read_test(form, f"{at}-{number}")))
        return expression_of(Rule(tests, any_of=form.get(f"{at}-join") == "any"))
    except TemplateBroken as broken:
        raise ArticleBroken(f"{place}, only for: the condition {broken}.", place=place) from None


def read_test(form: Form, at: str) -> Asked | None:
    what = form.get(f"{at}-what", "")
    how = form.get(f"{at}-how", "")
    return Asked(what, How(how) if how in set(How) else How.IS, form.get(f"{at}-value", "").strip()) if what else None
