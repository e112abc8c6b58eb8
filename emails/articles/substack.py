"""What Substack exports: `posts.csv` with titles and dates, and an HTML file for the text of each post."""

from collections.abc import Iterator
from html import escape
from pathlib import PurePosixPath

from emails.articles.archive import Archive
from emails.articles.blocks import Remark
from emails.articles.csv_rows import csv_rows
from emails.articles.details import details_of, plain, with_details
from emails.articles.html import read_html
from emails.articles.imported import Found, Imported, LeftOut
from emails.articles.inline import is_web_address
from emails.articles.surroundings import Surroundings
from emails.articles.texts import MAX_BYTES, MAX_EXPORT, text_of_bytes
from emails.errors import ArticleBroken

COLUMNS = frozenset({"post_id", "title", "subtitle"})


def read_substack(archive: Archive, table: str, base: str = "") -> Iterator[Found]:
    """Each post of the table, then the texts without a line there. Raises: ArticleBroken for a broken table."""
    folder = PurePosixPath(table).parent / "posts"
    texts = {
        PurePosixPath(name).stem: name
        for name in archive.names()
        if PurePosixPath(name).parent == folder and name.endswith((".html", ".htm"))
    }
    by_number = {stem.split(".", 1)[0]: stem for stem in texts}
    for number, row in enumerate(csv_rows(text_of_bytes(archive.read(table, MAX_EXPORT))), start=1):
        key = row.get("post_id", "").strip()
        name = texts.pop(key, "") or texts.pop(by_number.get(key.split(".", 1)[0], ""), "")
        yield _found(archive, name, row, name or plain(row.get("title", ""))[:200] or f"row {number}", base)
    for name in sorted(texts.values()):
        yield _found(archive, name, {}, name, base)


def _found(archive: Archive, name: str, row: dict[str, str], part: str, base: str) -> Found:
    try:
        return _read(archive, name, row, part, base)
    except ArticleBroken as broken:
        return LeftOut(part, str(broken))


def _read(archive: Archive, name: str, row: dict[str, str], part: str, base: str) -> Imported:
    html = text_of_bytes(archive.read(name, MAX_BYTES)) if name else ""
    podcast = row.get("podcast_url", "").strip()
    if is_web_address(podcast) and "{" not in podcast:
        html = f'<audio src="{escape(podcast)}"></audio>{html}'
    if not html.strip():
        raise ArticleBroken("The export holds no text for this post. Write it, or leave it out.")
    article = read_html(html, Surroundings(base), title=plain(row.get("title", "")))
    fields = {"title": row.get("title", ""), "subtitle": row.get("subtitle", ""), "date": row.get("post_date", "")}
    return Imported(with_details(article, details_of(fields, remarks=_remarks(row))), part)


def _remarks(row: dict[str, str]) -> list[Remark]:
    remarks = []
    if row.get("is_published", "true").strip().lower() != "true":
        remarks.append(Remark("not_published", "The post was not published: it is a draft."))
    audience = plain(row.get("audience", "")).lower()
    if audience and audience != "everyone":
        remarks.append(Remark("not_public", f"The post was not for everybody: its audience is “{audience[:40]}”."))
    kind = plain(row.get("type", "")).lower()
    if kind and kind != "newsletter":
        remarks.append(Remark("other_type", f"It is no newsletter: its type is “{kind[:40]}”."))
    return remarks
