"""Blocks as plain, semantic HTML for the web: no style and no script; a style sheet dresses them.

Every text was escaped or sanitised before it comes here; merge tags are marks still. `web_page.py` calls this.
"""

from collections.abc import Callable, Mapping
from html import escape

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
from emails.themes.escape import attribute, braces, content, printable
from emails.themes.only import told_apart
from emails.themes.sections import labelled

Sizes = Mapping[str, tuple[int, int]]
"""Width and height in pixels of the pictures whose size is known, by their address."""

TOP_LEVEL = 2
LOWEST_LEVEL = 6


class Setter:
    """Sets the blocks of one article in order; knows how deep its headings stand and which picture is the first."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self.pictures = 0
        self._open: list[int] = []

    def body(self, blocks: tuple[Block, ...]) -> str:
        """The blocks in order. Sponsors are not among them: their line stands at the page's end."""
        return "\n".join(html for block in blocks if (html := told_apart(block, _SETTERS[type(block)](self, block))))

    def level(self, written: int) -> int:
        """The level without gaps: nothing stands two steps below what it belongs to."""
        while self._open and self._open[-1] >= written:
            self._open.pop()
        self._open.append(written)
        return min(TOP_LEVEL - 1 + len(self._open), LOWEST_LEVEL)

    def begin_again(self) -> None:
        """A heading of the top level stands here that no writer made."""
        self._open[:] = [TOP_LEVEL]


def is_picture(block: Block) -> bool:
    return isinstance(block, Image) and block.src.lower().startswith(("https://", "http://"))


def _image(setter: Setter, block: Image) -> str:
    """Nothing where no picture was brought; all but the first wait until one comes near them."""
    if not is_picture(block):
        return ""
    setter.pictures += 1
    width, height = setter.sizes.get(block.src, (0, 0))
    size = f' width="{width}" height="{height}"' if width and height else ""
    wait = ' loading="lazy"' if setter.pictures > 1 else ""
    caption = f"<figcaption>{block.caption}</figcaption>" if block.caption else ""
    return (
        f'<figure class="picture"><img src="{attribute(block.src)}" alt="{attribute(block.alt or "")}"{size}{wait}'
        f' decoding="async">{caption}</figure>'
    )


def _heading(setter: Setter, block: Heading) -> str:
    if not block.text:
        return ""
    level = setter.level(block.level)
    return f"<h{level}>{block.text}</h{level}>"


def _paragraph(_: Setter, block: Paragraph) -> str:
    return f"<p>{block.text}</p>" if block.text else ""


def _list(_: Setter, block: List) -> str:
    return _items(block.items, "ol" if block.ordered else "ul")


def _items(items: tuple[ListItem, ...], tag: str) -> str:
    return f"<{tag}>{''.join(_item(item, tag) for item in items)}</{tag}>" if items else ""


def _item(item: ListItem, tag: str) -> str:
    label = f"<strong>{labelled(item)}</strong> " if item.label else ""
    return f"<li>{label}{item.text}{_items(item.items, tag)}</li>"


def _quote(_: Setter, block: Quote) -> str:
    by = f"<figcaption>— {content(block.by)}</figcaption>" if block.by else ""
    return f'<figure class="quote"><blockquote><p>{block.text}</p></blockquote>{by}</figure>'


def _call(setter: Setter, block: CallToAction) -> str:
    inner = []
    if block.heading:
        setter.begin_again()
        inner.append(f"<h{TOP_LEVEL}>{content(block.heading)}</h{TOP_LEVEL}>")
    if block.text:
        inner.append(f"<p>{block.text}</p>")
    if block.button and block.url:
        inner.append(f'<p><a href="{attribute(block.url)}" class="button">{content(block.button)}</a></p>')
    elif block.button:
        inner.append(f"<p><strong>{content(block.button)}</strong></p>")
    return f'<div class="call">{"".join(inner)}</div>' if inner else ""


def _divider(_: Setter, __: Divider) -> str:
    return "<hr>"


def _code(_: Setter, block: Code) -> str:
    text = printable(block.text.replace("\r\n", "\n").expandtabs(4))
    return f'<pre dir="ltr"><code>{braces(escape(text, quote=False))}</code></pre>'


def _table(_: Setter, block: Table) -> str:
    """It scrolls sideways on a telephone, so it must be reached by keyboard."""
    columns = max((len(row) for row in (block.header, *block.rows)), default=0)
    if not columns:
        return ""
    head = f"<thead>{_row(block.header, columns, head=True)}</thead>" if any(block.header) else ""
    rows = "".join(_row(row, columns) for row in block.rows)
    return f'<div class="table" tabindex="0"><table>{head}<tbody>{rows}</tbody></table></div>'


def _row(cells: tuple[str, ...], columns: int, *, head: bool = False) -> str:
    filled = (*cells, *[""] * (columns - len(cells)))
    return f"<tr>{''.join(_cell(cell, head=head) for cell in filled)}</tr>"


def _cell(cell: str, *, head: bool) -> str:
    return f'<th scope="col">{cell}</th>' if head and cell else f"<td>{cell}</td>"


def _embed(_: Setter, block: Embed) -> str:
    title = content(block.title)
    shown = f'<a href="{attribute(block.url)}">{title}</a>' if block.url else title
    return f'<p class="embed">{shown}</p>'


def _columns(setter: Setter, block: Columns) -> str:
    columns = [setter.body(column) for column in block.columns]
    if not any(columns):
        return ""
    return f'<div class="columns">{"".join(f"<div>{column}</div>" for column in columns)}</div>'


def _sponsor(_: Setter, __: Sponsor) -> str:
    return ""


_SETTERS: dict[type[Block], Callable[..., str]] = {
    Image: _image,
    Heading: _heading,
    Paragraph: _paragraph,
    List: _list,
    Quote: _quote,
    CallToAction: _call,
    Sponsor: _sponsor,
    Divider: _divider,
    Code: _code,
    Table: _table,
    Embed: _embed,
    Columns: _columns,
}
