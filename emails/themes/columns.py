"""Two columns of blocks: side by side on wide screens, below each other on narrow ones."""

from collections.abc import Callable

from emails.articles.blocks import (
    COLUMNS,
    Block,
    CallToAction,
    Columns,
    Divider,
    Embed,
    Image,
    List,
    Quote,
    Table,
)
from emails.themes.escape import attribute, content
from emails.themes.frame import WIDTH, Frame
from emails.themes.only import marks_of, raw
from emails.themes.sections import button, caption_of, list_items
from emails.themes.tables import rows_as_lines

HALF_GUTTER = 12
"""Pixels at either side of a column."""

Running = Callable[..., str]


def set_columns(frame: Frame, block: Columns, running: Running) -> str:
    """The section; `running` sets paragraphs, headings and code as HTML."""
    columns = ["".join(_between(inner, _set(frame, inner, running)) for inner in column) for column in block.columns]
    if not any(columns):
        return ""
    look = f' css-class="half" padding="0 {HALF_GUTTER}px" width="{100 // COLUMNS}%" vertical-align="top"'
    side = frame.gutter - HALF_GUTTER
    return frame.section("".join(frame.column(column, look) for column in columns), padding=f"8px {side}px 12px")


def inner_width(frame: Frame) -> int:
    """Pixels that a picture has in a column."""
    return (WIDTH - 2 * (frame.gutter - HALF_GUTTER)) // COLUMNS - 2 * HALF_GUTTER


def _between(block: Block, mjml: str) -> str:
    opening, closing = map(raw, marks_of(block))
    return f"{opening}{mjml}{closing}" if mjml else ""


def _set(frame: Frame, block: Block, running: Running) -> str:
    setter = _SETTERS.get(type(block))
    return setter(frame, block) if setter else frame.text(running(block), "ink")


def _image(frame: Frame, block: Image) -> str:
    if not block.src:
        return ""
    below = "0 0 10px" if block.caption else "0 0 20px"
    picture = (
        f'<mj-image css-class="picture" src="{attribute(block.src)}" alt="{attribute(block.alt or "")}"'
        f' width="{inner_width(frame)}px" fluid-on-mobile="true" border-radius="{frame.shape.picture_radius}px"'
        f' padding="{below}"/>'
    )
    return picture + caption_of(frame, block, padding="0 0 20px")


def _list(frame: Frame, block: List) -> str:
    return frame.text(list_items(frame, block), "ink", ' padding-bottom="20px"')


def _quote(frame: Frame, block: Quote) -> str:
    light, start = frame.light, frame.page.start
    by = f'<br /><span style="font-size:14px;color:{light.soft}">— {content(block.by)}</span>' if block.by else ""
    look = f"margin:0 0 20px;padding-{start}:16px;border-{start}:4px solid {light.accent}"
    font = f' font-size="18px" line-height="28px" font-family="{frame.shape.heading_font}"'
    return frame.text(f'<p style="{look}">{block.text}{by}</p>', "ink", font)


def _call(frame: Frame, block: CallToAction) -> str:
    inner = ""
    if block.heading:
        look = f"margin:0 0 8px;font:bold 19px/27px {frame.shape.heading_font};color:{frame.light.head}"
        inner += frame.text(f'<h3 style="{look}">{content(block.heading)}</h3>', "ink")
    if block.text:
        inner += frame.text(f'<p style="margin:0 0 12px">{block.text}</p>', "ink")
    if block.button:
        inner += button(frame, content(block.button), block.url, alone=True) + '<mj-spacer height="20px"/>'
    return inner


def _divider(frame: Frame, _: Divider) -> str:
    return f'<mj-divider css-class="line" border-width="1px" border-color="{frame.light.line}" padding="8px 0 28px"/>'


def _table(frame: Frame, block: Table) -> str:
    """As lines of `Header: cell`: half a letter is too narrow for a table."""
    return frame.text(rows_as_lines(frame, block), "ink", ' padding-bottom="20px"')


def _embed(frame: Frame, block: Embed) -> str:
    title = f"<strong>{content(block.title)}</strong>"
    link = f'<a href="{attribute(block.url)}">{title}</a>' if block.url else title
    return frame.text(f'<p style="margin:0 0 20px">▶&#160; {link}</p>', "ink")


_SETTERS: dict[type[Block], Callable[..., str]] = {
    Image: _image,
    List: _list,
    Quote: _quote,
    CallToAction: _call,
    Divider: _divider,
    Table: _table,
    Embed: _embed,
}
