"""The JSON file that Ghost exports: its posts and pages, their authors and lead pictures.

Such a file may hold keys of the site; nothing but posts is read from it, and nothing of it is logged.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from emails.articles.blocks import Article, Image, Remark
from emails.articles.details import details_of, plain, with_details
from emails.articles.html import read_html
from emails.articles.html_pictures import picture_of
from emails.articles.imported import Found, Imported, LeftOut
from emails.articles.inline import inert, sanitise
from emails.articles.lexical import lexical_html
from emails.articles.mobiledoc import mobiledoc_html
from emails.articles.plain_text import read_plain_text
from emails.articles.surroundings import Surroundings
from emails.articles.texts import MAX_BYTES, refuse_large
from emails.errors import ArticleBroken

PLACEHOLDER = "__GHOST_URL__"

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Export:
    """The tables of an export that speak of posts, by the posts' id."""

    posts: list[Row]
    meta: Mapping[str, Row]
    names: Mapping[str, str]
    authors: Mapping[str, list[str]]
    base: str


def read_ghost(text: str, base: str = "") -> Iterator[Found]:
    """Each post and page; drafts too, with a remark. `base` is the site's address, which the file does not tell.

    Raises: ArticleBroken for what is no export of Ghost.
    """
    export = _tables(text, base)
    for number, post in enumerate(export.posts, start=1):
        part = plain(_text(post, "slug") or _text(post, "title"))[:200] or f"post {number}"
        try:
            yield Imported(_read(post, export), part)
        except ArticleBroken as broken:
            yield LeftOut(part, str(broken))


def is_ghost(text: str) -> bool:
    """Whether a text looks like an export of Ghost."""
    head = text[:4_000]
    return head.lstrip()[:1] == "{" and ('"db"' in head or '"data"' in head) and '"posts"' in text


def _tables(text: str, base: str) -> _Export:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise ArticleBroken("The JSON is broken. Export it again.") from wrong
    data = _data(document)
    posts = _rows(data, "posts")
    if not posts:
        raise ArticleBroken("It is JSON, but no export of Ghost with posts. Export the content in Ghost's settings.")
    names = {_text(user, "id"): plain(_text(user, "name")) for user in _rows(data, "users")}
    authors: dict[str, list[str]] = {}
    for link in sorted(_rows(data, "posts_authors"), key=lambda row: _text(row, "sort_order").zfill(6)):
        name = names.get(_text(link, "author_id"), "")
        authors.setdefault(_text(link, "post_id"), []).extend([name] if name else [])
    meta = {_text(row, "post_id"): row for row in _rows(data, "posts_meta")}
    return _Export(posts, meta, names, authors, base.rstrip("/"))


def _data(document: object) -> Mapping[str, object]:
    """The tables, in either shape that Ghost writes: inside a list or not."""
    if isinstance(document, dict) and "db" in document:
        found = document["db"]
        document = found[0] if isinstance(found, list) and found else found
    inner = document.get("data", document) if isinstance(document, dict) else {}
    return cast("Mapping[str, object]", inner) if isinstance(inner, dict) else {}


def _rows(data: Mapping[str, object], name: str) -> list[Row]:
    rows = data.get(name)
    return [cast("Row", row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _read(post: Row, export: _Export) -> Article:
    around = Surroundings(f"{export.base}/" if export.base else "")
    meta = export.meta.get(_text(post, "id"), {})
    article, unread = _body(post, around, export.base)
    writers = export.authors.get(_text(post, "id")) or [export.names.get(_text(post, "author_id"), "")]
    fields = {
        "title": _text(post, "title"),
        "description": _text(post, "custom_excerpt") or _text(meta, "meta_description"),
        "language": _text(post, "locale"),
        "author": ", ".join(name for name in writers if name),
        "date": _text(post, "published_at"),
        "canonical_url": _text(post, "canonical_url").replace(PLACEHOLDER, export.base),
    }
    hero = _hero(post, meta, around, export.base)
    return with_details(article, details_of(fields, hero=hero, remarks=[*_remarks(post), *unread]))


def _body(post: Row, around: Surroundings, base: str) -> tuple[Article, list[Remark]]:
    """The text in the best form there is, and a remark where something of it could not be read."""
    remarks: list[Remark] = []
    html = _text(post, "html")
    for name, convert in (("lexical", lexical_html), ("mobiledoc", mobiledoc_html)):
        if not html.strip() and (source := _text(post, name)).strip():
            refuse_large(len(source), 2 * MAX_BYTES)
            html, unread = convert(source)
            if unread:
                cards = ", ".join(unread)[:200]
                remarks.append(Remark("cards_left_out", f"Cards that no letter can hold were left out: {cards}."))
    words = html if html.strip() else _text(post, "plaintext")
    if not words.strip():
        raise ArticleBroken("The post has no text. Write it, or leave it out of the export.")
    refuse_large(len(words), MAX_BYTES)
    if html.strip():
        title = plain(_text(post, "title"))
        return read_html(html.replace(PLACEHOLDER, base), around, title=title), remarks
    return replace(read_plain_text(words), warnings=()), remarks


def _hero(post: Row, meta: Row, around: Surroundings, base: str) -> Image | None:
    written = (_text(post, "feature_image") or _text(post, "image")).replace(PLACEHOLDER, base)
    if not written:
        return None
    image = picture_of({"src": written}, around)
    caption = inert(sanitise(_text(meta, "feature_image_caption").replace("{", "&#123;").replace("}", "&#125;")))
    return Image(image.src, plain(_text(meta, "feature_image_alt")), caption)


def _remarks(post: Row) -> list[Remark]:
    remarks = []
    status, visibility = plain(_text(post, "status")), plain(_text(post, "visibility"))
    if status and status not in {"published", "sent"}:
        remarks.append(Remark("not_published", f"The post was not published: its status is “{status[:40]}”."))
    if visibility and visibility != "public":
        remarks.append(Remark("not_public", f"The post was not for everybody: it was for “{visibility[:40]}”."))
    if _text(post, "type") == "page" or post.get("page") == 1:
        remarks.append(Remark("other_type", "It is no post: its type is “page”."))
    return remarks
