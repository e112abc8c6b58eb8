"""What goes out of this package: a letter compiled once a campaign, and rendered once a person.

CompiledLetter is made by `render.compile.compile_letter`, kept as JSON with the frozen campaign, read back by workers.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Form = Literal["html", "url", "text"]
"""How a value is written: escaped for HTML, percent-encoded for an address inside HTML or text, or plain."""


@dataclass(frozen=True, slots=True)
class Value:
    """A merge tag: the expression between its braces, and the form it takes where it stands."""

    expression: str
    form: Form


@dataclass(frozen=True, slots=True)
class Branch:
    """One side of a choice. The condition "" is `else`."""

    condition: str
    pieces: "tuple[Piece, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """if / elif / else: the first branch whose condition holds is shown, or none."""

    branches: tuple[Branch, ...]


Piece = str | Value | Choice
"""Static text stands as `str`: plain in a subject, quoted-printable and ending at column 0 in a part."""


@dataclass(frozen=True, slots=True)
class RewrittenLink:
    """A link of the letter; `number` counts from 1 in reading order, one number per address."""

    number: int
    url: str


@dataclass(frozen=True, slots=True)
class CompiledLetter:
    """A campaign's letter, ready for any number of people.

    `constants` are the merge fields that are the same for everybody. `html_size` is the size in bytes of the largest
    HTML to be expected, with room for values. `content_hash` covers everything a reader can see.
    """

    subject: tuple[Piece, ...]
    html: tuple[Piece, ...]
    text: tuple[Piece, ...]
    language: str
    constants: Mapping[str, str]
    links: tuple[RewrittenLink, ...]
    merge_fields: frozenset[str]
    fields_without_default: frozenset[str]
    html_size: int
    content_hash: str

    def __hash__(self) -> int:
        return hash(self.content_hash)

    def to_json(self) -> str:
        """The letter as one JSON document, the same text for the same letter."""
        return json.dumps(
            {
                "subject": [_piece_to_json(piece) for piece in self.subject],
                "html": [_piece_to_json(piece) for piece in self.html],
                "text": [_piece_to_json(piece) for piece in self.text],
                "language": self.language,
                "constants": dict(self.constants),
                "links": [asdict(link) for link in self.links],
                "merge_fields": sorted(self.merge_fields),
                "fields_without_default": sorted(self.fields_without_default),
                "html_size": self.html_size,
                "content_hash": self.content_hash,
            },
            ensure_ascii=False,
            separators=(",", ":"),
            sort_keys=True,
        )

    @classmethod
    def from_json(cls, document: str) -> "CompiledLetter":
        """The letter that `to_json` wrote. The document comes from our own database and is trusted."""
        data = json.loads(document)
        return cls(
            subject=_pieces_from_json(data["subject"]),
            html=_pieces_from_json(data["html"]),
            text=_pieces_from_json(data["text"]),
            language=data["language"],
            constants=data["constants"],
            links=tuple(RewrittenLink(**link) for link in data["links"]),
            merge_fields=frozenset(data["merge_fields"]),
            fields_without_default=frozenset(data["fields_without_default"]),
            html_size=data["html_size"],
            content_hash=data["content_hash"],
        )


@dataclass(frozen=True, slots=True)
class RenderedLetter:
    """One person's letter, decoded: the truth that previews show and pre-flight reads."""

    subject: str
    html: str
    text: str


def _piece_to_json(piece: Piece) -> object:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Value):
        return {"value": piece.expression, "form": piece.form}
    return {
        "choice": [
            {"if": branch.condition, "then": [_piece_to_json(inner) for inner in branch.pieces]}
            for branch in piece.branches
        ]
    }


def _pieces_from_json(items: list[Any]) -> tuple[Piece, ...]:
    return tuple(item if isinstance(item, str) else _piece_from_json(item) for item in items)


def _piece_from_json(item: dict[str, Any]) -> Value | Choice:
    if "value" in item:
        return Value(item["value"], item["form"])
    return Choice(tuple(Branch(branch["if"], _pieces_from_json(branch["then"])) for branch in item["choice"]))
