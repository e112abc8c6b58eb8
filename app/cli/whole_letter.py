"""Makes one letter of a source that was written whole, in MJML or HTML, with sample addresses like any other."""

from html import escape

import click

from app.cli.letter_files import LetterFiles
from app.cli.sample_letter import LINKS, LetterOrder, headers, inspect, read_source, say
from app.clock import now
from emails.articles.blocks import Article, Paragraph
from emails.content import LetterPlan
from emails.errors import TemplateBroken
from emails.mime.build import compose
from emails.render.compile import compile_source
from emails.render.personalise import render_letter
from emails.render.source.letter import Source, kind_of, troubles


def make_whole_letter(order: LetterOrder) -> LetterFiles:
    """The letter and its report; every problem of the source is told with its line.

    Raises:
        click.ClickException: the source is no text.
    """
    source = read_whole(order)
    refusals, remarks = troubles(source)
    for word, found in (("Refused", refusals), ("Note", remarks)):
        for one in found:
            say(f"{word}, line {one.line}: {one.message}" if one.line else f"{word}: {one.message}")
    subject = order.subject or ""
    plan = LetterPlan(
        subject=subject,
        preheader=order.preheader or "",
        today=now().date().isoformat(),
        list_name=order.brand.name,
    )
    try:
        compiled = compile_source(source, order.brand, plan)
        rendered = render_letter(compiled, order.recipient, LINKS)
    except TemplateBroken as broken:
        return LetterFiles(inspect(Article(subject, ()), order, plan, broken, is_source=True))
    message = compose(compiled, headers(compiled, order.brand), order.recipient, LINKS)
    read = Article(subject, (Paragraph(escape(rendered.text, quote=False)),))
    return LetterFiles(inspect(read, order, plan, (compiled, rendered), is_source=True), rendered, message, None)


def read_whole(order: LetterOrder) -> Source:
    try:
        text = read_source(order.source).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{order.source} is not text in UTF-8. Save it as UTF-8 and try again.") from None
    return Source(kind_of(text), text)
