"""A run of words with their marks (bold, link, ...), written out as balanced inline HTML.

Marks never nest twice and every run closes what it opens, so the depth of the output is bounded.
"""

import re
from dataclasses import dataclass
from html import escape

MARKS = frozenset({"a", "strong", "em", "b", "i", "u", "s", "code", "sup", "sub"})

_BLANKS = re.compile(r"[ \t\n\r\x85\u2028\u2029]+")
_BREAK = "\n"


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark around words; `attributes` is ready-made HTML with a leading blank, for links."""

    name: str
    attributes: str = ""

    def start(self) -> str:
        return f"<{self.name}{self.attributes}>"

    def end(self) -> str:
        return f"</{self.name}>"


class Run:
    """Words in order, each under the marks that were open when they were said."""

    def __init__(self) -> None:
        self._words: list[tuple[str, tuple[Mark, ...]]] = []

    def say(self, text: str, marks: tuple[Mark, ...] = ()) -> None:
        """Adds plain text; a mark that is already open further out is not opened again."""
        seen: dict[str, Mark] = {}
        for mark in marks:
            seen.setdefault(mark.name, mark)
        self._words.append((_BLANKS.sub(" ", text), tuple(seen.values())))

    def break_line(self) -> None:
        self._words.append((_BREAK, ()))

    def to_html(self) -> str:
        """The run as inline HTML: blanks collapsed to one, none at the ends and around line breaks."""
        pieces: list[str] = []
        open_marks: list[Mark] = []
        words = _collapse(self._words)
        for position, (text, marks) in enumerate(words):
            if text == _BREAK:
                _keep_marks(pieces, open_marks, _next_marks(words, position))
                pieces.append("<br>")
            else:
                _move_marks(pieces, open_marks, marks)
                pieces.append(escape(text, quote=False))
        _keep_marks(pieces, open_marks, ())
        return "".join(pieces)

    @property
    def ends_with_break(self) -> bool:
        """Whether nothing but blanks was said since the last line break."""
        said = next((text for text, _ in reversed(self._words) if text.strip(" ")), "")
        return said == _BREAK

    @property
    def is_empty(self) -> bool:
        return not any(text.strip() for text, _ in self._words)

    def clear(self) -> None:
        self._words.clear()


def _collapse(words: list[tuple[str, tuple[Mark, ...]]]) -> list[tuple[str, tuple[Mark, ...]]]:
    """Drops blanks at the ends, around breaks and after other blanks."""
    kept: list[tuple[str, tuple[Mark, ...]]] = []
    after_blank = True
    for word, marks in words:
        if word == _BREAK:
            _trim_end(kept)
            kept.append((word, ()))
            after_blank = True
            continue
        text = word.removeprefix(" ") if after_blank else word
        if text:
            kept.append((text, marks))
            after_blank = text.endswith(" ")
    _trim_end(kept)
    while kept and kept[0][0] == _BREAK:
        del kept[0]
    while kept and kept[-1][0] == _BREAK:
        kept.pop()
    return kept


def _trim_end(kept: list[tuple[str, tuple[Mark, ...]]]) -> None:
    if kept and kept[-1][0].endswith(" "):
        text, marks = kept.pop()
        if text != " ":
            kept.append((text[:-1], marks))


def _next_marks(words: list[tuple[str, tuple[Mark, ...]]], position: int) -> tuple[Mark, ...]:
    following = words[position + 1 : position + 2]
    return following[0][1] if following else ()


def _keep_marks(pieces: list[str], open_marks: list[Mark], wanted: tuple[Mark, ...]) -> int:
    """Closes every mark that the next words do not share; returns how many they share."""
    shared = 0
    while shared < min(len(open_marks), len(wanted)) and open_marks[shared] == wanted[shared]:
        shared += 1
    while len(open_marks) > shared:
        pieces.append(open_marks.pop().end())
    return shared


def _move_marks(pieces: list[str], open_marks: list[Mark], wanted: tuple[Mark, ...]) -> None:
    shared = _keep_marks(pieces, open_marks, wanted)
    for mark in wanted[shared:]:
        pieces.append(mark.start())
        open_marks.append(mark)
