"""Reads the block editor's form: the whole article as it stands on the page, and the one act asked for.

An act is `<verb>:<path>[:<detail>]`; what a block's fields are called says `block_form`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.pages.forms.block_form import BlockForm, Form
from emails.articles import edit, edit_parts
from emails.articles.article_json import article_from_json
from emails.articles.blocks import Article, Block, Paragraph, Table
from emails.articles.edit import Blocks, Kind
from emails.articles.edit_path import beside, carry, change_at, list_at, read_path, written
from emails.articles.inline import sanitise


@dataclass(frozen=True)
class Edited:
    """The article after the act; `focus` is the path to put the cursor at, or None to leave it.

    `field` is the name of the field in that block, "" for its first one.
    """

    article: Article
    focus: str | None = None
    field: str = ""


def read_article(form: Form, content: Mapping[str, object]) -> Article:
    """The article as the page holds it, on top of what the page does not show (language, date, warnings).

    Raises:
        ArticleBroken: a field that cannot be kept, with its place.
    """
    reading = BlockForm(form)
    blocks = [reading.block(str(position)) for position in range(reading.count("count", edit.MOST_BLOCKS))]
    parts = {name: form.get(name, "") for name in ("title", "subtitle") if name in form}
    return article_from_json({**content, **parts, "blocks": blocks})


@dataclass(frozen=True)
class Asking:
    """What an act brings beside its place: its detail, the type chosen for the block, the words after the cursor."""

    detail: str
    retype: str
    rest: str

    @property
    def number(self) -> int:
        return int(self.detail) if self.detail.isdecimal() else 0

    @property
    def path(self) -> tuple[int, ...]:
        return tuple(int(step) for step in self.detail.split(".") if step.isdecimal()) or (0,)


def apply_act(article: Article, act: str, form: Form) -> Edited:
    """Does the one thing a button asked for; an empty act, or one that is not known, changes nothing.

    Raises:
        ArticleBroken: a position that is not there any more.
    """
    verb, _, rest = act.partition(":")
    where, _, detail = rest.partition(":")
    if verb == "move":
        blocks, path = carry(article.blocks, read_path(where), read_path(detail))
        return Edited(replace(article, blocks=blocks), written(path))
    if verb not in ACTS:
        return Edited(article)
    path = read_path(where)
    asked = Asking(detail, form.get(f"b{where}-retype", ""), sanitise(form.get("rest", "")))
    inner, focus = ACTS[verb](list_at(article.blocks, path), path[-1], asked)
    blocks = change_at(article.blocks, path, lambda _blocks, _at: inner)
    if focus is None:
        return Edited(replace(article, blocks=blocks))
    field = field_after(verb, inner[focus], asked)
    return Edited(replace(article, blocks=blocks), written(beside(path, focus)), field and f"b{where}-{field}")


def field_after(verb: str, block: Block, asked: Asking) -> str:
    """The field that an act inside a block leads to, by the end of its name; "" for acts on whole blocks."""
    *outer, last = asked.path
    if verb in {"item-add", "item-remove"}:
        at = (*outer, last + 1 if verb == "item-add" else max(last - 1, 0))
        return f"i{written(at)}-text"
    if not isinstance(block, Table):
        return ""
    if verb in {"row-add", "row-remove"}:
        row = len(block.rows) if verb == "row-add" else min(asked.number + 1, len(block.rows))
        return f"c{row}.0"
    return f"c0.{edit_parts.width(block) - 1}" if verb in {"column-add", "column-remove"} else ""


Act = Callable[[Blocks, int, Asking], tuple[Blocks, int | None]]


def kind_named(detail: str) -> Kind:
    return Kind(detail) if detail in set(Kind) else Kind.PARAGRAPH


def put(blocks: Blocks, at: int, asked: Asking) -> tuple[Blocks, int]:
    """A new block after `at`, or in the place of an empty paragraph that stands there."""
    block = edit.look(blocks, at)
    if isinstance(block, Paragraph) and not block.text.strip():
        return edit.remove(edit.add(blocks, at + 1, kind_named(asked.detail)), at), at
    return edit.add(blocks, at + 1, kind_named(asked.detail)), at + 1


ACTS: dict[str, Act] = {
    "up": lambda blocks, at, _: (edit.move(blocks, at, at - 1), max(at - 1, 0)),
    "down": lambda blocks, at, _: (edit.move(blocks, at, at + 1), min(at + 1, len(blocks) - 1)),
    "duplicate": lambda blocks, at, _: (edit.duplicate(blocks, at), at + 1),
    "remove": lambda blocks, at, _: (edit.remove(blocks, at), max(at - 1, 0) if blocks[1:] else None),
    "add": lambda blocks, at, asked: (edit.add(blocks, at, kind_named(asked.detail)), at),
    "put": put,
    "retype": lambda blocks, at, asked: (edit.retype(blocks, at, kind_named(asked.detail or asked.retype)), at),
    "split": lambda blocks, at, asked: (edit.split(blocks, at, asked.rest), at + 1),
    "join": lambda blocks, at, _: (edit.join(blocks, at), max(at - 1, 0)),
    "item-add": lambda blocks, at, asked: (edit_parts.add_item(blocks, at, asked.path), at),
    "item-remove": lambda blocks, at, asked: (edit_parts.remove_item(blocks, at, asked.path), at),
    "item-end": lambda blocks, at, asked: (
        edit.add(edit_parts.remove_item(blocks, at, asked.path), at + 1, Kind.PARAGRAPH),
        at + 1,
    ),
    "row-add": lambda blocks, at, _: (edit_parts.add_row(blocks, at), at),
    "row-remove": lambda blocks, at, asked: (edit_parts.remove_row(blocks, at, asked.number), at),
    "column-add": lambda blocks, at, _: (edit_parts.add_column(blocks, at), at),
    "column-remove": lambda blocks, at, asked: (edit_parts.remove_column(blocks, at, asked.number), at),
}
