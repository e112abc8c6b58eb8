"""What goes out of this package: a letter compiled once a campaign, and rendered once a person.

CompiledLetter is made by `render.compile.compile_letter`, stored as JSON with the frozen campaign, and read back by workers.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RewrittenLink:
    """A link of the letter; `number` counts from 1 in reading order, one number per address."""

    number: int
    url: str


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """One person's letter, decoded: the truth that previews show and pre-flight reads."""

    subject: str
    html: str
    text: str
