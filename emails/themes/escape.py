"""What keeps text text: escapes for MJML's attributes and contents.

mjml-python prints attributes the way Rust prints a string for programmers, so an attribute may hold nothing but plain
ASCII and numeric entities. Braces are always entities: no letter holds a pair that looks like a merge tag.
"""

import re
from html import escape

_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_PLAIN = re.compile(r"[^\x20-\x7e]|[&\"<>\\{}]")
_BRACES = str.maketrans({"{": "&#123;", "}": "&#125;"})


def printable(text: str) -> str:
    """The text without the characters that XML knows not: control characters and lone surrogates."""
    return text if text.isprintable() else _UNPRINTABLE.sub("", text)


def single_spaced(text: str) -> str:
    """Every run of blanks as one space; no-break spaces are no blanks."""
    return text if "  " not in text and text.isprintable() else _BLANKS.sub(" ", text)


def attribute(text: str) -> str:
    """Plain text as the inside of an attribute: one line, ASCII, everything else by number."""
    return _NOT_PLAIN.sub(lambda match: f"&#{ord(match[0])};", single_spaced(printable(text)))


def content(text: str) -> str:
    """Plain text as the content of an element; blanks collapse as they would on the screen."""
    return braces(escape(single_spaced(printable(text)), quote=False))


def preformatted(text: str) -> str:
    """Plain text whose spaces and line breaks are to be seen."""
    kept = escape(printable(text.replace("\r\n", "\n").expandtabs(4)), quote=False).translate(_BRACES)
    return "<br />".join(re.sub(r"^ | (?= )", "\u00a0", line) for line in kept.split("\n"))


def braces(html: str) -> str:
    """HTML content with its braces as entities."""
    return html.translate(_BRACES) if "{" in html or "}" in html else html
