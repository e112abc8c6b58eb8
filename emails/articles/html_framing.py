"""Which container a tag of foreign HTML opens: by its name, its role, or the classes of word processors."""

import re

from emails.articles.html_frames import Frame
from emails.articles.html_pastes import kind_by_class
from emails.articles.html_stack import FrameStack
from emails.articles.markup import Tag

MAX_SPAN = 20
MAX_HEADING = 6

_NAMED = {
    "blockquote": "quote",
    "ul": "list",
    "ol": "list",
    "menu": "list",
    "li": "item",
    "figure": "figure",
    "figcaption": "caption",
    "table": "table",
    "td": "cell",
    "th": "cell",
    "pre": "code",
    "h1": "heading",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "h5": "heading",
    "h6": "heading",
}
_CLASSED = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6"})
_WORD_ITEM = re.compile(r"mso-list\s*:\s*l\d+\s+level(\d)", re.IGNORECASE)
_FILTERED_ITEM = re.compile(r"\bMsoListParagraph", re.IGNORECASE)
_LANGUAGE = re.compile(r"\blang(?:uage)?-([\w+#.-]{1,30})")


def frame_for(tag: Tag, stack: FrameStack) -> Frame | None:
    """The container that opens here, or None where the tag only holds words."""
    kind = _kind(tag, stack)
    if not kind:
        return None
    frame = Frame(kind, ordered=tag.name == "ol")
    match kind:
        case "heading":
            frame.level = _heading_level(tag)
        case "word item":
            listed = _WORD_ITEM.search(tag.attributes.get("style", ""))
            frame.level = int(listed[1]) if listed else 0
            stack.marker = ""
        case "item":
            level = tag.attributes.get("data-aria-level", "")
            frame.level = int(level) if level.isdecimal() and len(level) == 1 else 0
        case "cell":
            frame.span = _span(tag.attributes.get("colspan", "1"))
            frame.level = tag.name == "th"
        case "code":
            frame.language = language_of(tag)
    return frame


def language_of(tag: Tag) -> str:
    """The language that a code block's class names, or ""."""
    match = _LANGUAGE.search(tag.attributes.get("class", ""))
    return match[1] if match else ""


def _kind(tag: Tag, stack: FrameStack) -> str:
    if tag.attributes.get("role") == "heading":
        return "heading"
    if tag.name in _CLASSED and (kind := kind_by_class(tag.attributes)):
        return kind if kind != "subtitle" or stack.awaits_subtitle else _NAMED.get(tag.name, "")
    if tag.name == "p" and (
        _WORD_ITEM.search(tag.attributes.get("style", "")) or _FILTERED_ITEM.search(tag.attributes.get("class", ""))
    ):
        return "word item"
    if tag.name in {"cite", "footer"} and stack.frame.kind == "quote":
        return "by"
    if tag.name in {"td", "th"} and not stack.is_in("table"):
        return ""
    return _NAMED.get(tag.name, "")


def _heading_level(tag: Tag) -> int:
    if kind_by_class(tag.attributes) == "heading":
        return 1
    level = tag.name[1:] if tag.name in _NAMED and tag.name[0] == "h" else tag.attributes.get("aria-level", "2")
    return min(int(level), MAX_HEADING) if level.isdecimal() and level != "0" else 2


def _span(written: str) -> int:
    return max(1, min(int(written), MAX_SPAN)) if written.isdecimal() and len(written) < 4 else 1  # noqa: PLR2004
