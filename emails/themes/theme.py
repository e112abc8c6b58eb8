"""What a theme is made of, and what it is given: colours for light and dark, a shape, and a page to set in type.

A theme turns a page into MJML. It decides the look, never what is said: disclosure and way out are always there.
"""

from collections.abc import Callable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Shape:
    """Fonts as CSS font stacks with single quotes, radii in px."""

    heading_font: str
    body_font: str
    card_radius: int
    button_radius: int


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
    greeting: str
    preheader: str
    date: str
    read_minutes: int
    list_name: str
    reader_email: str
    unsubscribe: str
    preferences: str
    browser_view: str
    marked_as_test: bool

    @property
    def start(self) -> str:
        """The side that reading starts from."""
        return "right" if self.direction == "rtl" else "left"

    @property
    def end(self) -> str:
        return "left" if self.direction == "rtl" else "right"


@dataclass(frozen=True, slots=True)
class Theme:
    """A look with a name. `set_page` gives the MJML source."""

    name: str
    light: Palette
    dark: Palette
    shape: Shape
    set_page: "Callable[[Theme, Page], str]"

    def mjml(self, page: Page) -> str:
        return self.set_page(self, page)
