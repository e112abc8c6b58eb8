"""A system letter as MJML, in the frame of letters: the brand above, a card with words and one button, no footer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from emails.themes.contrast import ink_on, steady_ground
from emails.themes.escape import attribute, content
from emails.themes.frame import WIDTH, Frame
from emails.themes.masthead import letter_head, set_masthead
from emails.themes.sections import button
from emails.themes.theme import Page, Palette, Theme

_AIR = '<mj-spacer height="20px"/>'


@dataclass(frozen=True, slots=True)
class NoticeBody:
    """What stands in the card, all of it plain text; `label` and `url` are "" where there is nothing to open."""

    before: tuple[str, ...]
    label: str
    url: str
    fallback: str
    after: tuple[str, ...]
    leave_label: str = ""
    leave_url: str = ""


def set_notice(theme: Theme, page: Page, body: NoticeBody) -> str:
    """MJML of the notice; its button stands on the card, so it has the accent."""
    chosen = page.brand.look.accent
    light, dark = (_with_button(palette, chosen or palette.accent) for palette in (theme.light, theme.dark))
    theme = replace(theme, light=light, dark=dark)
    frame = Frame(theme, page)
    inner = "".join((*_words(frame, body), *_way(frame, body), *_small_print(frame, body)))
    card = (
        f'<mj-wrapper css-class="card" background-color="{theme.light.card}" padding="36px 0 24px"'
        f' border-radius="{theme.shape.card_radius}px" direction="{page.direction}">'
        f"{frame.section(inner, padding=f'0 {frame.gutter}px')}</mj-wrapper>"
    )
    return (
        f'<mjml lang="{attribute(page.language)}" dir="{page.direction}">{letter_head(theme, page)}'
        f'<mj-body width="{WIDTH}px" background-color="{theme.light.ground}" css-class="ground">'
        f"{set_masthead(frame)}{card}{frame.section(_AIR, padding='0')}</mj-body></mjml>"
    )


def _with_button(palette: Palette, accent: str) -> Palette:
    ground = steady_ground(accent)
    return replace(palette, button=ground, button_ink=ink_on(ground))


def _words(frame: Frame, body: NoticeBody) -> Iterator[str]:
    if body.before:
        yield frame.text("".join(_paragraph(text) for text in body.before), "ink")


def _way(frame: Frame, body: NoticeBody) -> Iterator[str]:
    """The button; below it the bare address, for whoever cannot press or wants to see it first."""
    if not body.url:
        return
    yield f'<mj-spacer height="8px"/>{button(frame, content(body.label), body.url)}{_AIR}'
    address = f'<span dir="ltr" style="word-break:break-all">{content(body.url)}</span>'
    yield _soft(frame, f'<p style="margin:0 0 20px">{content(body.fallback)}<br />{address}</p>')


def _small_print(frame: Frame, body: NoticeBody) -> Iterator[str]:
    if not (body.after or body.leave_url):
        return
    line = f'<mj-divider css-class="line" border-width="1px" border-color="{frame.light.line}" padding="4px 0 20px"/>'
    words = "".join(_paragraph(text, below=12) for text in body.after)
    if body.leave_url:
        worn = f"color:{frame.light.soft};text-decoration:underline"
        way = f'<a href="{attribute(body.leave_url)}" style="{worn}">{content(body.leave_label)}</a>'
        words += f'<p style="margin:0 0 12px">{way}</p>'
    yield line + _soft(frame, words)


def _soft(frame: Frame, html: str) -> str:
    return frame.text(html, "soft", f' font-size="14px" line-height="22px" color="{frame.light.soft}"')


def _paragraph(text: str, below: int = 16) -> str:
    return f'<p style="margin:0 0 {below}px">{content(text)}</p>'
