"""Fills or leaves out what an article names but does not bring: the picture and the button's address.

Both `letterwright letter` and `letterwright send` take `--image` and `--button` with these meanings.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import click

from emails.articles.blocks import Article, Block, CallToAction, Columns, Image, Paragraph, every_block
from emails.articles.inline import is_link

NONE = "none"


class ButtonAddress(click.ParamType[str]):
    """An address that a button may open, or "none"."""

    name = "URL|none"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = value.strip()
        if text.lower() == NONE:
            return NONE
        if not is_link(text):
            self.fail(
                f"“{value}” is not an address; write it in full, for example https://example.org/book.", param, ctx
            )
        return text


def tell_unused(article: Article, *, image: str | None, button: str | None) -> None:
    """Says so where a picture or an address was given and the article has no open place for it."""
    if image not in {None, NONE} and not any(
        isinstance(block, Image) and not block.src for block in every_block(article.blocks)
    ):
        click.echo(f"Note: the article has no open image, so {image} is not used.", err=True)
    if button not in {None, NONE} and not any(
        isinstance(block, CallToAction) and not block.url for block in every_block(article.blocks)
    ):
        click.echo(f"Note: the article has no open button, so {button} is not used.", err=True)


def fill_in(article: Article, *, image: str | None, button: str | None) -> Article:
    """The article with open images and buttons filled, or left out for "none"; None leaves them open.

    Without a button, its words stay in the article as a paragraph: no word of the author is lost.
    """
    return replace(article, blocks=fill_blocks(article.blocks, image, button))


def fill_blocks(blocks: Iterable[Block], image: str | None, button: str | None) -> tuple[Block, ...]:
    return tuple(filled for block in blocks for filled in fill_block(block, image, button))


def fill_block(block: Block, image: str | None, button: str | None) -> Iterator[Block]:
    if isinstance(block, Columns):
        yield replace(block, columns=tuple(fill_blocks(column, image, button) for column in block.columns))
    elif isinstance(block, Image) and not block.src and image is not None:
        if image != NONE:
            yield replace(block, src=image)
    elif isinstance(block, CallToAction) and not block.url and button is not None:
        yield from without_button(block) if button == NONE else (replace(block, url=button),)
    else:
        yield block


def without_button(block: CallToAction) -> Iterator[Block]:
    words = " ".join(part for part in (block.heading, block.text) if part)
    if words:
        yield Paragraph(words, only=block.only)
