"""Compiled text cut at its marks: static pieces, values, and choices with their branches, as letters are stored."""

from collections.abc import Callable
from dataclasses import dataclass, field

from emails.letter import Branch, Choice, Form, Piece, Value
from emails.render.links import Numbering
from emails.render.marks import Link, Marks, Meaning, Shown
from emails.render.merge_tags import Statement


@dataclass(frozen=True, slots=True)
class Writing:
    """How one part is written: the form of its values, and how its static text is encoded and its links escaped."""

    form: Form
    encode: Callable[[str], str]
    escape: Callable[[str], str]


def cut(text: str, marks: Marks, numbering: Numbering, writing: Writing) -> tuple[Piece, ...]:
    """The text as pieces; `marks` have made sure that every choice is closed."""
    pieces = marks.pattern.split(text)
    cutter = _Cutter(numbering, writing)
    for position, piece in enumerate(pieces):
        if position % 2:
            cutter.take(marks.meaning(piece))
        else:
            cutter.static.append(piece)
    return cutter.done()


@dataclass(slots=True)
class _OpenChoice:
    around: list[Piece]
    condition: str
    branches: list[Branch] = field(default_factory=list)


class _Cutter:
    def __init__(self, numbering: Numbering, writing: Writing) -> None:
        self._numbering = numbering
        self._writing = writing
        self._pieces: list[Piece] = []
        self._open: list[_OpenChoice] = []
        self.static: list[str] = []

    def take(self, meaning: Meaning) -> None:
        if isinstance(meaning, Shown):
            self._flush()
            self._pieces.append(Value(meaning.expression, "url" if meaning.in_address else self._writing.form))
        elif isinstance(meaning, Link):
            self.static.append(self._writing.escape(self._numbering.rewritten(meaning.url)))
            self._flush()
            self._pieces.append(Value("links.track_token", self._writing.form))
        else:
            self._flush()
            self._turn(meaning)

    def done(self) -> tuple[Piece, ...]:
        self._flush()
        return tuple(self._pieces)

    def _turn(self, statement: Statement) -> None:
        condition = statement.condition.source if statement.condition else ""
        if statement.word == "if":
            self._open.append(_OpenChoice(self._pieces, condition))
            self._pieces = []
            return
        choice = self._open[-1]
        choice.branches.append(Branch(choice.condition, tuple(self._pieces)))
        choice.condition = condition
        self._pieces = []
        if statement.word == "endif":
            self._open.pop()
            self._pieces = choice.around
            self._pieces.append(Choice(tuple(choice.branches)))

    def _flush(self) -> None:
        text = "".join(self.static)
        self.static.clear()
        if text:
            self._pieces.append(self._writing.encode(text))
