"""What a design's form may say: each choice tidied and held to its limits, each refusal under its field."""

from dataclasses import replace
from typing import Any

from app.errors import InvalidInput
from app.services import typed
from emails.themes.choices import COLOURS, LIMITS, LONGEST_NOTE, WEIGHTS, Choices
from emails.themes.fonts import FONTS
from emails.themes.theme import Align


def checked_choices(choices: Choices) -> Choices:
    """The same, tidied. Raises InvalidInput with every field that cannot be used."""
    kept, problems = tried_choices(choices)
    if problems:
        raise InvalidInput(problems)
    return kept


def tried_choices(choices: Choices) -> tuple[Choices, dict[str, str]]:
    """What of it can be used, and what is wrong with the rest by its field."""
    kept: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for field in COLOURS:
        try:
            kept[field] = typed.colour(field, getattr(choices, field))
        except InvalidInput as refusal:
            kept[field] = ""
            problems |= refusal.fields
    for field, (least, most) in LIMITS.items():
        number = getattr(choices, field)
        kept[field] = number
        if number is not None and not least <= number <= most:
            problems[field], kept[field] = f"Choose {least} to {most} pixels.", None
    for field, words in _WORDS.items():
        kept[field] = getattr(choices, field)
        if kept[field] not in words:
            problems[field], kept[field] = "Choose one of these.", None if field == "title_weight" else ""
    try:
        kept["footer_note"] = typed.line("footer_note", choices.footer_note, longest=LONGEST_NOTE)
    except InvalidInput as refusal:
        kept["footer_note"] = ""
        problems |= refusal.fields
    return replace(choices, **kept), problems


_SIDES = frozenset({"", *(side.value for side in Align)})
_WORDS: dict[str, frozenset[object]] = {
    "heading_font": frozenset({"", *FONTS}),
    "body_font": frozenset({"", *FONTS}),
    "title_weight": frozenset({None, *WEIGHTS}),
    "masthead": frozenset(_SIDES),
    "footer": frozenset(_SIDES),
    "ruled": frozenset({"", "yes", "no"}),
}
