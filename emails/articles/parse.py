"""The door for sources: bytes become text, the kind is chosen, the right importer reads it.

What cannot become an article is refused here with its place and its cure.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from emails.articles.archive import ZIP, ZipArchive
from emails.articles.beehiiv import read_beehiiv
from emails.articles.blocks import Article, Divider
from emails.articles.docx import read_docx
from emails.articles.feed import read_feed
from emails.articles.folders import EXPORTS, ArchivePictures, read_archive
from emails.articles.ghost import read_ghost
from emails.articles.html import read_html
from emails.articles.html_pastes import is_of_word_processor
from emails.articles.imported import Found, Imported, LeftOut, place_pictures, with_pictures
from emails.articles.inert_fields import inert_article
from emails.articles.markdown import read_markdown
from emails.articles.medium import read_medium_post
from emails.articles.plain_text import read_plain_text
from emails.articles.sniff import kind_of
from emails.articles.surroundings import Surroundings
from emails.articles.texts import MAX_BYTES, MAX_EXPORT, refuse_large, text_of_bytes
from emails.articles.unstyled import with_guesses
from emails.articles.web_page import MAX_PAGE, read_web_page
from emails.articles.wordpress import read_wordpress
from emails.errors import ArticleBroken

_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"{\\rtf", "a rich text (RTF) document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_OTHER_PACKAGES = (
    ("xl/", "a spreadsheet"),
    ("ppt/", "a presentation"),
    ("content.xml", "an OpenDocument file"),
    ("META-INF/container.xml", "an e-book"),
)


@dataclass(frozen=True, slots=True)
class _Source:
    """What was given: bytes of a file or text that was pasted, its name, and where its relative addresses lead."""

    data: bytes | str
    name: str = ""
    base: str = ""
    beside: ArchivePictures | None = None

    @property
    def raw(self) -> bytes:
        return self.data if isinstance(self.data, bytes) else self.data.encode("utf-8", "replace")

    def text(self, most: int = MAX_BYTES) -> str:
        refuse_large(len(self.raw), most)
        text = self.data.removeprefix("\ufeff") if isinstance(self.data, str) else _text(self.data)
        if "\x00" in text:
            raise ArticleBroken("It holds binary data, not text. Save the article as text, Markdown or HTML.")
        if not text.strip():
            raise ArticleBroken("It is empty. Give a source that holds an article.")
        return text

    @property
    def around(self) -> Surroundings:
        return Surroundings(self.base, self.beside) if self.beside is not None else Surroundings(self.base)


_Reader = Callable[[_Source], Iterator[Found]]


def parse_source(
    data: bytes | str, *, kind: str | None = None, name: str = "", base: str = ""
) -> Iterator[Imported | LeftOut]:
    """Every article a source holds, with the pictures it brought, and what of it became none, with the reason.

    `kind` is one of KINDS, or None to go by the first bytes, the name's ending and the content; `base` is the web
    address that relative ones mean. Raises: ArticleBroken that names the place and the cure; nothing came before it
    unless the source broke off.
    """
    try:
        yield from _read(_Source(data, name, base), kind)
    except ArticleBroken as broken:
        raise _placed(broken, name) from None


def parse_one(data: bytes | str, *, kind: str | None = None, name: str = "", base: str = "") -> Imported:
    """The only article a source holds. Raises: ArticleBroken as above, and when there are several."""
    found = list(islice(parse_source(data, kind=kind, name=name, base=base), 2))
    if len(found) > 1:
        reason = "It holds several articles. Save the one you mean on its own, or list them: letterwright article FILE."
        raise _placed(ArticleBroken(reason), name)
    if isinstance(found[0], LeftOut):
        raise _placed(ArticleBroken(found[0].reason, place=found[0].part), name)
    return found[0]


def parse_article(data: bytes | str, *, kind: str | None = None, name: str = "") -> Article:
    """The only article a source holds, the places of pictures it brought left open. Raises: as `parse_one`."""
    return place_pictures(parse_one(data, kind=kind, name=name), {})


def parse_file(data: bytes, name: str, beside: ArchivePictures | None, *, base: str = "") -> Iterator[Found]:
    """The articles of one file among others; `part` is its name. Raises: ArticleBroken."""
    for found in _read(_Source(data, name, base, beside), None):
        part = f"{name}: {found.part}" if found.part else name
        yield (
            Imported(found.article, part, found.pictures)
            if isinstance(found, Imported)
            else LeftOut(part, found.reason)
        )


def _read(source: _Source, kind: str | None) -> Iterator[Found]:
    if kind is not None and kind not in KINDS:
        raise ArticleBroken(f"“{kind}” is no kind of article; use one of: {', '.join(KINDS)}.", place="kind")
    refuse_large(len(source.raw), MAX_EXPORT)
    chosen = kind or _kind(source)
    nothing = True
    for found in KINDS[chosen](source):
        nothing = False
        if isinstance(found, Imported) and _is_empty(found.article, title_counts=chosen in _TYPED):
            yield LeftOut(found.part, "There are no words in it. Give a source that holds an article.")
        elif isinstance(found, Imported):
            yield replace(found, article=inert_article(found.article))
        else:
            yield found
    if nothing:
        raise ArticleBroken("There is no article in it. Give a source that holds one.")


def _kind(source: _Source) -> str:
    if isinstance(source.data, bytes) and source.data.startswith(ZIP):
        return _kind_of_package(ZipArchive(source.data))
    text = source.text(MAX_EXPORT)
    return kind_of(text, name=source.name)


def _kind_of_package(archive: ZipArchive) -> str:
    names = archive.names()
    if "word/document.xml" in names or (
        "[Content_Types].xml" in names and any(name.startswith("word/") for name in names)
    ):
        return "docx"
    for start, what in _OTHER_PACKAGES:
        if any(name.startswith(start) for name in names) and ("mimetype" in names or "[Content_Types].xml" in names):
            raise ArticleBroken(f"It is {what}. Save the article as .docx, text, Markdown or HTML.")
    return "archive"


def _text(data: bytes) -> str:
    if data.startswith(ZIP):
        raise ArticleBroken("It is a Word document or another zip archive, not text. Leave out its kind.")
    for start, what in _FOREIGN:
        if data.startswith(start):
            raise ArticleBroken(f"It is {what}, not text. Save the article as .docx, text, Markdown or HTML.")
    return text_of_bytes(data)


def _is_empty(article: Article, *, title_counts: bool) -> bool:
    """Whether nothing is to be read; a title alone is something only where somebody typed it."""
    return not (title_counts and article.title) and all(isinstance(block, Divider) for block in article.blocks)


def _placed(broken: ArticleBroken, name: str) -> ArticleBroken:
    place = ", ".join(part for part in (name, broken.place) if part)
    return ArticleBroken(f"{name}: {broken}" if name else str(broken), place=place)


def _one(article: Article, source: _Source) -> Iterator[Found]:
    yield with_pictures(article, source.beside.bag.pictures if source.beside is not None else ())


def _html(source: _Source) -> Article:
    """HTML as it is; of a word processor's paste, what its author wrote but did not style is guessed too."""
    text = source.text()
    article = read_html(text, source.around)
    return with_guesses(article) if is_of_word_processor(text) else article


