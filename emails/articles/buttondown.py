"""What Buttondown exports: `emails.csv` with a line for each letter, and a folder of their texts in Markdown."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from emails.articles.archive import Archive
from emails.articles.blocks import Remark
from emails.articles.csv_rows import csv_rows
from emails.articles.details import details_of, plain, with_details
from emails.articles.imported import Found, Imported, LeftOut
from emails.articles.markdown import read_markdown
from emails.articles.surroundings import Surroundings
from emails.articles.texts import MAX_BYTES, MAX_EXPORT, refuse_large, text_of_bytes
from emails.errors import ArticleBroken

COLUMNS = frozenset({"subject", "slug"})


def read_buttondown(archive: Archive, table: str, base: str = "") -> Iterator[Found]:
    """Each letter of the table, then what lies in the folder without a line there.

    Raises: ArticleBroken for a broken table.
    """
    folder = str(PurePosixPath(table).parent)
    texts = {
        PurePosixPath(name).stem: name
        for name in archive.names()
        if name.endswith((".md", ".markdown", ".html", ".txt")) and (folder == "." or name.startswith(f"{folder}/"))
    }
    for number, row in enumerate(csv_rows(text_of_bytes(archive.read(table, MAX_EXPORT))), start=1):
        name = texts.pop(row.get("slug", "").strip(), "") or texts.pop(row.get("id", "").strip(), "")
        yield _found(archive, name, row, name or plain(row.get("subject", ""))[:200] or f"row {number}", base)
    for name in sorted(texts.values()):
        yield _found(archive, name, {}, name, base)


def _found(archive: Archive, name: str, row: dict[str, str], part: str, base: str) -> Found:
    try:
        return _read(archive, name, row, part, base)
    except ArticleBroken as broken:
        return LeftOut(part, str(broken))


def _read(archive: Archive, name: str, row: dict[str, str], part: str, base: str) -> Imported:
    text = text_of_bytes(archive.read(name, MAX_BYTES)) if name else row.get("body", "")
    refuse_large(len(text), MAX_BYTES)
    if not text.strip():
        raise ArticleBroken(f"There is no text to “{row.get('slug', part)[:200]}” in the export. Export it again.")
    article = read_markdown(text, Surroundings(base), title=plain(row.get("subject", "")))
    kind = plain(row.get("email_type", "")).lower()
    remarks = []
    if row and not row.get("publish_date", "").strip():
        remarks.append(Remark("not_published", "The letter was not sent: it has no date."))
    if kind in {"premium", "private", "hidden", "churned", "archival"}:
        remarks.append(Remark("not_public", f"The letter was not for everybody: its type is “{kind}”."))
    fields = {
        "title": row.get("subject", ""),
        "date": row.get("publish_date", ""),
        "description": row.get("description", ""),
        "canonical_url": row.get("absolute_url", "") or row.get("canonical_url", ""),
    }
    return Imported(with_details(article, details_of(fields, remarks=remarks)), part)
