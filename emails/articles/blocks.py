"""The blocks an article is made of: frozen, typed, and the same as JSON (see `article_json.py`).

Every `text` is inline HTML of the small allow-list in `inline.py`; `label`, `alt`, `name`, `button`, `by`,
`caption` (inline HTML too) follow the shapes of the JSON document that commands and the editor exchange.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Conditional:
    """What every block can have: `only` is an expression of merge fields, "" for everybody.

    Where it does not hold for a reader, the letter has no such block, and no gap.
    """

    only: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Image(Conditional):
    """A picture. `src` is "" until somebody brings one; `alt` None means decorative."""

    src: str
    alt: str | None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Heading(Conditional):
    """A heading of level 2 to 6; the article's own title is level 1 and no block."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph(Conditional):
    text: str


@dataclass(frozen=True, slots=True)
class ListItem:
    """`Label: text`, or plain text with an empty label; `items` is a nested list of the same kind."""

    text: str
    label: str = ""
    items: tuple["ListItem", ...] = ()


@dataclass(frozen=True, slots=True)
class List(Conditional):
    items: tuple[ListItem, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Quote(Conditional):
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class CallToAction(Conditional):
    """One button with its words. `url` is "" while the address is open; pre-flight blocks on it."""

    text: str
    button: str
    url: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Sponsor(Conditional):
    """Who paid, told to everybody. `text` is the author's own line; themes show the disclosure above the title too."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Divider(Conditional):
    pass


@dataclass(frozen=True, slots=True)
class Code(Conditional):
    """`text` is plain text, not HTML."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table(Conditional):
    """Cells are inline HTML. `header` may be empty; rows may be ragged."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Embed(Conditional):
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Columns(Conditional):
    """Two lists of blocks side by side, below each other on a telephone; no sponsor and no columns among them."""

    columns: tuple[tuple["Block", ...], ...]


Block = Image | Heading | Paragraph | List | Quote | CallToAction | Sponsor | Divider | Code | Table | Embed | Columns


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the importer noticed and did not change. `place` names the block or line in words."""

    code: str
    message: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """What was written. `date` is an ISO date or ""; `language` a BCP 47 tag or ""."""

    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    description: str = ""
    language: str = ""
    author: str = ""
    date: str = ""
    canonical_url: str = ""
    warnings: tuple[Remark, ...] = field(default=())
    version: int = 1


# What a person calls each type, where an error or a finding names its place.
NAMES: dict[type[Block], str] = {
    Image: "image",
    Heading: "heading",
    Paragraph: "paragraph",
    List: "list",
    Quote: "quote",
    CallToAction: "call to action",
    Sponsor: "sponsor",
    Divider: "divider",
    Code: "code",
    Table: "table",
    Embed: "embed",
    Columns: "columns",
}
COLUMNS = 2


def every_block(blocks: Iterable[Block]) -> Iterator[Block]:
    """All blocks in reading order, those inside columns too; the columns themselves are not among them."""
    for block in blocks:
        if isinstance(block, Columns):
            for column in block.columns:
                yield from column
        else:
            yield block


def with_every_block(blocks: Iterable[Block], change: Callable[[Block], Block]) -> tuple[Block, ...]:
    """The same blocks, each changed, those inside columns too."""
    return tuple(
        replace(block, columns=tuple(tuple(map(change, column)) for column in block.columns))
        if isinstance(block, Columns)
        else change(block)
        for block in blocks
    )
