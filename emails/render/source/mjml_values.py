"""The values of MJML's attributes: colours, lengths, choices, addresses. The engine itself takes anything."""

import re
from collections.abc import Callable

from PIL.ImageColor import colormap

from emails.render.source.addresses import link_trouble, picture_trouble
from emails.render.source.html_table import named
from emails.render.source.mjml_table import NETWORKS

_COLOUR = re.compile(r"#[0-9a-f]{3}|#[0-9a-f]{6}|(?:rgb|hsl)a?\([0-9., %/deg-]{5,40}\)|[a-z]{3,24}", re.IGNORECASE)
_LENGTH = re.compile(r"-?(?:\d{1,5}(?:\.\d{1,16})?|\.\d{1,16})(px|%|em|rem|pt)?")
_BARE = re.compile(r"-?\d{1,5}(?:\.\d{1,16})?")
_LINE = re.compile(r"(?:none|0)|[a-z0-9#%.,() -]{3,80}", re.IGNORECASE)
_WORDS = re.compile(r"[\w '\",.&+%/():;@!?#=-]{0,300}")
_CLASS = re.compile(r"[\w -]{0,200}")

_BLANKS = re.compile(r"[ \t\r\n\f\v]+")

_CHOICES: dict[str, str] = {
    "align": "left center right justify",
    "text-align": "left center right justify",
    "icon-align": "top middle bottom",
    "ico-align": "left center right",
    "vertical-align": "top middle bottom baseline",
    "direction": "ltr rtl",
    "dir": "ltr rtl auto",
    "full-width": "full-width false",
    "hamburger": "hamburger",
    "fluid-on-mobile": "true false",
    "font-style": "normal italic oblique",
    "text-transform": "none capitalize uppercase lowercase",
    "ico-text-transform": "none capitalize uppercase lowercase",
    "border-style": "solid dashed dotted double none groove ridge inset outset",
    "background-repeat": "repeat no-repeat repeat-x repeat-y",
    "icon-position": "left right",
    "thumbnails": "visible hidden supported",
    "table-layout": "auto fixed initial inherit",
    "role": "none presentation",
    "position": "file-start",
    "target": "_blank _self _parent _top",
    "owa": "desktop",
    "inline": "inline",
}
_NAMED_COLOURS = frozenset({*colormap, "transparent", "inherit", "none", "currentcolor"})
_MODES = {"mj-hero": "fixed-height fluid-height", "mj-social": "horizontal vertical"}
_LENGTHS = named("""
    width height max-height font-size letter-spacing border-width icon-size icon-height icon-width icon-padding
    text-padding table-width tb-width background-width background-height ico-font-size gap border-radius
    tb-border-radius inner-border-radius
    """)
_FOUR = re.compile(r"(?:inner-|ico-|text-|icon-)?padding|border-radius|inner-border-radius|tb-border-radius")


def single(value: str) -> str:
    """On one line; a no-break space stays what it is."""
    return " ".join(filter(None, _BLANKS.split(value)))


def read_value(tag: str, name: str, value: str) -> tuple[str, str]:
    """The value as the engine is given it, and what is wrong with it ("" where nothing is)."""
    if any(character < " " and character not in "\t\n\r" for character in value):
        return value, "holds a control character"
    tidy = single(value)
    for suits, check in _KINDS:
        if suits(tag, name):
            return check(tag, name, tidy)
    return tidy, "" if _WORDS.fullmatch(tidy) else "is nothing that this attribute takes"


def _colour(_tag: str, _name: str, value: str) -> tuple[str, str]:
    if not _COLOUR.fullmatch(value) or (value.isalpha() and value.lower() not in _NAMED_COLOURS):
        return value, "is no colour; write #0F6461"
    if len(value) == 4 and value.startswith("#"):  # noqa: PLR2004  the short form, which Outlook does not read
        return "#" + "".join(digit * 2 for digit in value[1:]), ""
    return value, ""


def _lengths(tag: str, name: str, value: str) -> tuple[str, str]:
    parts = value.split()
    most = 4 if _FOUR.fullmatch(name) else 1
    if not 1 <= len(parts) <= most or not all(_LENGTH.fullmatch(part) for part in parts):
        return value, f"is no length; write {'10px or 10px 20px' if most > 1 else '20px'}"
    whole = [f"{part}px" if _BARE.fullmatch(part) and float(part) else part for part in parts]
    if tag == "mj-image" and name == "width" and not whole[0].endswith("px"):
        return value, "is not in pixels; the engine would make the picture as wide as its column"
    return " ".join(whole), ""


def _number(_tag: str, _name: str, value: str) -> tuple[str, str]:
    return value, "" if re.fullmatch(r"\d{1,3}", value) else "is no number; write 5"


def _line_height(_tag: str, _name: str, value: str) -> tuple[str, str]:
    return value, "" if _LENGTH.fullmatch(value) or value == "normal" else "is no line height; write 1.5 or 24px"


def _choice(tag: str, name: str, value: str) -> tuple[str, str]:
    choices = (_MODES.get(tag, "") if name == "mode" else _CHOICES[name]).split()
    return value, "" if value in choices else f"is not one of {', '.join(choices)}"


def _link(_tag: str, _name: str, value: str) -> tuple[str, str]:
    return value, link_trouble(value)


def _picture(_tag: str, _name: str, value: str) -> tuple[str, str]:
    return value, picture_trouble(value)


def _pictures(_tag: str, _name: str, value: str) -> tuple[str, str]:
    return value, next((bad for one in value.split(",") if (bad := picture_trouble(one))), "")


def _border(_tag: str, _name: str, value: str) -> tuple[str, str]:
    return value, "" if _LINE.fullmatch(value) else "is no border; write 1px solid #DDDDDD"


def _class(_tag: str, _name: str, value: str) -> tuple[str, str]:
    return value, "" if _CLASS.fullmatch(value) else "is no class name"


def _free(_tag: str, _name: str, value: str) -> tuple[str, str]:
    return value, ""


def _network(_tag: str, _name: str, value: str) -> tuple[str, str]:
    return value, "" if re.fullmatch(r"[\w-]{1,40}", value) else "is no network's name"


def knows_network(name: str) -> bool:
    return name.removesuffix("-noshare") in NETWORKS


_KINDS: tuple[tuple[Callable[[str, str], bool], Callable[[str, str, str], tuple[str, str]]], ...] = (
    (lambda _, name: name.endswith("color"), _colour),
    (lambda tag, name: name == "name" and tag == "mj-social-element", _network),
    (lambda _, name: name in {"href", "base-url"}, _link),
    (lambda _, name: name in {"src", "thumbnails-src", "left-icon", "right-icon"} or name.endswith("-url"), _picture),
    (lambda _, name: name == "srcset", _pictures),
    (lambda _, name: name in {"cellpadding", "cellspacing"}, _number),
    (lambda _, name: "padding" in name or name in _LENGTHS, _lengths),
    (lambda _, name: name.endswith("line-height"), _line_height),
    (lambda tag, name: name in _CHOICES or (name == "mode" and tag in _MODES), _choice),
    (lambda _, name: "border" in name, _border),
    (lambda _, name: name in {"css-class", "mj-class"}, _class),
    (lambda _, name: name in {"alt", "title"} or name.endswith("-alt"), _free),
)

HOLDS_WORDS = frozenset({"alt", "title", "href", "src", "icon-wrapped-alt", "icon-unwrapped-alt", "background-url"})
"""Attributes in which a merge tag may stand."""
