"""A design as a small picture (SVG): a letter in its colours, shapes and fonts, the last third as in the dark."""

from collections.abc import Iterator
from html import escape
from textwrap import wrap

from emails.themes.contrast import mix
from emails.themes.theme import Call, Palette, Shape, Theme

WIDTH, HEIGHT = 240, 262
_LEFT, _RIGHT, _CARD_TOP = 32, 208, 40
_DARK_FROM = 168
_TITLE_LETTERS, _BRAND_LETTERS = 19, 16


def miniature(theme: Theme, brand: str, title: str) -> str:
    """An `<svg>` without words for screen readers; `brand` and `title` are plain text and shortened to fit."""
    light, dark = ("".join(_scene(palette, theme.shape, brand, title)) for palette in (theme.light, theme.dark))
    opening = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">'
    if light == dark:
        return f"{opening}{light}</svg>"
    clip = f"dark-{theme.name}"
    return (
        f'{opening}<clipPath id="{clip}"><rect x="{_DARK_FROM}" width="{WIDTH - _DARK_FROM}" height="{HEIGHT}"/>'
        f'</clipPath>{light}<g clip-path="url(#{clip})">{dark}</g></svg>'
    )


def _scene(palette: Palette, shape: Shape, brand: str, title: str) -> Iterator[str]:
    yield _box((0, 0, WIDTH, HEIGHT), palette.ground)
    yield _text((_LEFT, 25), _cut(brand, _BRAND_LETTERS), f'font-size="12" font-weight="700"{_head(palette, shape)}')
    yield _box((_RIGHT - 34, 20, 34, 3), palette.soft)
    if shape.ruled:
        yield _box((_LEFT, 33, _RIGHT - _LEFT, 2.4), palette.head)
        yield _box((_LEFT, 37, _RIGHT - _LEFT, 0.8), palette.head)
    else:
        yield _box((16, _CARD_TOP, 208, 206), palette.card, shape.card_radius / 2)
    yield _hero(palette, shape)
    top = 122
    for line in _lines(title):
        yield _text((_LEFT, top), line, f'font-size="16" font-weight="{shape.title.weight}"{_head(palette, shape)}')
        top += 19
    for width in (176, 168, 120):
        yield _box((_LEFT, top - 7, width, 4), mix(palette.ink, palette.card, 0.45), 2)
        top += 9
    yield from _call(palette, shape, top)


def _hero(palette: Palette, shape: Shape) -> str:
    """Hills under a sun, in the design's own colours."""
    left, right, top = (_LEFT, _RIGHT, 45) if shape.ruled else (16, 224, _CARD_TOP)
    foot, radius = 98, 0 if shape.ruled else shape.card_radius / 2
    sky, far, near = mix(palette.tint, palette.accent, 0.14), mix(palette.tint, palette.accent, 0.45), palette.accent
    sun = palette.panel if shape.call is Call.BRIGHT else palette.button
    frame = (
        f"M{left} {foot}V{top + radius}Q{left} {top} {left + radius} {top}H{right - radius}"
        f"Q{right} {top} {right} {top + radius}V{foot}Z"
    )
    middle, late = (left + right) / 2, left + (right - left) * 0.8
    hills = (
        f"M{left} {foot}V82Q{(left + middle) / 2:g} 54 {middle:g} 76T{right} 70V{foot}Z",
        f"M{left} {foot}V92C{middle:g} 72 {middle:g} 92 {late:g} 88Q{(late + right) / 2:g} 86 {right} 80V{foot}Z",
    )
    return (
        f'<path d="{frame}" fill="{sky}"/><circle cx="{right - 46}" cy="{top + 18}" r="9" fill="{sun}"/>'
        f'<path d="{hills[0]}" fill="{far}"/><path d="{hills[1]}" fill="{near}"/>'
    )


def _call(palette: Palette, shape: Shape, top: int) -> Iterator[str]:
    edge = f' stroke="{palette.line}"' if shape.ruled else ""
    yield _box((_LEFT, top, _RIGHT - _LEFT, 52), palette.panel, shape.card_radius / 2.5, edge)
    yield _box((_LEFT + 12, top + 11, 92, 5), palette.panel_head, 2)
    yield _box((_LEFT + 12, top + 24, 58, 18), palette.button, min(shape.button_radius / 2, 9))
    yield _box((_LEFT + 24, top + 31, 34, 4), palette.button_ink, 2)


def _box(place: tuple[float, float, float, float], fill: str, radius: float = 0, more: str = "") -> str:
    """`place` is x, y, width and height."""
    x, y, width, height = place
    rounded = f' rx="{radius:g}"' if radius else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{rounded} fill="{fill}"{more}/>'


def _text(place: tuple[float, float], words: str, look: str) -> str:
    x, y = place
    return f'<text x="{x:g}" y="{y:g}" {look}>{escape(words, quote=False)}</text>'


def _head(palette: Palette, shape: Shape) -> str:
    return f' font-family="{shape.heading_font}" fill="{palette.head}"'


def _lines(title: str) -> list[str]:
    return wrap(" ".join(title.split()), _TITLE_LETTERS, max_lines=2, placeholder="…") or [""]


def _cut(words: str, most: int) -> str:
    tidy = " ".join(words.split())
    return tidy if len(tidy) <= most else f"{tidy[: most - 1]}…"
