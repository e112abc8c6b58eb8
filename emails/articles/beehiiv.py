"""The posts that beehiiv exports: one CSV file, the HTML of each post in a cell."""

from collections.abc import Iterator

from emails.articles.blocks import Image, Remark
from emails.articles.csv_rows import csv_rows
from emails.articles.details import details_of, plain, with_details
from emails.articles.html import read_html
from emails.articles.imported import Found, Imported, LeftOut
from emails.articles.inline import is_web_address
from emails.articles.surroundings import Surroundings
from emails.articles.texts import MAX_BYTES, refuse_large
from emails.errors import ArticleBroken

COLUMNS = frozenset({"content_html", "web_title"})


def read_beehiiv(text: str, base: str = "") -> Iterator[Found]:
    """Each post; drafts too, with a remark. Raises: ArticleBroken for a broken table, or another one."""
    for number, row in enumerate(csv_rows(text), start=1):
        if number > 1 and not row.keys() >= COLUMNS:
            yield LeftOut(f"row {number}", "The row ends before its text. Export it again.")
            continue
        if not row.keys() >= COLUMNS:
            raise ArticleBroken(
                "It is a table, but not beehiiv's posts. Give its posts.csv; of Substack and Buttondown, all."
            )
        part = plain(row["web_title"])[:200] or f"row {number}"
        try:
            yield _read(row, part, base)
        except ArticleBroken as broken:
            yield LeftOut(part, str(broken))


def _read(row: dict[str, str], part: str, base: str) -> Imported:
    if not row["content_html"].strip():
        raise ArticleBroken("The post has no text. Write it, or leave it out of the export.")
    refuse_large(len(row["content_html"]), MAX_BYTES)
    title = plain(row["web_title"] or row.get("email_subject_line", ""))
    article = read_html(row["content_html"], Surroundings(base or row.get("url", "").strip()), title=title)
    cover = row.get("thumbnail_url", "").strip()
    shown = is_web_address(cover) and "{" not in cover
    fields = {
        "title": title,
        "subtitle": row.get("web_subtitle", ""),
        "description": row.get("email_preview_text", ""),
        "date": row.get("publish_date", "") or row.get("created_at", ""),
        "author": row.get("authors", ""),
        "canonical_url": row.get("url", ""),
    }
    details = details_of(fields, hero=Image(cover, "") if shown else None, remarks=_remarks(row, cover, shown=shown))
    return Imported(with_details(article, details), part)


def _remarks(row: dict[str, str], cover: str, *, shown: bool) -> list[Remark]:
    remarks = []
    status, audience = plain(row.get("status", "")).lower(), plain(row.get("audience", "")).lower()
    if status and status not in {"confirmed", "published", "sent"}:
        remarks.append(Remark("not_published", f"The post was not published: its status is “{status[:40]}”."))
    if audience and audience not in {"free", "both", "all", "everyone"}:
        remarks.append(Remark("not_public", f"The post was not for everybody: its audience is “{audience[:40]}”."))
    if cover and not shown:
        message = f"The cover picture has no full web address and was left out: {plain(cover)[:200]}"
        remarks.append(Remark("cover_left_out", message))
    return remarks
