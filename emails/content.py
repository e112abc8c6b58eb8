"""What comes into a letter besides the article: who sends, who reads, and the addresses bound to one reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

NO_FIELDS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class BrandLook:
    """What a brand brings to every design; "" leaves it to the design.

    Colours are #RRGGBB; fonts are names of `themes.fonts`. Shades that words need are found by the design itself.
    """

    accent: str = ""
    paper: str = ""
    ink: str = ""
    heading_font: str = ""
    body_font: str = ""


@dataclass(frozen=True, slots=True)
class Brand:
    """The organisation a letter speaks for. `address` is the postal address, one line or several.

    `logo_alt` "" stands for the name, `logo_width` in px (0: the logo is 32 px high). `logo_tone` is "dark" or "light"
    for a transparent logo of that tone, which needs a plate on a ground like itself; "" for any other.
    """

    name: str
    address: str
    url: str = ""
    logo_url: str = ""
    logo_alt: str = ""
    logo_width: int = 0
    logo_tone: str = ""
    look: BrandLook = BrandLook()


class Recipient(NamedTuple):
    """One reader, as merge tags see them. `fields` are the custom ones, `lists` the numbers of their lists."""

    email: str
    first_name: str = ""
    last_name: str = ""
    language: str = ""
    fields: Mapping[str, str] = NO_FIELDS
    lists: tuple[int, ...] = ()


class LetterLinks(NamedTuple):
    """The absolute addresses bound to one reader of one letter.

    `track_token` completes every rewritten link `{click_base}/<link-no>/<track_token>`; the base is compiled in.
    An empty track_token belongs to letters compiled without rewriting (tests, tracking-free mode).
    """

    unsubscribe: str
    browser_view: str
    track_token: str = ""
    preferences: str = ""


@dataclass(frozen=True, slots=True)
class LetterPlan:
    """What is the same for every reader of a campaign, ready to be compiled.

    `subject`, `preheader` and `greeting` may hold merge tags. `click_base` "" leaves links as written.
    `open_base` is where openings are counted (`{open_base}/<track_token>.gif`); with "" there is no picture for it.
    `date` is an ISO date shown under the title, "" shows none. `marked_as_test` adds a visible note.
    """

    subject: str
    preheader: str = ""
    greeting: str = ""
    language: str = "en"
    click_base: str = ""
    open_base: str = ""
    date: str = ""
    today: str = ""
    list_name: str = ""
    marked_as_test: bool = False
