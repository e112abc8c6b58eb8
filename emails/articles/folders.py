"""Many files at once, from a zip archive or a folder: a newsletter service's export, or articles side by side."""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from emails.articles import beehiiv, buttondown, substack
from emails.articles.archive import Archive, ending_of, is_clutter
from emails.articles.csv_rows import header_of
from emails.articles.imported import Found, LeftOut
from emails.articles.medium import is_medium, read_medium
from emails.articles.picture_files import MAX_PICTURE, PictureBag
from emails.articles.sniff import ENDINGS
from emails.articles.texts import MAX_BYTES, MAX_EXPORT, text_of_bytes
from emails.errors import ArticleBroken

MAX_FILES = 5_000
EXPORTS = ("substack", "medium", "beehiiv", "buttondown")

_FILE_BY_FILE = frozenset({"medium", "beehiiv"})
"""Exports whose files can be told one by one, so that whatever else lies in their folder is read too."""

_UNREAD = frozenset({".pdf", ".doc", ".docm", ".rtf", ".odt", ".pages", ".epub", ".eml", ".mht", ".mhtml", ".wps"})
"""Files that hold words, but in a way that is not read here."""

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})
_SITES = ("", "static/", "public/", "assets/", "source/")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:|//|#")

OneReader = Callable[[bytes, str, "ArchivePictures | None"], Iterator[Found]]


def read_archive(archive: Archive, read_one: OneReader, *, base: str = "", only: str = "") -> Iterator[Found]:
    """Each article; `read_one` reads a file that is no part of an export, `only` names the export it must be.

    Raises: ArticleBroken when there is none, or not the export that was asked for.
    """
    names = [name for name in archive.names() if not is_clutter(name)]
    export, table, posts = _export(archive, names)
    if export in _FILE_BY_FILE and not archive.packed and not only:
        export = ""
    if only and export != only:
        raise ArticleBroken(f"It is no export of {only.capitalize()}. Give the whole export as it was downloaded.")
    if export == "substack":
        yield from substack.read_substack(archive, table, base)
        yield from _rest(archive, names, table, read_one)
    elif export == "buttondown":
        yield from buttondown.read_buttondown(archive, table, base)
    elif export == "beehiiv":
        yield from beehiiv.read_beehiiv(text_of_bytes(archive.read(table, MAX_EXPORT)), base)
    elif export == "medium":
        yield from read_medium(archive, posts, base)
    else:
        yield from _side_by_side(archive, names, read_one)


def _export(archive: Archive, names: list[str]) -> tuple[str, str, list[str]]:
    """Which service wrote these files, with the table that lists its posts or the posts themselves."""
    tables = {name: _columns(archive, name) for name in names if ending_of(name) == ".csv"}
    for export, wanted in (
        ("substack", substack.COLUMNS),
        ("buttondown", buttondown.COLUMNS),
        ("beehiiv", beehiiv.COLUMNS),
    ):
        table = next((name for name, columns in tables.items() if columns >= wanted), "")
        if table:
            return export, table, []
    pages = [name for name in names if ending_of(name) in {".html", ".htm"}]
    posts = [name for name in pages if is_medium(_head(archive, name, MAX_BYTES))]
    return ("medium" if posts else "", "", posts)


def _columns(archive: Archive, name: str) -> set[str]:
    return set(header_of(_head(archive, name, MAX_EXPORT)))


def _head(archive: Archive, name: str, most: int) -> str:
    try:
        return archive.read(name, most)[:60_000].decode("utf-8", "replace")
    except ArticleBroken:
        return ""


def _rest(archive: Archive, names: list[str], table: str, read_one: OneReader) -> Iterator[Found]:
    """What lies in a folder beside an export that was unpacked there; an archive holds the export alone."""
    posts = PurePosixPath(table).parent / "posts"
    rest = [
        name
        for name in names
        if posts not in PurePosixPath(name).parents
        and (ending_of(name) != ".csv" or _columns(archive, name) >= beehiiv.COLUMNS)
    ]
    if not archive.packed and any(ending_of(name) in ENDINGS for name in rest):
        yield from _side_by_side(archive, rest, read_one)


def _side_by_side(archive: Archive, names: list[str], read_one: OneReader) -> Iterator[Found]:
    files = [name for name in names if ending_of(name) in ENDINGS]
    if not files:
        raise ArticleBroken(f"There is no article in it. Files end in {', '.join(sorted(ENDINGS))}.")
    for name in names:
        if ending_of(name) in _UNREAD:
            yield LeftOut(name, "Files of this kind are not read. Save it as .docx, text, Markdown or HTML.")
    pictures = frozenset(name for name in archive.names() if ending_of(name) in _PICTURES)
    for name in files[:MAX_FILES]:
        try:
            data = archive.read(name, MAX_EXPORT)
            yield from read_one(data, name, ArchivePictures(archive, name, pictures))
        except ArticleBroken as broken:
            yield LeftOut(name, str(broken))
    if len(files) > MAX_FILES:
        reason = f"There are {len(files):,} files, the first {MAX_FILES:,} were read. Import the rest apart."
        yield LeftOut(files[MAX_FILES], reason)


class ArchivePictures(Mapping[str, str]):
    """The pictures that lie beside a file, by their address as its text writes it; read when they are asked for."""

    def __init__(self, archive: Archive, name: str, pictures: frozenset[str]) -> None:
        self.bag = PictureBag()
        self._archive = archive
        self._folder = str(PurePosixPath(name).parent)
        self._names = pictures

    @property
    def is_packed(self) -> bool:
        """Whether the file lies in an archive, not in a folder."""
        return self._archive.packed

    def __getitem__(self, written: str) -> str:
        """The picture's name in the import. Raises: KeyError where no such picture lies there."""
        name = self._found(written)
        if not name or self.bag.is_full:
            raise KeyError(written)
        try:
            named = self.bag.add(self._archive.read(name, MAX_PICTURE), called=name)
        except ArticleBroken:
            named = ""
        if not named:
            raise KeyError(written)
        return named

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _found(self, written: str) -> str:
        path = written.split("?", 1)[0].split("#", 1)[0]
        if not path or len(path) > 1_000 or _SCHEME.match(written):  # noqa: PLR2004  no file is called so
            return ""
        if path.startswith("/"):
            places = [site + path.lstrip("/") for site in _SITES]
        else:
            places = [posixpath.normpath(posixpath.join(self._folder, path)), posixpath.normpath(path)]
        return next((place for place in places if place in self._names), "")
