"""Plain words with merge tags, filled in for one person: for letters that are written singly."""

from collections.abc import Mapping

from emails.content import LetterLinks, Recipient
from emails.render.links import Numbering
from emails.render.marks import Marks
from emails.render.personalise import plain_pieces
from emails.render.scene import Scene
from emails.render.segments import Writing, cut

_WORDS = Writing("text", str, str)
_NOWHERE = LetterLinks("", "")


def filled(source: str, recipient: Recipient, constants: Mapping[str, str], *, place: str) -> str:
    """The words as this person reads them; `constants` are the fields that are the same for all, such as brand.name.

    Raises:
        TemplateBroken: a tag that cannot be used; names the place, the line and the tag.
    """
    known = dict(constants)
    marks = Marks(source, constants=known, tracked=False)
    pieces = cut(marks.plain(source, place), marks, Numbering(""), _WORDS)
    return "".join(plain_pieces(pieces, Scene(recipient, _NOWHERE, known, recipient.language)))
