"""Blocks as MJML sections, one function a kind. Running text is set by `flow.py`, which calls these for the rest."""

from collections.abc import Callable

from emails.articles.blocks import (
    Block,
    CallToAction,
    Divider,
    Embed,
    Image,
    List,
    ListItem,
    Quote,
    Table,
)
from emails.themes.escape import attribute, content
from emails.themes.frame import WIDTH, Frame

MAX_TABLE_COLUMNS = 3


def set_image(frame: Frame, block: Image) -> str:
    """Nothing where no picture was brought: a letter never shows a broken one."""
    if not block.src:
        return ""
    picture = (
        f'<mj-image css-class="picture" src="{attribute(block.src)}" alt="{attribute(block.alt or "")}"'
        f' width="{WIDTH - 2 * frame.gutter}px" border-radius="{frame.shape.picture_radius}px" padding="0"/>'
    )
    return frame.section(picture + caption_of(frame, block), padding=f"8px {frame.gutter}px 28px")


def caption_of(frame: Frame, block: Image, *, padding: str = "10px 0 0") -> str:
    if not block.caption:
        return ""
    look = f' align="center" font-size="13px" line-height="20px" color="{frame.light.soft}" padding="{padding}"'
    return frame.text(block.caption, "soft", look)


def _list(frame: Frame, block: List) -> str:
    return frame.panel(frame.text(list_items(frame, block), "ink"), barred=True)


def list_items(frame: Frame, block: List) -> str:
    return _items(frame, block.items, ordered=block.ordered)


def _items(frame: Frame, items: tuple[ListItem, ...], *, ordered: bool, depth: int = 0) -> str:
    tag = "ol" if ordered else "ul"
    margin = "12px 0 0" if depth else "0"
    below = 12 if depth else 16
    gaps = [below] * (len(items) - 1) + [0]
    inside = "".join(
        _item(frame, item, gap, nested=_nested(frame, item, ordered, depth))
        for item, gap in zip(items, gaps, strict=False)
    )
    return f'<{tag} style="margin:{margin};padding:0;padding-{frame.page.start}:20px">{inside}</{tag}>'


def _nested(frame: Frame, item: ListItem, ordered: bool, depth: int) -> str:
    return _items(frame, item.items, ordered=ordered, depth=depth + 1) if item.items else ""


def _item(frame: Frame, item: ListItem, gap: int, *, nested: str) -> str:
    light = frame.light
    label = f'<strong class="label">{labelled(item)}</strong> ' if item.label else ""
    return (
        f'<li style="margin:0 0 {gap}px;color:{light.accent}">{label}'
        f'<span style="color:{light.ink}">{item.text}</span>{nested}</li>'
    )


def labelled(item: ListItem) -> str:
    label = content(item.label)
    return label if label.endswith((":", "?", "!", ".", "،", "؟")) else f"{label}:"


def _quote(frame: Frame, block: Quote) -> str:
    """With a bar at its side; in a ruled letter between two rules, and larger."""
    light, start, ruled = frame.light, frame.page.start, frame.shape.ruled
    side = "" if ruled else f' padding-{start}="20px"'
    size = 'font-size="24px" line-height="34px"' if ruled else 'font-size="20px" line-height="32px"'
    slant = "" if frame.page.direction == "rtl" else ' font-style="italic"'
    look = f' {size}{slant} font-family="{frame.shape.heading_font}"'
    inner = frame.text(f'<p style="margin:0">{block.text}</p>', "ink", look + side)
    if block.by:
        look = f' font-size="14px" line-height="22px" color="{light.soft}" padding-top="8px"'
        inner += frame.text(f"— {content(block.by)}", "soft", look + side)
    if not ruled:
        column = frame.column(inner, f' css-class="quote" border-{start}="4px solid {light.accent}"')
        return frame.section(column, padding=f"8px {frame.gutter}px 28px")
    rules = f' css-class="quote" border-top="3px solid {light.head}" border-bottom="1px solid {light.head}"'
    air = '<mj-spacer height="20px"/>'
    return frame.section(frame.column(f"{air}{inner}{air}", rules), padding=f"12px {frame.gutter}px 32px")


