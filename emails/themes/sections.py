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
from emails.themes.bidi import block_direction, inline_direction
from emails.themes.escape import attribute, content
from emails.themes.frame import WIDTH, Frame
from emails.themes.tables import set_table
from emails.themes.theme import Call
from emails.themes.words import slants

_SHORT_ITEM = 48
"""Characters: where no item is longer, and none holds others, items stand closer to each other."""


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
    below = _gap(items, depth)
    gaps = [below] * (len(items) - 1) + [0]
    inside = "".join(
        _item(frame, item, gap, nested=_nested(frame, item, ordered, depth))
        for item, gap in zip(items, gaps, strict=False)
    )
    return f'<{tag} style="margin:{margin};padding:0;padding-{frame.page.start}:20px">{inside}</{tag}>'


def _gap(items: tuple[ListItem, ...], depth: int) -> int:
    """Pixels between the items."""
    is_brief = all(len(item.text) + len(item.label) <= _SHORT_ITEM and not item.items for item in items)
    return (8 if is_brief else 12) if depth else (10 if is_brief else 16)


def _nested(frame: Frame, item: ListItem, ordered: bool, depth: int) -> str:
    return _items(frame, item.items, ordered=ordered, depth=depth + 1) if item.items else ""


def _item(frame: Frame, item: ListItem, gap: int, *, nested: str) -> str:
    light = frame.light
    label = f'<strong class="label">{labelled(item)}</strong> ' if item.label else ""
    return (
        f'<li style="margin:0 0 {gap}px;color:{light.accent}">{label}'
        f'<span{inline_direction(item.text, frame.page)} style="color:{light.ink}">{item.text}</span>{nested}</li>'
    )


def labelled(item: ListItem) -> str:
    label = content(item.label)
    return label if label.endswith((":", "?", "!", ".", "،", "؟")) else f"{label}:"


def _quote(frame: Frame, block: Quote) -> str:
    """With a bar at its side; in a ruled letter between two rules, and larger."""
    light, start, ruled = frame.light, frame.page.start, frame.shape.ruled
    side = "" if ruled else f' padding-{start}="20px"'
    size = 'font-size="24px" line-height="34px"' if ruled else 'font-size="20px" line-height="32px"'
    slant = ' font-style="italic"' if slants(frame.page.language) else ""
    look = f' {size}{slant} font-family="{frame.shape.heading_font}"'
    way, align = block_direction(block.text, frame.page)
    inner = frame.text(f'<p{way} style="margin:0{align}">{block.text}</p>', "ink", look + side)
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
    if not (block.heading or block.text):
        alone = button(frame, content(block.button), block.url, alone=True) if block.button else ""
        return frame.section(alone, padding=f"8px {frame.gutter}px 32px") if alone else ""
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
        inner += button(frame, content(block.button), block.url)
    line = f' border="1px solid {light.line}"' if frame.shape.ruled else ""
    look = (
        f' css-class="panel" background-color="{light.panel}" border-radius="{frame.shape.card_radius}px"'
        f' padding="32px 32px 36px"{line}'
    )
    return frame.section(frame.column(inner, look), padding=f"8px {frame.gutter}px 32px")


def button(frame: Frame, label: str, url: str, *, alone: bool = False) -> str:
    """`label` is escaped content. Without an address it is words in a box; `alone` it stands on the card."""
    light = frame.light
    ground, ink = light.button, light.button_ink
    if alone and frame.shape.call is not Call.PAPER:
        ground, ink = light.panel, light.panel_head
    href = f' href="{attribute(url)}"' if url else ""
    return (
        f'<mj-button css-class="button{" alone" if alone else ""}" align="{frame.page.start}"'
        f' background-color="{ground}" color="{ink}" border-radius="{frame.shape.button_radius}px" font-size="17px"'
        f' font-weight="700" line-height="24px" inner-padding="14px 28px" padding="0"{href}>'
        f"{label}</mj-button>"
    )


def _divider(frame: Frame, _: Divider) -> str:
    return frame.rule(f"12px {frame.gutter}px 32px")


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
    Table: set_table,
    Embed: _embed,
}
