"""`letterwright article`: shows the blocks that a file, a folder or a web address holds, and what is open in them."""

import json
from itertools import chain, islice
from pathlib import Path

import click

from app.cli.article_sources import Reading, read_sources
from emails.articles.article_json import article_to_json
from emails.articles.blocks import (
    Block,
    CallToAction,
    Code,
    Columns,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Sponsor,
    Table,
)
from emails.articles.inline import is_web_address, text_of
from emails.articles.parse import KINDS


@click.command("article")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--as", "kind", type=click.Choice(sorted(KINDS)), help="Read it as this kind, whatever it looks like.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; JSON Lines for several sources.")
@click.option("--base", default="", metavar="ADDRESS", help="The web address that relative links and pictures mean.")
@click.pass_context
def article_command(
    context: click.Context, sources: tuple[str, ...], kind: str | None, base: str, *, as_json: bool
) -> None:
    """Show the blocks found in SOURCE: a file, a folder, a web address, or - for standard input.

    Text, Markdown, HTML, web pages, Word, RSS and Atom are read, and the exports of Ghost, WordPress, Substack, Medium,
    beehiiv and Buttondown.
    """
    if base and not is_web_address(base):
        raise click.BadParameter("give an address that begins with https://", param_hint="--base")
    readings = read_sources(sources, kind, base)
    first = list(islice(readings, 2))
    several = len(sources) > 1 or len(first) > 1 or any(Path(one).is_dir() for one in sources) or _is_of_many(first)
    refused = False
    for reading in chain(first, readings):
        refused = refused or bool(reading.error)
        if reading.error:
            click.echo(reading.error, err=True)
        if as_json:
            _print_json(reading, several=several)
        elif reading.article:
            _print_outline(reading, several=several)
    if refused:
        context.exit(1)


command = article_command
"""The name under which the command line looks for it."""


def _is_of_many(readings: list[Reading]) -> bool:
    """Whether the source is one that may hold several, even if it holds one."""
    return any(reading.part for reading in readings)


def _print_json(reading: Reading, *, several: bool) -> None:
    document: dict[str, object] = {"file": reading.file} if several or reading.error else {}
    if reading.part:
        document["part"] = reading.part
    if reading.article:
        document.update(article_to_json(reading.article))
    else:
        document["error"] = reading.error
    click.echo(json.dumps(document, ensure_ascii=False, indent=None if several else 2))


def _print_outline(reading: Reading, *, several: bool) -> None:
    article = reading.article
    assert article is not None
    if several:
        click.echo(f"== {reading.file}" + (f": {reading.part}" if reading.part else ""))
    click.echo(f"title      {article.title or '(none)'}")
    for name in ("subtitle", "author", "date", "language"):
        value = getattr(article, name)
        if value:
            click.echo(f"{name:<10} {value}")
    for block in article.blocks:
        for line in _outline(block):
            click.echo(line)
    for remark in article.warnings:
        click.echo(f"warning    {remark.message}" + (f" ({remark.place})" if remark.place else ""))
    if several:
        click.echo()


def _outline(block: Block) -> list[str]:
    match block:
        case Heading():
            return [f"heading {block.level}  {text_of(block.text)}"]
        case Image():
            return [
                f"image      {block.src or '(no file)'}  alt: {block.alt if block.alt is not None else '(decorative)'}"
            ]
        case List():
            return [f"list       {'numbered' if block.ordered else 'bullets'}", *_item_lines(block.items, "  ")]
        case CallToAction():
            words = [text for text in (block.heading, text_of(block.text)) if text]
            return [f"call       {' / '.join(words)}", f"           [{block.button}] {block.url or '(no address)'}"]
        case Sponsor():
            return [f"sponsor    {block.name}: {text_of(block.text)}"]
        case _:
            return _outline_columns(block) if isinstance(block, Columns) else [_outline_rest(block)]


def _outline_columns(block: Columns) -> list[str]:
    inside = [line for column in block.columns for inner in column for line in _outline(inner)]
    return ["columns", *(f"  {line}" for line in inside)]


def _outline_rest(block: Block) -> str:
    match block:
        case Paragraph():
            return f"paragraph  {_short(text_of(block.text))}"
        case Quote():
            return f"quote      {_short(text_of(block.text))}" + (f" ({block.by})" if block.by else "")
        case Code():
            return f"code       {len(block.text.splitlines())} lines {block.language}".rstrip()
        case Table():
            return f"table      {len(block.rows)} rows of {max((len(row) for row in block.rows), default=0)}"
        case Embed():
            return f"embed      {block.url}"
        case _:
            assert isinstance(block, Divider)
            return "divider"


def _item_lines(items: tuple[ListItem, ...], indent: str) -> list[str]:
    lines: list[str] = []
    for item in items:
        label = f"{item.label}: " if item.label else ""
        lines += [f"         {indent}- {label}{_short(text_of(item.text))}", *_item_lines(item.items, indent + "  ")]
    return lines


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 90 else f"{words[:89]}…"  # noqa: PLR2004  one line of a terminal
