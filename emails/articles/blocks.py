"""The blocks an article is made of: frozen, typed, and the same as JSON (see `article_json.py`).

Every `text` is inline HTML of the small allow-list in `inline.py`; `label`, `alt`, `name`, `button`, `by`,
`caption` (inline HTML too) follow the shapes of the JSON document that commands and the editor exchange.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. `src` is "" until somebody brings one; `alt` None means decorative."""

    src: str
    alt: str | None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 to 6; the article's own title is level 1 and no block."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class ListItem:
    """`Label: text`, or plain text with an empty label; `items` is a nested list of the same kind."""

    text: str
    label: str = ""
    items: tuple["ListItem", ...] = ()


@dataclass(frozen=True, slots=True)
class List:
    items: tuple[ListItem, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class CallToAction:
    """One button with its words. `url` is "" while the address is open; pre-flight blocks on it."""

    text: str
    button: str
    url: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Sponsor:
    """Who paid. `text` is the author's own line; themes show the disclosure above the title as well."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True)
class Code:
    """`text` is plain text, not HTML."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are inline HTML. `header` may be empty; rows may be ragged."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Embed:
    url: str
    title: str = ""


Block = Image | Heading | Paragraph | List | Quote | CallToAction | Sponsor | Divider | Code | Table | Embed


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
}