def _call(frame: Frame, block: CallToAction) -> str:
    light = frame.light
    inner = ""
    if block.heading:
        heading = f'<h2 style="margin:0;font-size:inherit;line-height:inherit">{content(block.heading)}</h2>'
        look = f' font-family="{frame.shape.heading_font}" font-size="22px" line-height="30px" font-weight="700"'
        inner += frame.text(heading, "on-panel", f'{look} color="{light.panel_head}" padding-bottom="12px"')
    if block.text:
        words = block.text.replace("<a ", f'<a style="color:{light.panel_head}" ')
        look = f' font-size="16px" line-height="26px" color="{light.panel_text}" padding-bottom="20px"'
        inner += frame.text(f'<p style="margin:0">{words}</p>', "on-panel", look)
    if block.button:
        inner += _button(frame, block)
    line = f' border="1px solid {light.line}"' if frame.shape.ruled else ""
    look = (
        f' css-class="panel" background-color="{light.panel}" border-radius="{frame.shape.card_radius}px"'
        f' padding="32px 32px 36px"{line}'
    )
    return frame.section(frame.column(inner, look), padding=f"8px {frame.gutter}px 32px")


def _button(frame: Frame, block: CallToAction) -> str:
    return button(frame, content(block.button), block.url)


def button(frame: Frame, label: str, url: str) -> str:
    """`label` is escaped content. Without an address it is words in a box."""
    light = frame.light
    href = f' href="{attribute(url)}"' if url else ""
    return (
        f'<mj-button css-class="button" align="{frame.page.start}" background-color="{light.button}"'
        f' color="{light.button_ink}" border-radius="{frame.shape.button_radius}px" font-size="17px"'
        f' font-weight="700" line-height="24px" inner-padding="14px 28px" padding="0"{href}>'
        f"{label}</mj-button>"
    )


def _divider(frame: Frame, _: Divider) -> str:
    return frame.rule(f"12px {frame.gutter}px 32px")


def _table(frame: Frame, block: Table) -> str:
    columns = max((len(row) for row in (block.header, *block.rows)), default=0)
    if columns > MAX_TABLE_COLUMNS:
        return frame.panel(frame.text(rows_as_lines(block), "ink"))
    rows = [_row(frame, "th", block.header, columns)] if block.header else []
    rows += [_row(frame, "td", row, columns) for row in block.rows]
    look = f'font-size="16px" line-height="24px" color="{frame.light.ink}" padding="0"'
    return frame.section(
        f'<mj-table css-class="ink" {look}>{"".join(rows)}</mj-table>', padding=f"4px {frame.gutter}px 28px"
    )


def _row(frame: Frame, tag: str, cells: tuple[str, ...], columns: int) -> str:
    light = frame.light
    look = f"padding:10px 12px;border-bottom:1px solid {light.line};text-align:{frame.page.start};vertical-align:top"
    start = f'<th scope="col" style="{look};background-color:{light.tint}">' if tag == "th" else f'<td style="{look}">'
    filled = (*cells, *[""] * (columns - len(cells)))
    return f"<tr>{''.join(f'{start}{cell}</{tag}>' for cell in filled)}</tr>"


def rows_as_lines(block: Table) -> str:
    """A wide table as lines of `Header: cell`, one paragraph a row: it must be read on a telephone."""
    paragraphs = []
    for number, row in enumerate(block.rows, start=1):
        cells = [
            f"<strong>{block.header[place]}:</strong> {cell}" if place < len(block.header) else cell
            for place, cell in enumerate(row)
        ]
        below = 16 if number < len(block.rows) else 0
        paragraphs.append(f'<p style="margin:0 0 {below}px">{"<br />".join(cells)}</p>')
    return "".join(paragraphs)


def _embed(frame: Frame, block: Embed) -> str:
    title = f"<strong>{content(block.title)}</strong>"
    link = f'<a href="{attribute(block.url)}">{title}</a>' if block.url else title
    return frame.panel(frame.text(f'<p style="margin:0">▶&#160; {link}</p>', "ink"))


SETTERS: dict[type[Block], Callable[..., str]] = {
    Image: set_image,
    List: _list,
    Quote: _quote,
    CallToAction: _call,
    Divider: _divider,
    Table: _table,
    Embed: _embed,
}
