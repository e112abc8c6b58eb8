"""Articles to and from the JSON document that the editor, the API and the command line exchange.

Every `text` but code's, `caption` and the cells of tables are inline HTML and pass the sanitiser; all else is plain
text, in which nothing is a merge tag. Reading names the place of the first wrong field.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date

from emails.articles.blocks import (
    COLUMNS,
    Article,
    Block,
    CallToAction,
    Code,
    Columns,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Remark,
    Sponsor,
    Table,
    every_block,
)
from emails.articles.json_fields import Fields
from emails.articles.remarks import MAX_BLOCKS
from emails.errors import ArticleBroken

MAX_LIST_DEPTH = 50
MAX_CONDITION = 500
"""Characters of what a block is only for."""

_TYPES: dict[type[Block], str] = {
    Image: "image",
    Heading: "heading",
    Paragraph: "paragraph",
    List: "list",
    Quote: "quote",
    CallToAction: "cta",
    Sponsor: "sponsor",
    Divider: "divider",
    Code: "code",
    Table: "table",
    Embed: "embed",
    Columns: "columns",
}
_NOT_IN_COLUMNS = ("sponsor", "columns")
_ARTICLE_FIELDS = (
    "version",
    "title",
    "subtitle",
    "description",
    "language",
    "author",
    "date",
    "canonical_url",
    "blocks",
    "warnings",
)


def article_to_json(article: Article) -> dict[str, object]:
    """The article as plain dicts, lists and strings, its fields in the documented order."""
    document: dict[str, object] = {name: getattr(article, name) for name in _ARTICLE_FIELDS}
    document["blocks"] = blocks_to_json(article.blocks)
    document["warnings"] = [asdict(remark) for remark in article.warnings]
    return document


def blocks_to_json(blocks: tuple[Block, ...]) -> list[object]:
    """Blocks as the document holds them; `only` stands where a block is not for everybody."""
    return [_block_to_json(block) for block in blocks]


def _block_to_json(block: Block) -> dict[str, object]:
    told: dict[str, object] = {"only": block.only} if block.only else {}
    if isinstance(block, Columns):
        return {"type": "columns", "columns": [blocks_to_json(column) for column in block.columns], **told}
    given = asdict(block)
    given.pop("only")
    return {"type": _TYPES[type(block)], **_lists(given), **told}


def article_from_json(data: object) -> Article:
    """The article a JSON document describes, with its inline HTML made safe.

    Raises: ArticleBroken whose `place` names the field, such as `blocks[3].items[0].text`.
    """
    fields = Fields(data, "")
    fields.allow(*_ARTICLE_FIELDS)
    if fields.number("version", default=1) != 1:
        raise ArticleBroken("version: this program reads articles of version 1 only.", place="version")
    return Article(
        title=fields.plain("title"),
        blocks=_blocks(fields),
        subtitle=fields.plain("subtitle"),
        description=fields.plain("description"),
        language=fields.plain("language"),
        author=fields.plain("author"),
        date=_date(fields),
        canonical_url=fields.web_address("canonical_url"),
        warnings=tuple(_remark(item) for item in fields.children("warnings", most=MAX_BLOCKS)),
    )


def _blocks(fields: Fields) -> tuple[Block, ...]:
    blocks = tuple(_block(item) for item in fields.children("blocks", most=MAX_BLOCKS))
    if sum(1 for _ in every_block(blocks)) > MAX_BLOCKS:
        raise fields.broken("blocks", f"there are too many blocks inside columns; {MAX_BLOCKS:,} in all is the limit")
    return blocks


def _lists(value: dict[str, object]) -> dict[str, object]:
    """Tuples as lists, so that the document equals its own copy after a trip through JSON text."""
    return {name: _listed(item) for name, item in value.items()}


def _listed(value: object) -> object:
    if isinstance(value, tuple):
        return [_listed(item) for item in value]
    return _lists(value) if isinstance(value, dict) else value


def _date(fields: Fields) -> str:
    text = fields.plain("date")
    if text:
        try:
            date.fromisoformat(text)
        except ValueError:
            raise fields.broken("date", f"“{text}” is no date; write it as 2026-03-31, or leave it empty") from None
    return text


def _remark(fields: Fields) -> Remark:
    fields.allow("code", "message", "place")
    return Remark(fields.plain("code"), fields.plain("message"), fields.plain("place"))


def _block(fields: Fields) -> Block:
    kind = fields.plain("type", required=True)
    reader = _READERS.get(kind)
    if reader is None:
        known = ", ".join(_READERS)
        raise fields.broken("type", f"“{kind}” is no kind of block; the kinds are {known}")
    block = reader(fields)
    only = fields.plain("only")
    if len(only) > MAX_CONDITION:
        raise fields.broken("only", f"a condition has at most {MAX_CONDITION} characters")
    if only and isinstance(block, Sponsor):
        raise fields.broken("only", "who paid is told to everybody; take the condition away")
    return replace(block, only=only) if only else block


def _image(fields: Fields) -> Image:
    fields.allow("type", "only", "src", "alt", "caption")
    alt = None if fields.is_null("alt") else fields.plain("alt")
    return Image(src=fields.picture("src"), alt=alt, caption=fields.inline("caption"))


def _heading(fields: Fields) -> Heading:
    fields.allow("type", "only", "level", "text")
    level = fields.number("level", default=2)
    if level not in range(2, 7):
        raise fields.broken("level", "a heading's level is 2 to 6; the title stands in the field “title”")
    return Heading(level, fields.inline("text"))


def _paragraph(fields: Fields) -> Paragraph:
    fields.allow("type", "only", "text")
    return Paragraph(fields.inline("text"))


def _list(fields: Fields) -> List:
    fields.allow("type", "only", "ordered", "items")
    return List(items=_items(fields, depth=1), ordered=fields.flag("ordered"))


def _items(fields: Fields, depth: int) -> tuple[ListItem, ...]:
    children = fields.children("items", most=MAX_BLOCKS)
    if depth > MAX_LIST_DEPTH and children:
        raise fields.broken("items", f"lists may be nested {MAX_LIST_DEPTH} deep at most")
    return tuple(_item(child, depth) for child in children)


def _item(fields: Fields, depth: int) -> ListItem:
    fields.allow("label", "text", "items")
    return ListItem(text=fields.inline("text"), label=fields.plain("label"), items=_items(fields, depth + 1))


def _quote(fields: Fields) -> Quote:
    fields.allow("type", "only", "text", "by")
    return Quote(fields.inline("text"), by=fields.plain("by"))


def _cta(fields: Fields) -> CallToAction:
    fields.allow("type", "only", "heading", "text", "button", "url")
    return CallToAction(
        text=fields.inline("text"),
        button=fields.plain("button"),
        url=fields.link("url"),
        heading=fields.plain("heading"),
    )


def _sponsor(fields: Fields) -> Sponsor:
    fields.allow("type", "only", "name", "text")
    return Sponsor(name=fields.plain("name"), text=fields.inline("text"))


def _divider(fields: Fields) -> Divider:
    fields.allow("type", "only")
    return Divider()


def _code(fields: Fields) -> Code:
    fields.allow("type", "only", "text", "language")
    return Code(fields.lines("text"), language=fields.plain("language"))


def _table(fields: Fields) -> Table:
    fields.allow("type", "only", "header", "rows")
    return Table(header=fields.cells("header"), rows=fields.rows("rows", most=MAX_BLOCKS))


def _embed(fields: Fields) -> Embed:
    fields.allow("type", "only", "url", "title")
    return Embed(url=fields.web_address("url", required=True), title=fields.plain("title"))


def _columns(fields: Fields) -> Columns:
    fields.allow("type", "only", "columns")
    columns = fields.lists_of_children("columns", most=MAX_BLOCKS)
    if len(columns) != COLUMNS:
        raise fields.broken("columns", f"expected {COLUMNS} lists of blocks")
    return Columns(tuple(tuple(_block_in_column(child) for child in column) for column in columns))


def _block_in_column(fields: Fields) -> Block:
    kind = fields.plain("type", required=True)
    if kind in _NOT_IN_COLUMNS:
        raise fields.broken("type", f"a block of type “{kind}” cannot stand inside columns; move it out")
    return _block(fields)


_READERS: dict[str, Callable[[Fields], Block]] = {
    "image": _image,
    "heading": _heading,
    "paragraph": _paragraph,
    "list": _list,
    "quote": _quote,
    "cta": _cta,
    "sponsor": _sponsor,
    "divider": _divider,
    "code": _code,
    "table": _table,
    "embed": _embed,
    "columns": _columns,
}
