"""Makes one letter of an article, as it would be sent, with sample addresses in place of a person's own.

The addresses under `letters.example.test` open nothing; a letter that is sent carries the service's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from app.cli.article_sources import is_address, read_address
from app.cli.letter_files import PICTURE_ADDRESS, LetterFiles
from app.cli.missing_parts import NONE, fill_in, tell_unused
from app.cli.picture_file import PictureFile, read_picture
from app.clock import now
from app.services.mail_support import mail_support
from emails.articles.blocks import Article
from emails.articles.inline import text_of
from emails.articles.parse import parse_article
from emails.articles.texts import MAX_EXPORT
from emails.content import Brand, LetterLinks, LetterPlan, Recipient
from emails.errors import ArticleBroken, TemplateBroken
from emails.letter import CompiledLetter, RenderedLetter
from emails.mime.build import LetterHeaders, compose
from emails.preflight.checks import PreflightInput, check_letter
from emails.preflight.report import PreflightReport
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter

ROOT = "https://letters.example.test"
LINKS = LetterLinks(unsubscribe=f"{ROOT}/u/sample", browser_view=f"{ROOT}/v/sample", preferences=f"{ROOT}/p/sample")
SENDER = "letters@example.test"
GREETING = "Hi {{ subscriber.first_name | default('there') }},"
TOLD_BY_PREFLIGHT = frozenset({"image_missing", "button_address_missing"})
say: Callable[[str], None] = partial(click.echo, err=True)


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """What the command was asked for. `image` and `button` may be "none"; None leaves them open."""

    source: str
    kind: str | None
    design: str
    brand: Brand
    recipient: Recipient
    image: str | None
    button: str | None
    subject: str | None
    preheader: str | None


def make_letter(order: LetterOrder) -> LetterFiles:
    """The letter and its report. Raises: click.ClickException for an article or a picture that cannot be used."""
    article = read_article(order)
    picture = read_picture(Path(order.image)) if order.image not in {None, NONE} else None
    tell_unused(article, image=order.image, button=order.button)
    filled = fill_in(article, image=PICTURE_ADDRESS if picture else order.image, button=order.button)
    plan = LetterPlan(
        subject=order.subject if order.subject is not None else text_of(filled.title),
        preheader=order.preheader if order.preheader is not None else filled.description,
        greeting=GREETING,
        language=filled.language or "en",
        date=filled.date,
        today=now().date().isoformat(),
        list_name=order.brand.name,
    )
    say(f"Composing with the design {order.design} for {order.recipient.email}")
    try:
        compiled = compile_letter(filled, order.brand, plan, theme=order.design)
        rendered = render_letter(compiled, order.recipient, LINKS)
    except TemplateBroken as broken:
        return LetterFiles(inspect(filled, order, plan, broken))
    message = compose(compiled, headers(compiled, order.brand), order.recipient, LINKS)
    return LetterFiles(inspect(filled, order, plan, (compiled, rendered)), rendered, message, used(picture, rendered))


def used(picture: PictureFile | None, rendered: RenderedLetter) -> PictureFile | None:
    """The picture, where the letter shows it."""
    return picture if PICTURE_ADDRESS in rendered.html else None


def read_article(order: LetterOrder) -> Article:
    """Raises: click.ClickException that names the place; click.UsageError where there is no such file."""
    name = "standard input" if order.source == "-" else order.source
    say(f"Reading {name}")
    if is_address(order.source):
        article = read_address(order.source)
    else:
        try:
            article = parse_article(read_source(order.source), kind=order.kind, name=name)
        except ArticleBroken as broken:
            raise click.ClickException(str(broken)) from broken
    for remark in article.warnings:
        if remark.code not in TOLD_BY_PREFLIGHT:
            say(f"Note: {remark.message}")
    return article


def read_source(source: str) -> bytes:
    """No more than is needed to see that a source is too large, for it may be endless."""
    try:
        with click.open_file(source, "rb") as file:
            return bytes(file.read(2 * MAX_EXPORT))
    except FileNotFoundError:
        raise click.UsageError(f"There is no file {source}.") from None
    except IsADirectoryError:
        raise click.UsageError(f"{source} is a folder; give one file.") from None
    except OSError as error:
        raise click.ClickException(f"{source} cannot be read: {error.strerror or error}.") from error


def headers(compiled: CompiledLetter, brand: Brand) -> LetterHeaders:
    return LetterHeaders(
        message_id=f"{compiled.content_hash[:32]}@letters.example.test",
        date=now(),
        from_name=brand.name,
        from_email=SENDER,
        list_name=brand.name,
        list_id="sample.letters.example.test",
    )


def inspect(
    article: Article,
    order: LetterOrder,
    plan: LetterPlan,
    outcome: TemplateBroken | tuple[CompiledLetter, RenderedLetter],
    *,
    is_source: bool = False,
) -> PreflightReport:
    broken = outcome if isinstance(outcome, TemplateBroken) else None
    compiled, rendered = (None, None) if isinstance(outcome, TemplateBroken) else outcome
    return check_letter(
        PreflightInput(
            article=article,
            brand=order.brand,
            plan=plan,
            compiled=compiled,
            broken=broken,
            rendered=rendered,
            audience_size=None,
            sender_email=SENDER,
            links=LINKS,
            is_source=is_source,
            support=mail_support(),
        )
    )
