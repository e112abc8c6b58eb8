"""One person's letter out of a compiled one: merge tags evaluated, values encoded, pieces put in order.

`prepare` does once what every copy shares; a copy then costs its values and one join.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from html import escape
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from emails.content import LetterLinks, Recipient
from emails.letter import CompiledLetter, Form, Piece, RenderedLetter, Value
from emails.render.expressions import parse_expression
from emails.render.filters import as_text
from emails.render.quoted_printable import decode, encode_value
from emails.render.scene import LINKS, Scene

Evaluation = Callable[[Scene], object]
_HARMLESS = re.compile(r"[A-Za-z0-9_/-]{1,60}")
"""Means the same in words, in addresses and in quoted-printable."""

_HARMLESS_WORDS = re.compile(r"[A-Za-z0-9_/-][A-Za-z0-9_/:.@ -]{0,69}")
"""The same but in addresses: as names, mailboxes and a letter's own links are."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


def render_letter(compiled: CompiledLetter, recipient: Recipient, links: LetterLinks) -> RenderedLetter:
    """The letter as this person will read it, decoded from the very bytes that would be sent.

    Raises:
        TemplateBroken: a value cannot be rendered, such as a date that is none.
    """
    letter = prepare(compiled)
    scene = letter.scene(recipient, links)
    return RenderedLetter(scene.subject, decode(letter.html.write(scene)), decode(letter.text.write(scene)))


class Part:
    """The HTML or the text of one letter, as steps: n is static piece n, ~n is value n, a tuple is a choice."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._statics: list[bytes] = []
        self._makers: list[Callable[[Scene], bytes]] = []
        self._slots: dict[Value, int] = {}
        self._steps = self._steps_of(pieces)
        self._pick: Callable[[list[bytes]], tuple[bytes, ...]] | None = None
        straight = [step for step in self._steps if isinstance(step, int)]
        if len(straight) == len(self._steps) and len(straight) > 1:
            self._pick = itemgetter(*(step if step >= 0 else len(self._statics) + ~step for step in straight))

    def write(self, scene: Scene) -> Sequence[bytes]:
        """The encoded pieces in order, ready to be joined."""
        if self._pick:
            return self._pick(self._statics + [make(scene) for make in self._makers])
        return self.write_by_steps(scene)

    def write_by_steps(self, scene: Scene) -> Sequence[bytes]:
        """The same bytes, the way that choices need."""
        pieces: list[bytes] = []
        self._follow(self._steps, scene, pieces)
        return pieces

    def _steps_of(self, pieces: Sequence[Piece]) -> "list[Step]":
        return [self._step(piece) for piece in pieces]

    def _step(self, piece: Piece) -> "Step":
        if isinstance(piece, str):
            self._statics.append(piece.encode("ascii"))
            return len(self._statics) - 1
        if isinstance(piece, Value):
            if piece not in self._slots:
                self._slots[piece] = len(self._makers)
                self._makers.append(_encoded_value(piece))
            return ~self._slots[piece]
        return tuple((evaluation(branch.condition), self._steps_of(branch.pieces)) for branch in piece.branches)

    def _follow(self, steps: "list[Step]", scene: Scene, pieces: list[bytes]) -> None:
        for step in steps:
            if not isinstance(step, int):
                self._follow(_chosen(step, scene), scene, pieces)
            elif step >= 0:
                pieces.append(self._statics[step])
            else:
                pieces.append(self._makers[~step](scene))


Step = int | tuple[tuple[Evaluation, "list[Step]"], ...]


class PreparedLetter:
    """A compiled letter with everything parsed and encoded that does not depend on the reader."""

    def __init__(self, compiled: CompiledLetter) -> None:
        self.html = Part(compiled.html)
        self.text = Part(compiled.text)
        self._subject = compiled.subject
        self._constants = compiled.constants
        self._language = compiled.language

    def scene(self, recipient: Recipient, links: LetterLinks) -> Scene:
        """The reader in front of the letter, its subject written."""
        scene = Scene(recipient, links, self._constants, self._language)
        scene.subject = clean_value("".join(plain_pieces(self._subject, scene))).strip()
        return scene


@lru_cache(maxsize=16)
def prepare(compiled: CompiledLetter) -> PreparedLetter:
    """The letter prepared; the last few stay ready, as a worker sends one campaign for a while."""
    return PreparedLetter(compiled)


@lru_cache(maxsize=1024)
def evaluation(expression: str) -> Evaluation:
    """How an expression of a compiled letter is evaluated; "" is the condition of an else."""
    if not expression:
        return lambda _: True
    return LINKS[expression] if expression in LINKS else parse_expression(expression).evaluate


def clean_value(text: str) -> str:
    """A value on one line, without what would hide or turn around the text beside it."""
    return text if text.isascii() and text.isprintable() else _UNSEEN.sub(" ", text)


def _encoded_value(value: Value) -> Callable[[Scene], bytes]:
    evaluate, formed = evaluation(value.expression), _FORMS[value.form]
    is_harmless = (_HARMLESS if value.form == "url" else _HARMLESS_WORDS).fullmatch

    def write(scene: Scene) -> bytes:
        found = evaluate(scene)
        if type(found) is str and is_harmless(found):  # nothing to clean or to form
            return found.encode("ascii") + b"=\r\n"
        return encode_value(formed(clean_value(as_text(found))))

    return write


def _in_address(text: str) -> str:
    return quote(text, safe="/", errors="replace")


_FORMS: dict[Form, Callable[[str], str]] = {"html": escape, "url": _in_address, "text": str}


def plain_pieces(pieces: Sequence[Piece], scene: Scene) -> Iterator[str]:
    """Unencoded words in order, their values cleaned: a subject, or words that are no letter."""
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        elif isinstance(piece, Value):
            yield clean_value(as_text(evaluation(piece.expression)(scene)))
        else:
            steps = tuple((evaluation(branch.condition), branch.pieces) for branch in piece.branches)
            yield from plain_pieces(_chosen(steps, scene), scene)


def _chosen(branches: Sequence[tuple[Evaluation, Sequence[Any]]], scene: Scene) -> Any:
    return next((inner for holds, inner in branches if holds(scene)), ())
