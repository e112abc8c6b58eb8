"""Understands many rows at once, column by column, as `import_mapping.Reader` understands each.

Most rows of most files are plain, and a question asked of a whole column costs little; what is not plain goes to the
reader, row by row.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import compress, repeat
from typing import TypeVar

from app.database.import_rows import PageRow
from app.services.import_mapping import (
    AGREED_AT,
    FIRST_NAME,
    LANGUAGE,
    LAST_NAME,
    LEFT_AT,
    LONGEST_FIELD,
    LONGEST_NAME,
    NAME,
    STATUS,
    STOPPED,
    WANTED,
    Incoming,
    Left,
    Reader,
    fitting,
    language_tag,
    left_by,
    read_time,
    shown,
    split_name,
)
from app.services.import_reading import Row
from app.tokens import suppression_hashes
from emails.mime.addresses import are_plain, is_plain

Cells = Sequence[str]
T = TypeVar("T")
# What `PageRow._make` does, without a call of ours for each row.
AS_PAGE_ROW: Callable[[Iterable[object]], PageRow] = partial(tuple.__new__, PageRow)


@dataclass(slots=True)
class Understood:
    """What some rows bring; `dropped` are facts of people that could not be read."""

    people: list[PageRow] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    duplicates: int = 0
    dropped: Counter[str] = field(default_factory=Counter)


class ColumnReader:
    """Turns the rows of one page into people by one mapping; of several with one address, the first is taken."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.met: set[str] = set()
        self.words: dict[tuple[str, ...], str] = {}
        self.domains: dict[str, str] = {}
        self.tags: dict[str, tuple[str, list[str]]] = {}

    def read(self, rows: Sequence[list[str]], numbers: Sequence[int]) -> Understood:
        found = Understood()
        odd: list[Incoming] = []
        plain = self.which_are_plain(rows)
        if plain is not None:
            odd = self.read_odd(rows, numbers, plain, found)
            rows, numbers = chosen(plain, rows), chosen(plain, numbers)
        if rows and self.reader.signs:
            rows, numbers = self.read_signs(rows, numbers, found)
        place = self.reader.email
        # The same text is kept once.
        keys = [text if (text := cells[place]).islower() else text.lower() for cells in rows]
        again = self.repeated(numbers, keys, odd)
        if again:
            found.duplicates = len(again)
            fresh = [number not in again for number in numbers]
            rows, numbers, keys = chosen(fresh, rows), chosen(fresh, numbers), chosen(fresh, keys)
        for one in odd:
            if one.number not in again:
                found.people.append(as_page_row(one))
                found.dropped.update(one.dropped)
        if rows:
            found.people += self.people(rows, numbers, keys, found.dropped)
        found.left.sort(key=lambda one: one.number)
        return found

    def which_are_plain(self, rows: Sequence[list[str]]) -> list[bool] | None:
        """The rows of the mapping's width whose address needs no second look; None where all are such."""
        place, width = self.reader.email, self.reader.width
        if {*map(len, rows)} <= {width} and are_plain([cells[place] for cells in rows]):
            return None
        return [len(cells) == width and is_plain(cells[place]) for cells in rows]

    def read_odd(
        self, rows: Sequence[list[str]], numbers: Sequence[int], plain: Sequence[bool], found: Understood
    ) -> list[Incoming]:
        """The people of the rows that are not plain."""
        odd = []
        for cells, number, is_one in zip(rows, numbers, plain, strict=True):
            if not is_one:
                one = self.reader.read(Row(number, cells, 0))
                if isinstance(one, Left):
                    found.left.append(one)
                else:
                    odd.append(one)
        return odd

    def read_signs(
        self, rows: Sequence[list[str]], numbers: Sequence[int], found: Understood
    ) -> tuple[Sequence[list[str]], Sequence[int]]:
        """The rows of those to whom the other tool wrote until the end."""
        words, told = self.words, []
        columns = [self.column(rows, target) for target in (STATUS, LEFT_AT, STOPPED, WANTED)]
        for signs in zip(*columns, strict=True):
            if signs not in words:
                words[signs] = left_by(*signs)
            told.append(words[signs])
        if not any(told):
            return rows, numbers
        place = self.reader.email
        found.left += [
            Left(number, word, shown(cells[place]))
            for number, word, cells in zip(numbers, told, rows, strict=True)
            if word
        ]
        staying = [not word for word in told]
        return chosen(staying, rows), chosen(staying, numbers)

    def repeated(self, numbers: Sequence[int], keys: Cells, odd: Sequence[Incoming]) -> set[int]:
        """The rows whose address was met before; all are met from now on."""
        everybody = {*keys, *(one.email_key for one in odd)}
        again: set[int] = set()
        if len(everybody) == len(keys) + len(odd) and everybody.isdisjoint(self.met):
            self.met |= everybody
            return again
        pairs = [*zip(numbers, keys, strict=True), *((one.number, one.email_key) for one in odd)]
        for number, key in sorted(pairs):
            if key in self.met:
                again.add(number)
            self.met.add(key)
        return again

    def column(self, rows: Sequence[list[str]], target: str) -> Cells:
        place = self.reader.places.get(target)
        return [""] * len(rows) if place is None else [cells[place].strip() for cells in rows]

    def people(
        self, rows: Sequence[list[str]], numbers: Sequence[int], keys: Cells, dropped: Counter[str]
    ) -> list[PageRow]:
        unread: list[str] = []
        shared = self.domains.setdefault
        place, targets = self.reader.email, self.reader.places
        first, last = self.names(rows, unread)
        agreed: Iterable[datetime | None] = repeat(None)
        if AGREED_AT in targets:
            agreed = [read_time(cell, unread) for cell in self.column(rows, AGREED_AT)]
        columns = (
            numbers,
            [cells[place] for cells in rows],
            keys,
            suppression_hashes(keys),
            [shared(domain, domain) for domain in (key[key.index("@") + 1 :] for key in keys)],
            first,
            last,
            self.languages(rows, unread) if LANGUAGE in targets else repeat(""),
            self.own_fields(rows, unread) if self.reader.fields else repeat("{}"),
            agreed,
        )
        dropped.update(unread)
        return list(map(AS_PAGE_ROW, zip(*columns, strict=False)))

    def names(self, rows: Sequence[list[str]], dropped: list[str]) -> tuple[Cells, Cells]:
        first = tidy(self.column(rows, FIRST_NAME), LONGEST_NAME, FIRST_NAME, dropped)
        last = tidy(self.column(rows, LAST_NAME), LONGEST_NAME, LAST_NAME, dropped)
        if NAME not in self.reader.places:
            return first, last
        pairs = [
            (one, two) if one or two else split_name(fitting(name, LONGEST_NAME, NAME, dropped))
            for one, two, name in zip(first, last, self.column(rows, NAME), strict=True)
        ]
        return [one for one, _two in pairs], [two for _one, two in pairs]

    def languages(self, rows: Sequence[list[str]], dropped: list[str]) -> Cells:
        tags, found = self.tags, []
        for text in self.column(rows, LANGUAGE):
            if text not in tags:
                unread: list[str] = []
                tags[text] = language_tag(text, unread), unread
            tag, unread = tags[text]
            dropped += unread
            found.append(tag)
        return found

    def own_fields(self, rows: Sequence[list[str]], dropped: list[str]) -> Cells:
        """Each person's fields as JSON; what is empty is none."""
        names = [name for name, _place in self.reader.fields]
        columns = [
            tidy([cells[place] for cells in rows], LONGEST_FIELD, name, dropped) for name, place in self.reader.fields
        ]
        return [
            json.dumps({name: value for name, value in zip(names, values, strict=True) if value})
            for values in zip(*columns, strict=True)
        ]


def chosen(which: Sequence[bool], values: Sequence[T]) -> list[T]:
    return list(compress(values, which))


def tidy(cells: Cells, longest: int, name: str, dropped: list[str]) -> Cells:
    """`fitting` for a column: as it stands where nothing in it could be tidied."""
    whole = "".join(cells)
    is_tidy = (
        whole.isprintable()
        and not has_loose_blanks(cells, whole)
        and max(map(len, cells), default=0) <= longest
        and (whole.isascii() or unicodedata.is_normalized("NFC", "\n".join(cells)))
    )
    return cells if is_tidy else [fitting(cell, longest, name, dropped) for cell in cells]


def has_loose_blanks(cells: Cells, whole: str) -> bool:
    """Whether one stands at an end of a cell, or beside another. Blanks other than spaces are not printable."""
    if " " not in whole:
        return False
    lines = "\n".join(cells)
    return lines[0] == " " or lines[-1] == " " or "  " in lines or " \n" in lines or "\n " in lines


def as_page_row(one: Incoming) -> PageRow:
    return PageRow(
        one.number, one.email, one.email_key, one.address_hash, one.domain, one.first_name, one.last_name,
        one.language, json.dumps(one.fields) if one.fields else "{}", one.agreed_at,
    )  # fmt: skip
