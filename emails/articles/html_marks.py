"""Which marks a tag of foreign HTML puts on its words: by its name, or by the styles that word processors write."""

import re
from collections.abc import Mapping

from emails.articles.inline import link_mark
from emails.articles.runs import Mark

_NAMED = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "u": "u",
    "ins": "u",
    "s": "s",
    "strike": "s",
    "del": "s",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
    "sup": "sup",
    "sub": "sub",
    "dt": "strong",
    "summary": "strong",
}
_STYLES = (
    (re.compile(r"font-weight\s*:\s*(?:bold|bolder|[6-9]00)", re.IGNORECASE), "strong"),
    (re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE), "em"),
    (re.compile(r"text-decoration[^:;]*:[^;]*line-through", re.IGNORECASE), "s"),
    (re.compile(r"text-decoration[^:;]*:[^;]*underline", re.IGNORECASE), "u"),
    (re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE), "sup"),
    (re.compile(r"vertical-align\s*:\s*sub\b", re.IGNORECASE), "sub"),
)
_UNDONE = (
    (re.compile(r"font-weight\s*:\s*(?:normal|lighter|[1-5]00)", re.IGNORECASE), "strong"),
    (re.compile(r"font-style\s*:\s*normal", re.IGNORECASE), "em"),
)
_STYLED = frozenset({"span", "font", "b", "strong", "i", "em", "u", "a", "p", "div", "li", "td"})
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_LONGEST_STYLE = 2_000


def marks_within(name: str, attributes: Mapping[str, str], outer: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """The marks on the words inside a tag, given those outside it."""
    marks = outer
    if name == "a":
        mark = _link(attributes)
        marks = (*marks, mark) if mark else marks
    elif name in _NAMED:
        marks = (*marks, Mark(_NAMED[name]))
    style = attributes.get("style", "")[:_LONGEST_STYLE]
    if not style or name not in _STYLED:
        return marks
    undone = {mark for pattern, mark in _UNDONE if pattern.search(style)}
    added = [mark for pattern, mark in _STYLES if pattern.search(style)]
    if any(mark.name == "a" for mark in marks):
        added = [mark for mark in added if mark != "u"]
    kept = tuple(mark for mark in marks if mark.name not in undone)
    return (*kept, *(Mark(mark) for mark in added if mark not in {other.name for other in kept}))


def is_hidden(attributes: Mapping[str, str]) -> bool:
    """Whether a reader of the page would not have seen this."""
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style", "")[:_LONGEST_STYLE]))


def _link(attributes: Mapping[str, str]) -> Mark | None:
    address = attributes.get("href", "").replace("{", "%7B").replace("}", "%7D")
    return link_mark(address, attributes.get("title", ""))
