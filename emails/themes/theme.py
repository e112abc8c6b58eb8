"""What a theme is made of, and what it is given: colours for light and dark, a shape, and a page to set in type.

A theme decides the look, never what is said: disclosure and way out are always there. `layout.py` sets the page.
"""

from dataclasses import dataclass
from enum import StrEnum

from emails.articles.blocks import Article
from emails.content import Brand
from emails.themes.words import Words


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #RRGGBB, six digits always. `ground` lies behind the card, `panel` behind the call to action."""

    ground: str
    card: str
    ink: str
    soft: str
    head: str
    accent: str
    link: str
    tint: str
    line: str
    panel: str
    panel_head: str
    panel_text: str
    button: str
    button_ink: str


class Call(StrEnum):
    """The ground of a call to action, which says where a brand's own accent goes.

    DEEP: a dark shade of it behind white words. PAPER: paper, and the button has it. BRIGHT: itself, on dark paper.
    """

    DEEP = "deep"
    PAPER = "paper"
    BRIGHT = "bright"


class Align(StrEnum):
    """Where the brand above a letter, or the words below it, stand. A centred brand has no browser view beside it."""

    START = "start"
    CENTER = "center"


@dataclass(frozen=True, slots=True)
class Title:
    """The letter's title: size and line height in px on wide screens and on narrow ones."""

    size: int = 34
    height: int = 42
    narrow_size: int = 29
    narrow_height: int = 37
    weight: int = 700
    tracking: str = "normal"


@dataclass(frozen=True, slots=True)
class Shape:
    """Fonts as CSS font stacks with single quotes, radii and widths in px.

    `list_bar` is a bar of accent at a list's side, 0 for none. A `ruled` letter is set like a newspaper: double rule
    under the brand, pictures inside the gutters, quotes between rules, a hairline round the call to action.
    `gutter` is the room at both sides, `gap` stands between paragraphs; `footer_note` is plain text.
    """

    heading_font: str
    body_font: str
    card_radius: int
    picture_radius: int
    button_radius: int
    call: Call
    title: Title = Title()
    tracking: str = "0.8px"
    list_bar: int = 0
    ruled: bool = False
    gutter: int = 40
    gap: int = 20
    text_size: int = 17
    masthead: Align = Align.START
    footer: Align = Align.CENTER
    footer_note: str = ""


def lines(size: int) -> int:
    """The line height in px that running text of this size is read well with."""
    return round(size * 1.63)


@dataclass(frozen=True, slots=True)
class Page:
    """A letter's contents, ready to be set: every inline text is XML, merge tags and links are opaque words.

    `date` is in words of the language, `greeting` and `preheader` are inline XML, the addresses are marks.
    """

    article: Article
    brand: Brand
    brand_url: str
    words: Words
    language: str
    direction: str
    greeting: str = ""
    preheader: str = ""
    date: str = ""
    read_minutes: int = 1
    list_name: str = ""
    reader_email: str = ""
    unsubscribe: str = ""
    preferences: str = ""
    browser_view: str = ""
    marked_as_test: bool = False

    @property
    def start(self) -> str:
        """The side that reading starts from."""
        return "right" if self.direction == "rtl" else "left"

    @property
    def end(self) -> str:
        return "left" if self.direction == "rtl" else "right"


@dataclass(frozen=True, slots=True)
class Theme:
    """A look with a name; `title` is what marketers call it."""

    name: str
    title: str
    light: Palette
    dark: Palette
    shape: Shape
