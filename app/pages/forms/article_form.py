"""Reads the block editor's form: the whole article as it stands on the page, and the one act asked for.

Field names are `b<position>-<part>`; list items `b<position>-i<path>-text` with a dotted path; table cells
`b<position>-c<row>.<column>`, row 0 being the header. An act is `<verb>:<position>[:<detail>]`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from emails.articles import edit, edit_parts
from emails.articles.article_json import article_from_json
from emails.articles.blocks import Article
from emails.articles.edit import Blocks, Kind
from emails.errors import ArticleBroken

Form = Mapping[str, str]
ITEM = re.compile(r"^b(\d+)-i([\d.]+)-text$")
CELL = re.compile(r"^b(\d+)-c(\d+)\.(\d+)$")
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


@dataclass(frozen=True)
class Edited:
    """The article after the act; `focus` is the position to put the cursor at, or None to leave it."""

    article: Article
    focus: int | None = None


def read_article(form: Form, content: Mapping[str, object]) -> Article:
    """The article as the page holds it, on top of what the page does not show (language, date, warnings).

    Raises:
        ArticleBroken: a field that cannot be kept, with its place.
    """
    try:
        count = int(form.get("count", "0"))
    except ValueError:
        raise ArticleBroken("The form is not complete. Load the page again.") from None
    if not 0 <= count <= edit.MOST_BLOCKS:
        raise ArticleBroken(f"An article has at most {edit.MOST_BLOCKS:,} blocks. Split it into two letters.")
    items, cells = gather(form, ITEM), gather(form, CELL)
    blocks = [read_block(form, position, items, cells) for position in range(count)]
    parts = {name: form.get(name, "") for name in ("title", "subtitle") if name in form}
    return article_from_json({**content, **parts, "blocks": blocks})


def gather(form: Form, pattern: re.Pattern[str]) -> dict[int, list[tuple[str, re.Match[str]]]]:
    found: dict[int, list[tuple[str, re.Match[str]]]] = {}
    for name in form:
        match = pattern.match(name)
        if match:
            found.setdefault(int(match[1]), []).append((name, match))
    return found


def read_block(
    form: Form,
    position: int,
    items: Mapping[int, list[tuple[str, re.Match[str]]]],
    cells: Mapping[int, list[tuple[str, re.Match[str]]]],
) -> dict[str, object]:
    at = f"b{position}-"
    kind = form.get(f"{at}type", "paragraph")
    block: dict[str, object] = {"type": kind}
    block |= {part: form.get(at + part, "") for part in PLAIN_PARTS.get(kind, ())}
    if kind == "heading":
        block["level"] = int(form.get(f"{at}level", "2")) if form.get(f"{at}level", "2").isdecimal() else 2
    elif kind == "image":
        block["alt"] = None if form.get(f"{at}decorative") else form.get(f"{at}alt", "")
    elif kind == "list":
        block["ordered"] = bool(form.get(f"{at}ordered"))
        paths = {tuple(map(int, match[2].split("."))): name for name, match in items.get(position, [])}
        block["items"] = read_items(form, paths, ())
    elif kind == "table":
        block |= read_table(form, cells.get(position, []))
    return block


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


def apply_act(article: Article, act: str, form: Form) -> Edited:
    """Does the one thing a button asked for; an empty act changes nothing.

    Raises:
        ArticleBroken: a position that is not there any more.
    """
    verb, _, rest = act.partition(":")
    if verb not in ACTS:
        return Edited(article)
    position, _, detail = rest.partition(":")
    at = int(position) if position.isdecimal() else -1
    blocks, focus = ACTS[verb](article.blocks, at, detail, form)
    return Edited(replace(article, blocks=blocks), focus)


Act = Callable[[Blocks, int, str, Form], tuple[Blocks, int | None]]


def kind_named(detail: str) -> Kind:
    return Kind(detail) if detail in set(Kind) else Kind.PARAGRAPH


def path_named(detail: str) -> tuple[int, ...]:
    return tuple(int(step) for step in detail.split(".") if step.isdecimal()) or (0,)


def number(detail: str) -> int:
    return int(detail) if detail.isdecimal() else 0


ACTS: dict[str, Act] = {
    "up": lambda blocks, at, _d, _f: (edit.move(blocks, at, at - 1), max(at - 1, 0)),
    "down": lambda blocks, at, _d, _f: (edit.move(blocks, at, at + 1), min(at + 1, len(blocks) - 1)),
    "move": lambda blocks, at, detail, _f: (edit.move(blocks, at, number(detail)), number(detail)),
    "remove": lambda blocks, at, _d, _f: (edit.remove(blocks, at), max(at - 1, 0) if blocks[1:] else None),
    "add": lambda blocks, at, detail, _f: (edit.add(blocks, at, kind_named(detail)), at),
    "retype": lambda blocks, at, _d, form: (edit.retype(blocks, at, kind_named(form.get(f"b{at}-retype", ""))), at),
    "split": lambda blocks, at, _d, form: (edit.split(blocks, at, form.get("rest", "")), at + 1),
    "join": lambda blocks, at, _d, _f: (edit.join(blocks, at), max(at - 1, 0)),
    "item-add": lambda blocks, at, detail, _f: (edit_parts.add_item(blocks, at, path_named(detail)), at),
    "item-remove": lambda blocks, at, detail, _f: (edit_parts.remove_item(blocks, at, path_named(detail)), at),
    "row-add": lambda blocks, at, _d, _f: (edit_parts.add_row(blocks, at), at),
    "row-remove": lambda blocks, at, detail, _f: (edit_parts.remove_row(blocks, at, number(detail)), at),
    "column-add": lambda blocks, at, _d, _f: (edit_parts.add_column(blocks, at), at),
    "column-remove": lambda blocks, at, detail, _f: (edit_parts.remove_column(blocks, at, number(detail)), at),
}