def _page(source: _Source) -> Article:
    """A web page; of one that lies in a file everything is read where no article is found on it."""
    text = source.text(MAX_PAGE)
    try:
        return read_web_page(text, source.base, source.around.pictures)
    except ArticleBroken:
        if source.base:
            raise
        return read_html(text, source.around)


def _read_document(source: _Source) -> Iterator[Found]:
    if not source.raw.startswith(ZIP):
        raise ArticleBroken("It is no Word document (.docx). Save the article as .docx, text, Markdown or HTML.")
    yield read_docx(source.raw)


def _read_medium(source: _Source) -> Iterator[Found]:
    if source.raw.startswith(ZIP):
        yield from _read_package(source, only="medium")
    else:
        yield Imported(read_medium_post(source.text(), base=source.base))


def _read_beehiiv(source: _Source) -> Iterator[Found]:
    if source.raw.startswith(ZIP):
        return _read_package(source, only="beehiiv")
    return read_beehiiv(source.text(MAX_EXPORT), source.base)


def _read_package(source: _Source, *, only: str = "") -> Iterator[Found]:
    """A zip archive; one inside another is refused, so that nobody sends a nest of them."""
    if not source.raw.startswith(ZIP):
        raise ArticleBroken("It is no zip archive. Give the export as it was downloaded.")
    if source.beside is not None and source.beside.is_packed:
        raise ArticleBroken("It is an archive inside an archive. Unpack it and give it on its own.")
    read_one = partial(parse_file, base=source.base)
    yield from read_archive(ZipArchive(source.raw), read_one, base=source.base, only=only)


KINDS: dict[str, _Reader] = {
    "text": lambda source: _one(read_plain_text(source.text()), source),
    "markdown": lambda source: _one(read_markdown(source.text(), source.around), source),
    "html": lambda source: _one(_html(source), source),
    "page": lambda source: _one(_page(source), source),
    "docx": _read_document,
    "feed": lambda source: read_feed(source.raw, source.base),
    "ghost": lambda source: read_ghost(source.text(MAX_EXPORT), source.base),
    "wordpress": lambda source: read_wordpress(source.raw, source.base),
    "medium": _read_medium,
    "beehiiv": _read_beehiiv,
    "archive": _read_package,
    **{kind: partial(_read_package, only=kind) for kind in EXPORTS if kind not in {"medium", "beehiiv"}},
}

_TYPED = frozenset({"text", "markdown", "html"})

OF_MANY = frozenset(KINDS) - {"text", "markdown", "html", "page", "docx"}
"""Kinds that may hold several articles."""
