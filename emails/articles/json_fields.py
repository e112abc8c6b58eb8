"""One JSON object read field by field: every refusal names the place, every text is cleaned on the way in."""

import re
from typing import cast

from emails.articles.inline import is_link, is_web_address, sanitise
from emails.articles.markup import clean_characters
from emails.errors import ArticleBroken

MAX_TEXT = 16_000_000
"""Characters of one field: whatever an importer may make of a source of the largest size it accepts."""

_BLANKS = re.compile(r"[ \t\n\r\x85\u2028\u2029]+")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:")
_UNSAFE_PATH = re.compile(r"[\s<>\"\\]")
_ASSET_SCHEMES = ("asset:", "cid:")


class Fields:
    """A JSON object and its place in the document."""

    def __init__(self, data: object, place: str) -> None:
        if not isinstance(data, dict):
            where = place or "the article"
            raise ArticleBroken(f"{where}: expected an object with named fields.", place=where)
        self._data = cast("dict[object, object]", data)
        self._place = place

    def at(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name

    def broken(self, name: str, reason: str) -> ArticleBroken:
        return ArticleBroken(f"{self.at(name)}: {reason}.", place=self.at(name))

    def allow(self, *names: str) -> None:
        """Raises ArticleBroken for a field that is none of these, so that no content vanishes unseen."""
        for name in self._data:
            if name not in names:
                raise self.broken(str(name), f"there is no such field here; the fields are {', '.join(names)}")

    def is_null(self, name: str) -> bool:
        return self._data.get(name, "") is None

    def plain(self, name: str, *, required: bool = False) -> str:
        """Plain text on one line."""
        return _BLANKS.sub(" ", self.lines(name, required=required)).strip(" ")

    def lines(self, name: str, *, required: bool = False) -> str:
        """Plain text that keeps its lines."""
        value = self._data.get(name, "")
        if not isinstance(value, str):
            raise self.broken(name, "expected text")
        return self._checked(self.at(name), value, required=required)

    def inline(self, name: str, *, required: bool = False) -> str:
        """Inline HTML, made safe."""
        return _safe(self.lines(name, required=required), self.at(name))

    def link(self, name: str) -> str:
        """Nothing, or an address a reader may be sent to."""
        address = self.plain(name)
        if address and not is_link(address):
            raise self.broken(name, "expected an address that begins with https://, http://, mailto: or tel:")
        return address

    def web_address(self, name: str, *, required: bool = False) -> str:
        address = self.plain(name, required=required)
        if address and not is_web_address(address):
            raise self.broken(name, "expected an address that begins with https:// or http://")
        return address

    def picture(self, name: str) -> str:
        """Nothing, or where a picture lies: on the web, or among our own assets."""
        address = self.plain(name)
        if not address or is_web_address(address):
            return address
        named = address.lower().startswith(_ASSET_SCHEMES) or not _SCHEME.match(address)
        if not named or address.startswith("//") or _UNSAFE_PATH.search(address):
            raise self.broken(name, "expected the address of a picture that begins with https://, or an upload")
        return address

    def number(self, name: str, *, default: int) -> int:
        value = self._data.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.broken(name, "expected a whole number")
        return value

    def flag(self, name: str) -> bool:
        value = self._data.get(name, False)
        if not isinstance(value, bool):
            raise self.broken(name, "expected true or false")
        return value

    def children(self, name: str, *, most: int) -> list["Fields"]:
        """The objects of a list, each with its place."""
        return [Fields(item, f"{self.at(name)}[{n}]") for n, item in enumerate(self._list(name, most))]

    def lists_of_children(self, name: str, *, most: int) -> list[list["Fields"]]:
        """The objects of each list in a list, with their places."""
        found = []
        for number, inner in enumerate(self._list(name, most)):
            place = f"{self.at(name)}[{number}]"
            if not isinstance(inner, list) or len(inner) > most:
                raise ArticleBroken(f"{place}: expected a list of at most {most:,} blocks.", place=place)
            found.append([Fields(item, f"{place}[{at}]") for at, item in enumerate(inner)])
        return found

    def cells(self, name: str) -> tuple[str, ...]:
        return _cells(self._list(name, 200), self.at(name))

    def rows(self, name: str, *, most: int) -> tuple[tuple[str, ...], ...]:
        rows = []
        for number, row in enumerate(self._list(name, most)):
            place = f"{self.at(name)}[{number}]"
            if not isinstance(row, list):
                raise ArticleBroken(f"{place}: expected a list of cells.", place=place)
            rows.append(_cells(row, place))
        return tuple(rows)

    def _list(self, name: str, most: int) -> list[object]:
        value = self._data.get(name, [])
        if not isinstance(value, list):
            raise self.broken(name, "expected a list")
        if len(value) > most:
            raise self.broken(name, f"{len(value):,} entries are too many; {most:,} is the limit")
        return value

    def _checked(self, place: str, value: str, *, required: bool) -> str:
        if len(value) > MAX_TEXT:
            reason = f"{len(value):,} characters are too many for one field; {MAX_TEXT:,} is the limit"
            raise ArticleBroken(f"{place}: {reason}.", place=place)
        if required and not value.strip():
            raise ArticleBroken(f"{place}: this must not be empty; fill it in or remove the block.", place=place)
        return clean_characters(value.replace("\r\n", "\n"))


def _cells(values: list[object], place: str) -> tuple[str, ...]:
    cells = []
    for number, value in enumerate(values):
        where = f"{place}[{number}]"
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            raise ArticleBroken(f"{where}: expected text of at most {MAX_TEXT:,} characters.", place=where)
        cells.append(_safe(value, where))
    return tuple(cells)


def _safe(html: str, place: str) -> str:
    try:
        return sanitise(html)
    except ArticleBroken as broken:
        raise ArticleBroken(f"{place}: {broken}", place=place) from broken
