"""What Medium exports: an HTML file for each post, with its title twice and its address in the footer."""

import re
from collections.abc import Iterator
from dataclasses import replace

from emails.articles.archive import Archive
from emails.articles.blocks import Article, Divider, Remark
from emails.articles.details import details_of, plain_of_html, with_details
from emails.articles.html import read_html
from emails.articles.imported import Found, Imported, LeftOut
from emails.articles.surroundings import Surroundings
from emails.articles.texts import MAX_BYTES, text_of_bytes
from emails.errors import ArticleBroken

_BODY = re.compile(
    r'<section\b[^<>]{0,300}class="e-content"[^<>]{0,300}>(?P<body>.*?)(?=<footer\b|</article>|\Z)', re.DOTALL
)
_TITLE = re.compile(r'<h1\b[^<>]{0,300}class="p-name"[^<>]{0,300}>(.{0,2000}?)</h1>', re.DOTALL)
_SUMMARY = re.compile(r'<section\b[^<>]{0,300}class="p-summary"[^<>]{0,300}>(.{0,2000}?)</section>', re.DOTALL)
_HAS_SUBTITLE = re.compile(r"\bgraf--subtitle\b")
_AUTHOR = re.compile(r'<a\b[^<>]{0,500}class="p-author h-card"[^<>]{0,300}>(.{0,500}?)</a>', re.DOTALL)
_DATE = re.compile(r'<time\b[^<>]{0,300}datetime="([^"<>]{1,40})"')
_CANONICAL = re.compile(r'<a\b[^<>]{0,500}?href="([^"<>]{1,2000})"[^<>]{0,300}class="p-canonical"')


def is_medium(html: str) -> bool:
    """Whether a page is a post as Medium exports it."""
    return 'class="p-name"' in html[:8_000] and 'data-field="body" class="e-content"' in html


def read_medium(archive: Archive, names: list[str], base: str = "") -> Iterator[Found]:
    """Each of the named posts; drafts too, with a remark."""
    for name in names:
        try:
            html = text_of_bytes(archive.read(name, MAX_BYTES))
            yield Imported(read_medium_post(html, draft=name.rsplit("/", 1)[-1].startswith("draft"), base=base), name)
        except ArticleBroken as broken:
            yield LeftOut(name, str(broken))


def read_medium_post(html: str, *, draft: bool = False, base: str = "") -> Article:
    """One post. Raises: ArticleBroken as the HTML reader does."""
    body = _BODY.search(html)
    footer = html[body.end() :] if body else ""
    fields = {
        "title": plain_of_html(_first(_TITLE, html)),
        "subtitle" if _HAS_SUBTITLE.search(html) else "description": plain_of_html(_first(_SUMMARY, html)),
        "author": plain_of_html(_first(_AUTHOR, footer)),
        "date": _first(_DATE, footer),
        "canonical_url": plain_of_html(_first(_CANONICAL, footer)),
    }
    around = Surroundings(base or fields["canonical_url"])
    article = read_html(body["body"] if body else html, around, title=fields["title"])
    remarks = [Remark("not_published", "The post was not published: it is a draft.")] if draft else []
    return with_details(_without_first_line(article), details_of(fields, remarks=remarks))


def _without_first_line(article: Article) -> Article:
    """Medium draws a line above the first part as well."""
    drawn = bool(article.blocks) and isinstance(article.blocks[0], Divider)
    return replace(article, blocks=article.blocks[1:]) if drawn else article


def _first(pattern: re.Pattern[str], html: str) -> str:
    match = pattern.search(html)
    return match[1] if match else ""
