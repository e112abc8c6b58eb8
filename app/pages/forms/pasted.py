"""Reads what was pasted or uploaded as an article."""

from dataclasses import dataclass

from flask import request

from emails.articles.blocks import Article, Paragraph
from emails.articles.parse import parse_article


@dataclass(frozen=True)
class Pasted:
    """The article found, and its source as it came."""

    article: Article
    source: str


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
