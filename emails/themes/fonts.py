"""The fonts a brand may choose: stacks of what mail programs and systems bring, so that nothing is fetched."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Font:
    """`stack` is a CSS font stack with single quotes; `title` what a person calls it."""

    title: str
    stack: str


SYSTEM = "-apple-system,BlinkMacSystemFont,'Segoe UI',Helvetica,Arial,sans-serif"
GEORGIA = "Georgia,'Times New Roman',serif"

FONTS: dict[str, Font] = {
    "system": Font("The reader’s own", SYSTEM),
    "helvetica": Font("Helvetica or Arial", "Helvetica,Arial,sans-serif"),
    "verdana": Font("Verdana", "Verdana,Geneva,sans-serif"),
    "trebuchet": Font("Trebuchet", "'Trebuchet MS','Lucida Grande',sans-serif"),
    "tahoma": Font("Tahoma", "Tahoma,Geneva,sans-serif"),
    "georgia": Font("Georgia", GEORGIA),
    "palatino": Font("Palatino", "Palatino,'Palatino Linotype','Book Antiqua',serif"),
    "times": Font("Times", "'Times New Roman',Times,serif"),
}
"""By the name under which a brand keeps its choice."""
