"""Reads what was pasted or uploaded as an article."""

from dataclasses import dataclass

from flask import request

from emails.articles.blocks import Article, Paragraph
from emails.articles.parse import parse_article
from emails.errors import ArticleBroken


@dataclass(frozen=True)
class Pasted:
    """The article found, and its source as it came."""

    article: Article
    source: str


NOTHING_PASTED = Pasted(Article(title="", blocks=()), "")


def read_whole() -> str:
    """The text in the request as it came; a file wins over the box. Raises ArticleBroken where it is no text."""
    file = request.files.get("file")
    if not (file and file.filename):
        return request.form.get("text", "")
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ArticleBroken("This file is not text in UTF-8. Save it as UTF-8 and try again.") from None


def read_pasted() -> Pasted:
    """The article in the request: a file wins over the box; "start empty" wins over both.

    Raises:
        ArticleBroken: with its place and cure.
    """
    if request.form.get("empty"):
        return Pasted(Article(title="", blocks=(Paragraph(""),)), "")
    file = request.files.get("file")
    name = (file.filename or "") if file else ""
    source = file.read() if file and name else request.form.get("text", "")
    article = parse_article(source, name=name)
    return Pasted(article, source.decode(errors="replace") if isinstance(source, bytes) else source)
