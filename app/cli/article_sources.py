"""What `letterwright article` was given (files, folders, web addresses) as articles, one after the other."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO

import click

from app.outside.http import FetchRefused, fetch
from emails.articles.archive import refuse_size
from emails.articles.blocks import Article
from emails.articles.fetched import parse_fetched
from emails.articles.folders import read_archive
from emails.articles.imported import Found, Imported
from emails.articles.parse import parse_file, parse_source
from emails.articles.texts import MAX_EXPORT
from emails.errors import ArticleBroken

MAX_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One article of a source and what became of it; `part` says where in a source of many it stood."""

    file: str
    part: str = ""
    article: Article | None = None
    error: str = ""


class FolderArchive:
    """A folder and those inside it, without hidden files and without following links out of it."""

    packed = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        found: list[str] = []
        for place, folders, files in os.walk(self._folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            here = Path(place).relative_to(self._folder)
            found += [(here / name).as_posix() for name in files]
            if len(found) > MAX_FILES:
                raise ArticleBroken(f"There are more than {MAX_FILES:,} files in it. Give a smaller folder.")
        return sorted(found)

    def read(self, name: str, most: int) -> bytes:
        path = self._folder / name
        try:
            if not path.resolve().is_relative_to(self._folder.resolve()):
                raise ArticleBroken(f"“{name}” is a link that leads out of the folder. Give its file.", place=name)
            if not path.is_file():
                raise ArticleBroken(f"“{name}” is no file. Give a file with words in it.", place=name)
            refuse_size(name, path.stat().st_size, most)
            return path.read_bytes()
        except OSError as wrong:
            message = f"{wrong.strerror or wrong}. Check the name and its permissions."
            raise ArticleBroken(message, place=name) from wrong


def is_address(source: str) -> bool:
    """Whether a source is a web address, not a file."""
    return source.lower().startswith(("http://", "https://"))


def read_address(address: str) -> Article:
    """The only article at a web address. Raises: click.ClickException with the reason why there is none."""
    found = list(islice(_fetched(address), 2))
    if len(found) > 1:
        raise click.ClickException(f"{address}: There are several articles at this address. Give that of one.")
    if not found or found[0].article is None:
        raise click.ClickException(found[0].error if found else f"{address}: There is no article at this address.")
    return found[0].article


def read_sources(sources: tuple[str, ...], kind: str | None, base: str) -> Iterator[Reading]:
    """Each article of each source, or the reason why there is none; nothing is raised."""
    for source in sources:
        if is_address(source):
            yield from _fetched(source)
        elif source == "-":
            with click.open_file("-", "rb") as stream:
                yield from _parsed("-", stream, kind, base)
        elif Path(source).is_dir():
            yield from _folder(Path(source), base)
        else:
            yield from _opened(Path(source), kind, base)


def _folder(folder: Path, base: str) -> Iterator[Reading]:
    found = read_archive(FolderArchive(folder), partial(parse_file, base=base), base=base)
    try:
        for one in found:
            name, _, part = one.part.partition(": ")
            file = str(folder / name) if (folder / name).is_file() else str(folder)
            yield _reading(file, one, part if file != str(folder) else one.part)
    except ArticleBroken as broken:
        yield Reading(str(folder), error=f"{folder}: {broken}")


def _fetched(address: str) -> Iterator[Reading]:
    """The articles at a web address; addresses in them mean what they mean there."""
    try:
        page = fetch(address)
        found = parse_fetched(page.data, address=page.final_url, content_type=page.content_type, charset=page.charset)
        for one in found:
            yield _reading(address, one, one.part)
    except (FetchRefused, ArticleBroken) as refused:
        yield Reading(address, error=str(refused))


def _opened(path: Path, kind: str | None, base: str) -> Iterator[Reading]:
    try:
        with path.open("rb") as stream:
            yield from _parsed(str(path), stream, kind, base)
    except OSError as wrong:
        yield Reading(str(path), error=f"{path}: {wrong.strerror or wrong}. Check the name and its permissions.")


def _parsed(file: str, stream: IO[bytes], kind: str | None, base: str) -> Iterator[Reading]:
    """Reads no more than is needed to see that a source is too large."""
    name = "standard input" if file == "-" else file
    data = stream.read(2 * MAX_EXPORT)
    try:
        for found in parse_source(data, kind=kind, name=name, base=base):
            yield _reading(file, found, found.part)
    except ArticleBroken as broken:
        yield Reading(file, error=str(broken))


def _reading(file: str, found: Found, part: str) -> Reading:
    if isinstance(found, Imported):
        return Reading(file, part, found.article)
    shown = "standard input" if file == "-" else file
    return Reading(file, part, error=": ".join(one for one in (shown, part, found.reason) if one))
