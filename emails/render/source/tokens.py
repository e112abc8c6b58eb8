"""MJML and HTML as tokens: tags with decoded attributes, text, comments. One pass, no step back, lines counted.

Lenient about text (a lone `<` is text), strict about tags: what is unclear is refused, for programs would differ in it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from emails.render.source.problems import Unreadable

RAW_TEXT = frozenset({"style", "script", "mj-style", "title", "mj-title", "textarea", "xmp"})
"""Elements whose content is no markup: it ends only with their own closing tag."""

MAX_ATTRIBUTES = 60

_NAME = re.compile(r"[a-zA-Z][^\s/><\"'=]*")
_ATTRIBUTE = re.compile(r"\s*([^\s=>/\"'<]+)")
_VALUE = re.compile(r"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"'<`]+))")
_END = re.compile(r"\s*(?:(/)\s*)?>")


@dataclass(frozen=True, slots=True)
class Opening:
    """`attributes` in order as written, names in lower case, values decoded; a name may come twice.

    `spelled` is the element's name as written: Outlook's drawing elements mind capitals.
    """

    name: str
    attributes: tuple[tuple[str, str], ...]
    closed: bool
    line: int
    spelled: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    name: str
    line: int
    spelled: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Decoded, except between the tags of RAW_TEXT, where it stands `raw`."""

    text: str
    line: int
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """What stands between `<!--` and `-->`."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """`<!doctype …>`, `<![if …]>`, `<?xml …>`: everything between the angle brackets."""

    text: str
    line: int


Token = Opening | Closing | Text | Comment | Declaration


def tokens(source: str) -> Iterator[Token]:
    """The source from its beginning to its end. Raises: Unreadable."""
    return _Scanner(source).run()


class _Scanner:
    def __init__(self, source: str) -> None:
        self._source = source
        self._lines = [place for place, character in enumerate(source) if character == "\n"]
        self._at = 0

    def run(self) -> Iterator[Token]:
        source, start = self._source, 0
        while (found := source.find("<", self._at)) >= 0:
            token = self._markup(found)
            if token is None:
                self._at = found + 1
                continue
            if found > start:
                yield Text(unescape(source[start:found]), self._line(start))
            yield token
            if isinstance(token, Opening) and token.name in RAW_TEXT and not token.closed:
                yield from self._raw(token)
            start = self._at
        if start < len(source):
            yield Text(unescape(source[start:]), self._line(start))

    def _line(self, place: int) -> int:
        return bisect_right(self._lines, place - 1) + 1

    def _markup(self, at: int) -> Token | None:
        """The token that begins here, or None where `<` is only text."""
        source = self._source
        if source.startswith("<!--", at):
            return Comment(self._until("-->", at, 4, "This comment"), self._line(at))
        if source.startswith(("<!", "<?"), at):
            return Declaration(self._until(">", at, 1, "This declaration"), self._line(at))
        is_closing = source.startswith("</", at)
        name = _NAME.match(source, at + (2 if is_closing else 1))
        if name is None:
            return None
        if is_closing:
            self._at = name.end()
            self._until(">", name.end(), 0, f"</{name[0][:30]}")
            return Closing(name[0].lower(), self._line(at), name[0])
        return self._opening(name, at)

    def _until(self, end: str, at: int, skipped: int, what: str) -> str:
        found = self._source.find(end, at + skipped)
        if found < 0:
            raise Unreadable(f"{what} is never closed by {end}.", self._line(at))
        self._at = found + len(end)
        return self._source[at + skipped : found]

    def _opening(self, name: re.Match[str], at: int) -> Opening:
        source, place = self._source, name.end()
        attributes: list[tuple[str, str]] = []
        while not (end := _END.match(source, place)):
            found = _ATTRIBUTE.match(source, place)
            if found is None or len(attributes) >= MAX_ATTRIBUTES:
                raise Unreadable(
                    f"<{name[0][:30]}> cannot be read: a quotation mark, an attribute or its > is not right.",
                    self._line(at),
                )
            place, value = found.end(), ""
            if given := _VALUE.match(source, place):
                place, value = given.end(), unescape(given[1] or given[2] or given[3] or "")
            attributes.append((found[1].lower(), value))
        self._at = end.end()
        return Opening(name[0].lower(), tuple(attributes), bool(end[1]), self._line(at), name[0])

    def _raw(self, opening: Opening) -> Iterator[Token]:
        start = self._at
        end = re.compile(rf"</{re.escape(opening.name)}\s*>", re.IGNORECASE).search(self._source, start)
        if end is None:
            raise Unreadable(f"<{opening.name}> is never closed by </{opening.name}>.", opening.line)
        if end.start() > start:
            yield Text(self._source[start : end.start()], self._line(start), raw=True)
        yield Closing(opening.name, self._line(end.start()), opening.spelled)
        self._at = end.end()
