"""Reads pages of an import's file, and the next one while the page before is written; knows no database."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Self

from app.database.imports import PageRow
from app.services.import_columns import ColumnReader, Understood
from app.services.import_files import Kept
from app.services.import_mapping import Left, Reader, shown
from app.services.import_parts import Part, PartReader
from app.services.import_reading import Shape

PAGE_BYTES = 8 * 1024 * 1024
BY_KEY = attrgetter("email_key")


@dataclass(frozen=True, slots=True)
class Span:
    """Which rows of which file are wanted, and how they are understood: `most` from the byte `cursor`, row `number`."""

    kept: Kept
    shape: Shape
    mapping: Mapping[str, str]
    cursor: int
    number: int
    most: int


@dataclass(slots=True)
class Page:
    """What one page of the file holds. `after` is the byte behind it, `number` that of the row there.

    People come in the order of their addresses: near ones share parts of the index.
    """

    people: list[PageRow] = field(default_factory=list)
    rejected: list[Left] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    unreadable: int = 0
    after: int = 0
    number: int = 0
    is_last: bool = False


class ReadAhead:
    """One thread that reads the page after the one that was taken. What it read is dropped if another is wanted.

    Of use where the database is a process of its own; inside ours, both would wait for the interpreter in turns.
    """

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import-ahead")
        self.span: Span | None = None
        self.reading: Future[Page] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.thread.shutdown(cancel_futures=True)

    def take(self, span: Span) -> Page:
        """The page there.

        Raises:
            FileNotFoundError: the file is not there.
        """
        page = self.reading.result() if self.reading is not None and span == self.span else read_page(span)
        self.reading = None
        if not page.is_last:
            self.span = replace(span, cursor=page.after, number=page.number)
            self.reading = self.thread.submit(read_page, self.span)
        return page


def read_page(span: Span) -> Page:
    reader = ColumnReader(Reader(span.mapping, len(span.shape.headings)))
    page = Page()
    with span.kept.copy.open("rb") as file:
        parts = PartReader(file, span.shape.delimiter, offset=span.cursor, number=span.number)
        while page.rows < span.most and parts.offset - span.cursor < PAGE_BYTES:
            part = parts.read(span.most - page.rows)
            if part is None:
                page.is_last = True
                break
            sort_in(page, part, reader.read(part.rows, part.numbers))
        page.after, page.number = parts.offset, parts.number
    page.people.sort(key=BY_KEY)
    return page


def sort_in(page: Page, part: Part, found: Understood) -> None:
    """Puts rows where they are counted; an empty one is none."""
    unread = [Left(one.number, one.reason, shown(one.value), rejected=True) for one in part.unreadable]
    rejected = [one for one in found.left if one.rejected]
    skipped = [one.reason for one in found.left if one.reason and not one.rejected]
    page.people += found.people
    page.rejected += sorted([*unread, *rejected], key=lambda one: one.number)
    page.skipped.update(skipped)
    page.skipped["duplicate_address"] += found.duplicates
    page.dropped.update(found.dropped)
    page.unreadable += len(unread)
    page.rows += len(found.people) + found.duplicates + len(unread) + len(rejected) + len(skipped)
