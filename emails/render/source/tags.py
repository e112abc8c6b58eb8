"""Merge tags of a whole source, taken out before it is read: braces of styles are none, own links have names."""

import re

from emails.errors import TemplateBroken
from emails.render.marks import Marks
from emails.render.merge_tags import MAX_SOURCE, Words
from emails.render.source.problems import Problems

OWN_LINKS = ("unsubscribe", "preferences", "browser_view")
"""A source names them as {{ links.unsubscribe }} and so on; they are bound to each reader."""

_OWN_LINK = re.compile(r"\{\{-?\s*links\.(\w+)\s*-?\}\}")
_MASKS = {"{": "\ue07b", "}": "\ue07d"}
_UNMASKED = {ord(mask): brace for brace, mask in _MASKS.items()}
_MASKED = {ord(brace): mask for brace, mask in _MASKS.items()}


def with_marks(source: str, marks: Marks, problems: Problems) -> str:
    """The source with marks where merge tags stood; "" where they cannot be read, which `problems` tells."""
    if len(source) > MAX_SOURCE:
        problems.refuse(0, f"The source is longer than {MAX_SOURCE:,} characters.")
        return ""
    if any(mask in source for mask in _MASKS.values()) or "\0" in source:
        problems.refuse(0, "The source holds characters that no letter can show.")
        return ""
    masked = _without_style_braces(source)
    named = _OWN_LINK.sub(lambda found: _own_link(found, marks), masked)
    try:
        parts = list(marks.parts(named, "Source", is_html=True))
    except TemplateBroken as error:
        problems.refuse(error.line or 0, re.sub(r"^Source, line \d+: ", "", str(error)))
        return ""
    return "".join(_literal(part) if isinstance(part, Words) else part for part in parts).translate(_UNMASKED)


def _own_link(found: re.Match[str], marks: Marks) -> str:
    return marks.show(f"links.{found[1]}") if found[1] in OWN_LINKS else found[0]


def _literal(part: Words) -> str:
    return part.text.replace("{", "&#123;") if part.literal else part.text


def _without_style_braces(source: str) -> str:
    """In the braces of a style no merge tag is looked for: `@media{#id{…}}` is none."""
    pieces, after = [], 0
    lowered = source.lower()
    for opening in re.finditer(r"<(?:mj-)?style\b[^>]*>", lowered):
        if opening.start() < after:
            continue
        end = lowered.find("</", opening.end())
        if end < 0:
            break
        pieces += [source[after : opening.end()], source[opening.end() : end].translate(_MASKED)]
        after = end
    return "".join((*pieces, source[after:]))
