"""A whole web page as an article: its navigation, comments and advertisements are left away, its words are kept.

trafilatura finds which words are the article, readability does where that is thin; their structure is read from the
page itself, and what the page says about itself fills the rest.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urlsplit

import trafilatura
from lxml import etree, html
from readability import Document
from trafilatura.settings import Document as PageFacts

from emails.articles.blocks import Article, Embed, Image, Remark
from emails.articles.details import details_of, with_details
from emails.articles.html import read_html
from emails.articles.html_head import read_head
from emails.articles.html_pictures import picture_of
from emails.articles.inline import is_web_address
from emails.articles.markup import clean_characters, refuse_tangles
from emails.articles.surroundings import Surroundings
from emails.articles.web_choice import THIN, chosen, size_of
from emails.articles.web_noise import without_noise
from emails.errors import ArticleBroken

MAX_PAGE = 5 * 1024 * 1024
MAX_SIGNS = 150_000
"""Each < or & of a page, after its scripts are gone; what is no tag is written and read again many times."""


_PLAYER = re.compile(
    r"<iframe\b[^<>]{0,1000}?\bsrc\s*=\s*[\"']?((?:https?:)?//(?:[\w-]{1,60}\.){0,3}"
    r"(?:youtube|youtube-nocookie|vimeo|dailymotion|soundcloud|spotify|ted)\.com/[^\s\"'<>]{1,500})",
    re.IGNORECASE,
)
_SIZE = re.compile(r"[-_@](?:\d{2,4}x\d{2,4}|\d{2,4}w|[23]x|scaled)(?=\.\w+$)")
_FAULTS = (ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError, RecursionError, etree.LxmlError)
"""What the programs that find articles raise at pages that nobody wrote by hand."""

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("readability").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class _Page:
    """The page without what acts on it, and the address its relative ones mean."""

    text: str
    address: str
    head: Mapping[str, str]
    pictures: Mapping[str, str]

    @property
    def around(self) -> Surroundings:
        return Surroundings(self.head.get("base", "") or self.address, self.pictures)


def read_web_page(text: str, address: str = "", pictures: Mapping[str, str] = MappingProxyType({})) -> Article:
    """The article on a web page; `address` is where the page was, `pictures` came with it (see `Surroundings`).

    Raises: ArticleBroken when there is no article on it, or when it is nested too deep or made of too many tags.
    """
    if len(text) > MAX_PAGE:
        raise ArticleBroken(f"The page is larger than {MAX_PAGE / 1_000_000:.1f} MB. Save what you need of it.")
    clean = without_noise(clean_characters(text))
    refuse_tangles(clean)
    if clean.count("<") + clean.count("&") > MAX_SIGNS:
        raise ArticleBroken(f"The page has more than {MAX_SIGNS:,} signs < and &. Paste its words without formatting.")
    page = _Page(clean, address, read_head(clean), pictures)
    facts = _facts(page)
    title = " ".join((facts.title or page.head.get("title", "")).split()) if facts else page.head.get("title", "")
    article = _best(page, title)
    if not size_of(article):
        raise ArticleBroken(
            "There is no article on this page, or only a program of the page shows it. "
            "Save the page from your browser, or paste its words."
        )
    return _with_facts(article, page, facts, title)


def _best(page: _Page, title: str) -> Article:
    """The first reading that is no thin one, else the one with the most words."""
    whole = read_html(page.text, page.around, title=title)
    readings = []
    for find in (_by_trafilatura, _by_readability):
        article = chosen(whole, read_html(find(page), page.around, title=title))
        if size_of(article) >= THIN:
            return article
        readings.append(article)
    return max(readings, key=size_of)


def _by_trafilatura(page: _Page) -> str:
    try:
        found = trafilatura.extract(
            page.text,
            output_format="html",
            include_images=True,
            include_links=True,
            include_formatting=True,
            include_tables=True,
            include_comments=False,
            deduplicate=False,
        )
    except _FAULTS:
        return ""
    return found or ""


def _by_readability(page: _Page) -> str:
    try:
        return str(Document(page.text).summary(html_partial=True))
    except (*_FAULTS, etree.ParserError):
        return ""


def _facts(page: _Page) -> PageFacts | None:
    """What the page says about itself: title, author, day, picture, own address."""
    try:
        tree = html.fromstring(page.text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
        return trafilatura.extract_metadata(tree, default_url=page.address or None, extensive=False)
    except (*_FAULTS, etree.ParserError):
        return None


def _with_facts(article: Article, page: _Page, facts: PageFacts | None, title: str) -> Article:
    said = {
        "title": title,
        "description": page.head.get("description", ""),
        "language": page.head.get("language", ""),
        "author": page.head.get("author", "") or _author(facts),
        "date": page.head.get("date", "") or (facts.date or "" if facts else ""),
        "canonical_url": page.head.get("canonical_url", "") or page.address,
    }
    hero = _hero(article, page, facts)
    left_out, players = _players(article, page)
    detailed = with_details(article, details_of(said, hero=hero, remarks=left_out))
    return replace(detailed, blocks=(*detailed.blocks, *players))


def _author(facts: PageFacts | None) -> str:
    """Who wrote it, else the site's name where that is more than its address."""
    site = str(facts.sitename or "") if facts else ""
    return str(facts.author or "") or ("" if "." in site else site) if facts else ""


def _hero(article: Article, page: _Page, facts: PageFacts | None) -> Image | None:
    """The picture that stands for the page, unless the article shows it already, in whatever size."""
    address = str(facts.image or "") if facts else ""
    image = picture_of({"src": address}, page.around) if address else None
    if image is None or not image.src:
        return None
    shown = {_stem(block.src) for block in article.blocks if isinstance(block, Image)}
    return None if _stem(image.src) in shown else Image(image.src, "")


def _stem(address: str) -> str:
    """A picture's name without its size, so that two sizes of one are the same."""
    return _SIZE.sub("", urlsplit(address).path.rsplit("/", 1)[-1].lower())


def _players(article: Article, page: _Page) -> tuple[list[Remark], list[Embed]]:
    """Films and sound that stood on the page; where they stood among its words is not known any more."""
    shown = {block.url for block in article.blocks if isinstance(block, Embed)}
    found = dict.fromkeys(page.around.link(address) for address in _PLAYER.findall(page.text))
    players = [Embed(url) for url in found if url not in shown and is_web_address(url) and "{" not in url][:5]
    if not players:
        return [], []
    message = "Films or sound of the page stand at the end of the article. Move them to their places, or remove them."
    return [Remark("players_moved", message)], players
