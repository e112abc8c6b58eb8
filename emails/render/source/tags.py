"""Merge tags of a whole source, taken out before it is read: braces of styles are none, own links have names."""

import re
from bisect import bisect_left

from emails.errors import TemplateBroken
from emails.render.marks import Marks
from emails.render.merge_tags import MAX_SOURCE, Words
from emails.render.source.problems import Problems

OWN_LINKS = ("unsubscribe", "preferences", "browser_view")
"""A source names them as {{ links.unsubscribe }} and so on; they are bound to each reader."""

FOREIGN = {
    "UNSUB": "links.unsubscribe",
    "UPDATE_PROFILE": "links.preferences",
    "ARCHIVE": "links.browser_view",
    "FNAME": "subscriber.first_name | default('')",
    "LNAME": "subscriber.last_name | default('')",
    "EMAIL": "subscriber.email",
    "MC:SUBJECT": "campaign.subject",
    "LIST:COMPANY": "brand.name",
    "LIST:ADDRESS": "brand.address",
    "HTML:LIST_ADDRESS_HTML": "brand.address",
}
"""Tags of Mailchimp's, by what stands between *| and |*, and ours for the same."""

_FOREIGN_TAG = re.compile(r"\*\|([A-Za-z_:]{2,40})\|\*")
_OWN_LINK = re.compile(r"\{\{-?\s*links\.(\w+)\s*-?\}\}")
_NOTE_OR_STYLE = re.compile(r"<!--|<(?:mj-)?style\b[^<>]*>", re.IGNORECASE)
_CDO = re.compile(r"<!--|-->")
"""With these, styles were hidden from the programs of long ago; style sheets pass over them."""

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
    masked = translated(without_notes(source), problems)
    named = _OWN_LINK.sub(lambda found: _own_link(found, marks), masked)
    try:
        parts = list(marks.parts(named, "Source", is_html=True))
    except TemplateBroken as error:
        problems.refuse(error.line or 0, re.sub(r"^Source, line \d+: ", "", str(error)))
        return ""
    return "".join(_literal(part) if isinstance(part, Words) else part for part in parts).translate(_UNMASKED)


def without_notes(source: str) -> str:
    """The source without its writer's comments, which go to nobody; those for Outlook stay, and so does every line.

    In the braces of a style no merge tag is looked for, `@media{#id{…}}` is none: they are masked.
    """
    pieces: list[str] = []
    after = 0
    while found := _NOTE_OR_STYLE.search(source, after):
        is_note = found[0] == "<!--"
        end = source.find("-->" if is_note else "</", found.end())
        if end < 0:
            break
        pieces.append(source[after : found.start()])
        if is_note:
            pieces.append(_kept_note(source[found.start() : end + 3]))
            after = end + 3
        else:
            pieces += [found[0], _CDO.sub("", source[found.end() : end]).translate(_MASKED)]
            after = end
    return "".join((*pieces, source[after:]))


def _kept_note(note: str) -> str:
    return note if "[" in note[:8] or "[endif]" in note else "\n" * note.count("\n")


def translated(source: str, problems: Problems) -> str:
    """Mailchimp's most usual tags as ours, each told; what has no counterpart stands as written, and is told too."""
    lines = [place for place, character in enumerate(source) if character == "\n"]

    def ours(found: re.Match[str]) -> str:
        tag = FOREIGN.get(found[1].upper())
        line = bisect_left(lines, found.start()) + 1
        if tag is None:
            problems.remark(line, f"{found[0]} is another service’s tag and has no counterpart; it stands as written.")
            return found[0]
        problems.remark(line, f"{found[0]} is read as {{{{ {tag} }}}}.")
        return f"{{{{ {tag} }}}}"

    return _FOREIGN_TAG.sub(ours, source) if "*|" in source else source


def _own_link(found: re.Match[str], marks: Marks) -> str:
    return marks.show(f"links.{found[1]}") if found[1] in OWN_LINKS else found[0]


def _literal(part: Words) -> str:
    return part.text.replace("{", "&#123;") if part.literal else part.text
