"""The letter written for one person after another without sending it: who would see a gap, and whose fails.

What is counted here becomes findings in `people`. Writing is the very path that sending takes.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from emails.content import LetterLinks, Recipient
from emails.errors import TemplateBroken
from emails.letter import Choice, CompiledLetter, Piece, Value
from emails.render.expressions import parse_expression
from emails.render.filters import as_text
from emails.render.personalise import Evaluation, evaluation, prepare
from emails.render.scene import LINKS, Scene, reader_of

MOST_KEPT = 200
QUOTED = re.compile(r"“[^”]*”")


@dataclass(frozen=True, slots=True)
class Watched:
    """A value without a default, and the fields whose emptiness would show in it."""

    evaluate: Evaluation
    fields: tuple[str, ...]


Step = Watched | tuple[tuple[Evaluation, "list[Step]"], ...]


class DryRun:
    """One letter, ready to be tried on any number of people."""

    def __init__(self, compiled: CompiledLetter, links: LetterLinks) -> None:
        self._letter = prepare(compiled)
        self._links = links
        self._bare = compiled.fields_without_default
        self._readers = [reader_of(name) for name in sorted(self._bare)]
        self._steps = [self._watch(part) for part in (compiled.subject, compiled.html, compiled.text)]

    def gaps_for(self, recipient: Recipient) -> tuple[str, ...]:
        """Writes the whole letter and tells the fields that leave a gap in it, in order.

        Raises:
            TemplateBroken: it cannot be written for this person.
        """
        scene = self._letter.scene(recipient, self._links)
        self._letter.html.write(scene)
        self._letter.text.write(scene)
        if all(read(scene) for read in self._readers):
            return ()
        return tuple(sorted({name for steps in self._steps for name in _gaps(steps, scene)}))

    def _watch(self, pieces: tuple[Piece, ...]) -> "list[Step]":
        steps: list[Step] = []
        for piece in pieces:
            if isinstance(piece, Choice):
                sides = tuple((evaluation(one.condition), self._watch(one.pieces)) for one in piece.branches)
                steps += [sides] if any(inner for _condition, inner in sides) else []
            elif isinstance(piece, Value) and piece.form != "url" and piece.expression not in LINKS:
                bare = sorted(parse_expression(piece.expression).bare & self._bare)
                steps += [Watched(evaluation(piece.expression), tuple(bare))] if bare else []
        return steps


def _gaps(steps: "list[Step]", scene: Scene) -> list[str]:
    found: list[str] = []
    for step in steps:
        if not isinstance(step, Watched):
            found += _gaps(next((inner for holds, inner in step if holds(scene)), []), scene)
        elif not as_text(step.evaluate(scene)).strip():
            empty = [name for name in step.fields if not reader_of(name)(scene)]
            found += empty or step.fields
    return found


@dataclass(slots=True)
class PeopleSeen:
    """The sum over all who were tried. `people` are the first of those hit: their id, fields, and error if any."""

    checked: int = 0
    hit: int = 0
    failed: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    people: list[dict[str, Any]] = field(default_factory=list)

    def add(self, person_id: int, recipient: Recipient, dry_run: DryRun) -> None:
        self.checked += 1
        try:
            gaps, error = dry_run.gaps_for(recipient), ""
        except TemplateBroken as broken:
            # The value is the person's own and stands on their page; what is kept here may outlive it.
            gaps, error = (), QUOTED.sub("A field", str(broken))
        if not gaps and not error:
            return
        self.hit += bool(gaps)
        self.failed += bool(error)
        self.fields.update(gaps)
        if len(self.people) < MOST_KEPT:
            self.people.append({"id": person_id, "fields": list(gaps), "error": error})

    def to_json(self) -> dict[str, Any]:
        return {
            "checked": self.checked,
            "hit": self.hit,
            "failed": self.failed,
            "fields": dict(self.fields),
            "people": self.people,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "PeopleSeen":
        """What `to_json` wrote, or an empty sum."""
        return cls(
            checked=data.get("checked", 0),
            hit=data.get("hit", 0),
            failed=data.get("failed", 0),
            fields=Counter(data.get("fields", {})),
            people=list(data.get("people", [])),
        )
