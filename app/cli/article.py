"""`letterwright article`: shows the blocks that a file, a folder or standard input holds, and what is open in them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click

from emails.articles.article_json import article_to_json
from emails.articles.blocks import (
    Article,
    Block,
    CallToAction,
    Code,
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
from emails.articles.inline import text_of
from emails.articles.parse import KINDS, MAX_BYTES, parse_article
from emails.errors import ArticleBroken

_SOURCES_IN_A_FOLDER = {".txt", ".text", ".md", ".markdown", ".mdown", ".html", ".htm", ".xhtml"}


@dataclass(frozen=True, slots=True)
class _Reading:
    """One source and what became of it."""

    file: str
    article: Article | None = None
    error: str = ""


@click.command("article")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--as", "kind", type=click.Choice(sorted(KINDS)), help="Read it as this kind, whatever it looks like.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; JSON Lines for several sources.")
@click.pass_context
def article_command(context: click.Context, sources: tuple[str, ...], kind: str | None, *, as_json: bool) -> None:
    """Show the blocks found in SOURCE: a file, a folder, or - for standard input."""
    several = len(sources) > 1 or any(Path(source).is_dir() for source in sources if source != "-")
    refused = False
    for reading in (reading for source in sources for reading in _read(source, kind)):
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


def _read(source: str, kind: str | None) -> Iterator[_Reading]:
    if source.lower().startswith(("http://", "https://")):
        message = f"{source}: this version reads files, folders and standard input. Save the page and give its file."
        yield _Reading(source, error=message)
    elif source == "-":
        with click.open_file("-", "rb") as stream:
            yield _parsed("-", stream, kind)
    elif Path(source).is_dir():
        yield from _read_folder(Path(source), kind)
    else:
        yield _opened(Path(source), kind)


def _read_folder(folder: Path, kind: str | None) -> Iterator[_Reading]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SOURCES_IN_A_FOLDER and path.is_file())
    if not files:
        message = (
            f"{folder}: there is no article in this folder. Files end in {', '.join(sorted(_SOURCES_IN_A_FOLDER))}."
        )
        yield _Reading(str(folder), error=message)
    for path in files:
        yield _opened(path, kind)


def _opened(path: Path, kind: str | None) -> _Reading:
    try:
        with path.open("rb") as stream:
            return _parsed(str(path), stream, kind)
    except OSError as wrong:
        return _Reading(str(path), error=f"{path}: {wrong.strerror or wrong}. Check the name and its permissions.")


def _parsed(file: str, stream: IO[bytes], kind: str | None) -> _Reading:
    """Reads no more than is needed to see that a source is too large."""
    name = "standard input" if file == "-" else file
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        data += stream.read(8 * MAX_BYTES)
    try:
        return _Reading(file, article=parse_article(data, kind=kind, name=name))
    except ArticleBroken as broken:
        return _Reading(file, error=str(broken))


def _print_json(reading: _Reading, *, several: bool) -> None:
    document: dict[str, object] = {"file": reading.file} if several or reading.error else {}
    if reading.article:
        document.update(article_to_json(reading.article))
    else:
        document["error"] = reading.error
    click.echo(json.dumps(document, ensure_ascii=False, indent=None if several else 2))


def _print_outline(reading: _Reading, *, several: bool) -> None:
    article = reading.article
    assert article is not None
    if several:
        click.echo(f"== {reading.file}")
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
            return [_outline_rest(block)]


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
