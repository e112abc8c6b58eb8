"""A source of articles as a person gives it: pasted, a file, a web address; and its copy while a job reads it.

Exports of other services may hold keys of theirs: a copy is for its owner's eyes only, and gone when it has been read.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import Unavailable
from app.outside import http
from app.services import typed
from emails.articles.fetched import parse_fetched
from emails.articles.imported import Found, Imported, LeftOut
from emails.articles.parse import parse_source
from emails.articles.sniff import kind_of
from emails.articles.texts import MAX_EXPORT
from emails.errors import ArticleBroken

LARGEST_FILE = MAX_EXPORT
LOOKED_AT = 50
WORDS = frozenset({"text", "markdown", "html"})
LONGEST_NAME = 300
KEPT_ENDING = ".articles"

Fetch = Callable[[str], http.Fetched]


@dataclass(frozen=True, slots=True)
class Source:
    """`name` is a file's name or a web address, `kind` None where the content decides.

    `site` is the web address that relative ones in a file mean, where somebody said it.
    """

    data: bytes | str
    name: str = ""
    kind: str | None = None
    is_fetched: bool = False
    content_type: str = ""
    charset: str = ""
    site: str = ""

    def found(self) -> Iterator[Found]:
        """Every article and what became none. Raises: ArticleBroken."""
        if not self.is_fetched:
            return parse_source(self.data, kind=self.kind, name=self.name, base=self.site)
        data = self.data if isinstance(self.data, bytes) else self.data.encode()
        return parse_fetched(data, address=self.name, content_type=self.content_type, charset=self.charset)

    @property
    def told(self) -> dict[str, str]:
        """What must be known beside the bytes to read them again."""
        return {
            "name": self.name, "kind": self.kind or "", "fetched": "yes" if self.is_fetched else "",
            "content_type": self.content_type, "charset": self.charset, "site": self.site,
        }  # fmt: skip

    @property
    def words(self) -> str:
        """What may be kept beside the article: words that somebody wrote, never an export or a foreign page."""
        if self.is_fetched or (isinstance(self.data, bytes) and b"\x00" in self.data[:4096]):
            return ""
        text = self.data if isinstance(self.data, str) else self.data.decode("utf-8", "replace")
        return text if (self.kind or kind_of(text, name=self.name)) in WORDS else ""

    @property
    def title(self) -> str:
        """What people call it."""
        return typed.line("source", self.name[:LONGEST_NAME], longest=LONGEST_NAME) or "Pasted text"


@dataclass(frozen=True, slots=True)
class OneArticle:
    """The only article of a source, and what of it became none."""

    imported: Imported
    left_out: tuple[LeftOut, ...]


def fetch_source(url: str, fetch: Fetch = http.fetch) -> Source:
    """What is at a web address. Raises: FetchRefused with its reason and cure."""
    address = url.strip()
    if address and "://" not in address[:10]:
        address = f"https://{address}"
    fetched = fetch(address)
    return Source(
        fetched.data, fetched.final_url, is_fetched=True, content_type=fetched.content_type, charset=fetched.charset
    )


def only_article(source: Source) -> OneArticle | None:
    """The article of a source that holds one; None where it holds several, or too much to be looked at now.

    Raises: ArticleBroken where it holds none, with the reason.
    """
    imported: Imported | None = None
    left_out: list[LeftOut] = []
    for number, found in enumerate(source.found(), start=1):
        if isinstance(found, LeftOut):
            left_out.append(found)
        elif imported is not None:
            return None
        else:
            imported = found
        if number >= LOOKED_AT:
            return None
    if imported is None:
        reason = f"{left_out[0].part}: {left_out[0].reason}" if left_out else "There is no article in it."
        raise ArticleBroken(reason.removeprefix(": "))
    return OneArticle(imported, tuple(left_out))


def keep_source(source: Source, folder: Path) -> str:
    """Copies a source for the job that reads it; the copy's name. Raises: Unavailable."""
    name = f"{secrets.token_hex(16)}{KEPT_ENDING}"
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(source.data if isinstance(source.data, bytes) else source.data.encode("utf-8", "replace"))
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Unavailable(f"The file could not be kept in {folder} ({error.strerror}). Is the disk full?") from error
    return name


def kept_source(folder: Path, name: str, told: dict[str, str]) -> Source:
    """The copy as it was given. Raises: FileNotFoundError."""
    return Source(
        (folder / name).read_bytes(),
        told.get("name", ""),
        told.get("kind") or None,
        bool(told.get("fetched")),
        told.get("content_type", ""),
        told.get("charset", ""),
        told.get("site", ""),
    )


def kept_sources(folder: Path) -> list[Path]:
    """Every copy that lies there."""
    return sorted(folder.glob(f"*{KEPT_ENDING}"))


def forget_source(folder: Path, name: str) -> None:
    if name:
        (folder / name).unlink(missing_ok=True)
