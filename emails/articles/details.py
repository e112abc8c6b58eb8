"""What a source tells beside an article's text (title, author, date, lead picture), put onto the blocks read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape

from emails.articles.blocks import Article, Block, Heading, Image, Paragraph, Remark
from emails.articles.html import lowered
from emails.articles.html_head import iso_date
from emails.articles.inline import inline_of, is_web_address, text_of
from emails.articles.markup import clean_characters
from emails.articles.remarks import closing_remarks

_RECOUNTED = frozenset({"title_missing", "image_missing", "button_address_missing"})


@dataclass(frozen=True, slots=True)
class Details:
    """Plain text in every field, "" where the source says nothing; `hero` stands before the text."""

    title: str = ""
    subtitle: str = ""
    description: str = ""
    language: str = ""
    author: str = ""
    date: str = ""
    canonical_url: str = ""
    hero: Image | None = None
    remarks: tuple[Remark, ...] = ()


def with_details(article: Article, details: Details) -> Article:
    """The article with these details: what they name wins, what the text repeats of them is said once."""
    title = details.title or article.title
    blocks = _without_title(article, title)
    blocks = _without_line(blocks, details.subtitle)
    if details.hero and not _shows(blocks, details.hero):
        blocks.insert(0, details.hero)
    kept = [remark for remark in article.warnings if remark.code not in _RECOUNTED]
    return replace(
        article,
        title=title,
        blocks=tuple(blocks),
        subtitle=details.subtitle or article.subtitle,
        description=details.description or article.description,
        language=details.language or article.language,
        author=details.author or article.author,
        date=details.date or article.date,
        canonical_url=details.canonical_url or article.canonical_url,
        warnings=(*details.remarks, *kept, *closing_remarks(title, blocks)),
    )


def details_of(fields: Mapping[str, str], *, hero: Image | None = None, remarks: Sequence[Remark] = ()) -> Details:
    """Details from a source's own fields, each tidied; a date or an address that is none is left empty."""
    tidy = {name: plain(fields.get(name, "")) for name in ("title", "subtitle", "description", "language", "author")}
    address = plain(fields.get("canonical_url", ""))
    return Details(
        **tidy,
        date=iso_date(plain(fields.get("date", ""))),
        canonical_url=address if is_web_address(address) and "{" not in address else "",
        hero=hero,
        remarks=tuple(remarks),
    )


def plain(text: str) -> str:
    """Plain text on one line, without characters that no letter may hold."""
    return " ".join(clean_characters(text).split())


def plain_of_html(html: str) -> str:
    """The words of a scrap of HTML (a title, an excerpt) as plain text on one line."""
    return plain(text_of(html.replace("<br", " <br").replace("</p>", " "))) if "<" in html else plain(unescape(html))


def _without_title(article: Article, title: str) -> list[Block]:
    """A title inside the text that says the same goes; another one stays, as the first heading."""
    if article.title and _folded(article.title) != _folded(title):
        return [Heading(2, inline_of(article.title)), *lowered(list(article.blocks))]
    first = next((n for n, block in enumerate(article.blocks) if not isinstance(block, Image)), None)
    block = article.blocks[first] if first is not None else None
    if first is not None and isinstance(block, Heading) and _folded(text_of(block.text)) == _folded(title):
        return [*article.blocks[:first], *article.blocks[first + 1 :]]
    return list(article.blocks)


def _without_line(blocks: list[Block], line: str) -> list[Block]:
    """A subtitle that stands first in the text as well goes from there."""
    first = next((n for n, block in enumerate(blocks) if not isinstance(block, Image)), None)
    block = blocks[first] if first is not None else None
    if line and isinstance(block, Heading | Paragraph) and _folded(text_of(block.text)) == _folded(line):
        return [one for one in blocks if one is not block]
    return blocks


def _shows(blocks: list[Block], hero: Image) -> bool:
    """Whether the text shows that picture already, in whatever size."""
    wanted = hero.src.split("?", 1)[0]
    return bool(wanted) and any(isinstance(block, Image) and block.src.split("?", 1)[0] == wanted for block in blocks)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
