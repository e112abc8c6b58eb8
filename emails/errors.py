"""What can be wrong with a letter's ingredients.

LetterError
├── TemplateBroken     a merge tag, theme or MJML source that cannot become a letter
├── ArticleBroken      a source that cannot become an article
└── AddressInvalid     an address that mail cannot be sent to
"""


class LetterError(ValueError):
    """Anything this package refuses; `str()` is a sentence for the person who can cure it."""


class TemplateBroken(LetterError):
    """A merge tag, theme or MJML source that cannot be used; names the line and the tag where known."""

    def __init__(self, message: str, *, line: int | None = None, tag: str | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.tag = tag


class ArticleBroken(LetterError):
    """A source that cannot become an article; `place` names the file, line or part."""

    def __init__(self, message: str, *, place: str = "") -> None:
        super().__init__(message)
        self.place = place


class AddressInvalid(LetterError):
    """An address that cannot be used on the envelope or in a header."""
