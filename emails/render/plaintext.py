"""The text part, made from the blocks and not from the HTML: a letter of its own, wrapped at 72."""

import re
from collections.abc import Callable, Iterator
from html import unescape

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
from emails.render.marks import Marks
from emails.themes.escape import printable
from emails.themes.only import marks_of
from emails.themes.theme import Page

WIDTH = 72
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>')
_OWN_END = "\x00"
"""Ends a part that brings its own empty line; no text has it, and it is taken out at the end."""

_BLANK = " \t\r\f\v"
_BLANKS = re.compile(rf"[{_BLANK}]+")
_TAG = re.compile(r"<[^>]*>")
_MARK_WIDTH = 8
"""Columns that a value is reckoned with where something is drawn as wide as it."""


def plain_text(page: Page, marks: Marks) -> str:
    """The whole text part, its merge tags and links as marks, ending in a line feed."""
    return "".join(_ended(part) for part in _Text(page, marks).parts() if part.strip())[:-1].replace(_OWN_END, "")


def _ended(part: str) -> str:
    """A part with the empty line after it; what is only for some brings its own between its marks."""
    return part if part.endswith(_OWN_END) else f"{part}\n\n"


class _Inline:
    """Inline XML of a page as text; knows which addresses the marks stand for."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks

    def text(self, inline: str) -> str:
        linked = _LINK.sub(self._link, inline).replace("<br />", "\n")
        return unescape(_TAG.sub("", linked))

    def underlined(self, text: str, stroke: str) -> str:
        lines = wrapped(text)
        seen = self._marks.pattern.sub("x" * _MARK_WIDTH, lines)
        return f"{lines}\n{stroke * min(WIDTH, max(map(len, seen.splitlines()), default=1))}"

    def _link(self, match: re.Match[str]) -> str:
        address, words = unescape(match[1]), match[2]
        shown = unescape(_TAG.sub("", words)).strip()
        written = self._marks.written(address)
        if not shown or shown in {written, written.partition("://")[2], written.removeprefix("mailto:")}:
            return match[1] if "://" in written or not shown else words
        return f"{words} &lt;{match[1]}&gt;"


class _Text:
    def __init__(self, page: Page, marks: Marks) -> None:
        self._page = page
        self._words = _Inline(marks)

    def parts(self) -> Iterator[str]:
        """Title and disclosure, body, disclosure again, footer; one part is one paragraph or more."""
        page = self._page
        if page.marked_as_test:
            yield f"*** {page.words.test_note} ***"
        yield self._disclosure()
        if page.article.title:
            yield self._words.underlined(page.article.title, "=")
        yield wrapped(page.article.subtitle)
        read_time = page.words.read_time.format(minutes=page.read_minutes)
        yield wrapped(" · ".join(filter(None, (page.article.author, page.date, read_time))))
        blocks = [block for block in page.article.blocks if not isinstance(block, Sponsor)]
        first = blocks[0] if blocks else None
        if isinstance(first, Image) and not first.only:
            blocks = blocks[1:]
            yield _image(self._words, first)
        yield wrapped(self._words.text(page.greeting))
        for block in blocks:
            yield _set(self._words, block)
        yield from self._sponsor_lines()
        yield from self._footer()

    def _sponsors(self) -> list[Sponsor]:
        return [block for block in self._page.article.blocks if isinstance(block, Sponsor)]

    def _disclosure(self) -> str:
        names = ", ".join(dict.fromkeys(sponsor.name for sponsor in self._sponsors() if sponsor.name))
        return " · ".join(filter(None, (self._page.words.sponsored, names))) if self._sponsors() else ""

    def _sponsor_lines(self) -> Iterator[str]:
        if self._sponsors():
            lines = [wrapped(self._words.text(sponsor.text)) for sponsor in self._sponsors() if sponsor.text]
            yield "\n".join(["* * *", "", *lines, self._disclosure()])

    def _footer(self) -> Iterator[str]:
        page = self._page
        address = [line.strip() for line in page.brand.address.splitlines() if line.strip()]
        yield "\n".join(["-- ", *(printable(line) for line in (page.brand.name, *address))])
        sentence = page.words.why_list if page.list_name else page.words.why
        yield wrapped(sentence.format(list=printable(page.list_name), email=page.reader_email))
        links = (
            (page.words.unsubscribe, page.unsubscribe),
            (page.words.preferences, page.preferences),
            (page.words.view_in_browser, page.browser_view),
        )
        yield "\n".join(f"{words}: {address}" for words, address in links)


def _set(words: _Inline, block: Block) -> str:
    """One block; between its marks with the empty line after it where it is only for some readers."""
    text: str = _SETTERS[type(block)](words, block)
    opening, closing = marks_of(block)
    return f"{opening}{text}\n\n{closing}{_OWN_END}" if opening and text.strip() else text


def _columns(words: _Inline, block: Columns) -> str:
    """One column after the other, as they stand on a telephone."""
    parts = [_set(words, inner) for column in block.columns for inner in column]
    return "".join(_ended(part) for part in parts if part.strip()).removesuffix("\n\n")


def _heading(words: _Inline, block: Heading) -> str:
    return "\n" + words.underlined(words.text(block.text), "-")


def _paragraph(words: _Inline, block: Paragraph) -> str:
    return wrapped(words.text(block.text))


def _image(words: _Inline, block: Image) -> str:
    if not block.src:
        return ""
    alt = f"[{block.alt}]" if block.alt else ""
    return wrapped("\n".join(filter(None, (alt, words.text(block.caption)))))


def _list(words: _Inline, block: List) -> str:
    return "\n".join(_items(words, block.items, ordered=block.ordered, indent=""))


def _items(words: _Inline, items: tuple[ListItem, ...], *, ordered: bool, indent: str) -> Iterator[str]:
    for number, item in enumerate(items, start=1):
        bullet = f"{number}. " if ordered else "- "
        label = item.label if not item.label or item.label.endswith((":", "?", "!", ".")) else f"{item.label}:"
        said = " ".join(filter(None, (label, words.text(item.text))))
        hanging = indent + " " * len(bullet)
        yield wrapped(said, first=indent + bullet, other=hanging)
        yield from _items(words, item.items, ordered=ordered, indent=hanging)


def _quote(words: _Inline, block: Quote) -> str:
    said = wrapped(words.text(block.text), first="> ", other="> ")
    return f"{said}\n> — {block.by}" if block.by else said


def _call(words: _Inline, block: CallToAction) -> str:
    button = f"[{block.button}] {block.url}".strip() if block.button else block.url
    return "\n\n".join(filter(None, (wrapped(block.heading), wrapped(words.text(block.text)), button)))


def _divider(_: _Inline, __: Divider) -> str:
    return "* * *"


def _code(_: _Inline, block: Code) -> str:
    return "\n".join(f"    {line}".rstrip() for line in printable(block.text).splitlines())


def _table(words: _Inline, block: Table) -> str:
    """One paragraph a row, `Header: cell` a line: columns do not survive proportional fonts."""
    return "\n\n".join("\n".join(_row(words, block.header, row)) for row in block.rows)


def _row(words: _Inline, header: tuple[str, ...], row: tuple[str, ...]) -> Iterator[str]:
    for place, cell in enumerate(row):
        name = f"{words.text(header[place])}: " if place < len(header) and header[place] else ""
        yield wrapped(name + words.text(cell), other="  ")


def _embed(_: _Inline, block: Embed) -> str:
    return f"{block.title}\n{block.url}"


_SETTERS: dict[type[Block], Callable[..., str]] = {
    Image: _image,
    Heading: _heading,
    Paragraph: _paragraph,
    List: _list,
    Quote: _quote,
    CallToAction: _call,
    Divider: _divider,
    Code: _code,
    Table: _table,
    Embed: _embed,
    Columns: _columns,
}


def wrapped(text: str, *, first: str = "", other: str = "") -> str:
    """Each line of the text wrapped; no address is ever broken."""
    return "\n".join(
        _filled(line, first if number == 0 else other, other) for number, line in enumerate(text.split("\n"))
    )


def _filled(line: str, first: str, other: str) -> str:
    """As many words on each line as it holds; five times as fast as the library's wrapper, which can do more."""
    words = _BLANKS.split(line.strip(_BLANK))
    if words == [""]:
        return ""
    lines, current, room = [], first + words[0], WIDTH - len(first) - len(words[0])
    for word in words[1:]:
        room -= len(word) + 1
        if room >= 0:
            current += f" {word}"
        else:
            lines.append(current)
            current = other + word
            room = WIDTH - len(current)
    return "\n".join([*lines, current])
