"""Reads what was pasted, uploaded or named by its address as a source of articles."""

from flask import request

from app.services import typed
from app.services.article_sources import Source, fetch_source
from emails.errors import ArticleBroken


def read_whole() -> str:
    """The text in the request as it came; a file wins over the box. Raises ArticleBroken where it is no text."""
    file = request.files.get("file")
    if not (file and file.filename):
        return request.form.get("text", "")
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ArticleBroken("This file is not text in UTF-8. Save it as UTF-8 and try again.") from None


def read_source() -> Source:
    """A file wins over an address, an address over the box; a rich paste over the plain words beside it.

    Raises:
        FetchRefused: the address cannot be fetched.
        InvalidInput: "site", where the address of the old site is none.
    """
    file = request.files.get("file")
    if file and file.filename:
        return Source(file.read(), file.filename, site=typed.web_address("site", request.form.get("site", "")))
    address = request.form.get("address", "").strip()
    if address:
        return fetch_source(address)
    html = request.form.get("html", "")
    return Source(html, kind="html") if html.strip() else Source(request.form.get("text", ""))
