"""A theme dressed in a brand's colours and fonts: every role found from the few that a brand chooses.

Whatever is chosen, words stay readable, in light and dark: a shade too near its ground moves until it has 4.5:1.
"""

from dataclasses import replace
from functools import lru_cache

from emails.content import BrandLook
from emails.themes.contrast import BLACK, WHITE, ink_on, is_dark, mix, readable, steady_ground
from emails.themes.fonts import FONTS
from emails.themes.theme import Call, Palette, Shape, Theme

_PLAIN = BrandLook()
_FIRM = 7.0
"""What a chosen panel has at least between itself and its heading."""

_HEAD = 11.0
"""What headings in the brand's own hue have at least, so that they stay headings and no links."""


@lru_cache(maxsize=128)
def dressed(theme: Theme, look: BrandLook) -> Theme:
    """The theme as this brand wears it. Paper and ink are for light screens; the dark keeps its own."""
    if look == _PLAIN:
        return theme
    return replace(
        theme,
        light=_palette(theme.light, look, theme.shape.call),
        dark=_palette(theme.dark, look, theme.shape.call),
        shape=_with_fonts(theme.shape, look),
    )


def _with_fonts(shape: Shape, look: BrandLook) -> Shape:
    heading, body = FONTS.get(look.heading_font), FONTS.get(look.body_font)
    return replace(
        shape,
        heading_font=heading.stack if heading else shape.heading_font,
        body_font=body.stack if body else shape.body_font,
    )


def _palette(palette: Palette, look: BrandLook, call: Call) -> Palette:
    if not is_dark(palette.card):
        palette = _with_ink(_with_paper(palette, look.paper), look.ink)
    if look.accent:
        palette = _ACCENTED[call](palette, look.accent)
    return kept_readable(palette)


def _with_paper(palette: Palette, paper: str) -> Palette:
    """The ground; where the card is of the same paper, card and boxes too."""
    if not paper:
        return palette
    if palette.card != palette.ground:
        return replace(palette, ground=paper)
    box = mix(paper, palette.ink, 0.05)
    return replace(palette, ground=paper, card=paper, tint=box, panel=box, line=mix(paper, palette.ink, 0.18))


def _with_ink(palette: Palette, ink: str) -> Palette:
    if not ink:
        return palette
    return replace(palette, ink=ink, head=ink, soft=mix(ink, palette.card, 0.28))


def _deep(palette: Palette, accent: str) -> Palette:
    """A pale accent would be mud as a deep shade: then the panel is nearly black, and the button has the accent."""
    dark = is_dark(palette.card)
    words = readable(accent, palette.card, palette.tint)
    bright = steady_ground(accent)
    pale = ink_on(bright) != WHITE
    deep = mix(accent, BLACK, 0.86) if pale else readable(mix(accent, BLACK, 0.25), WHITE, ratio=_FIRM)
    return replace(
        palette,
        accent=words,
        link=words,
        head=palette.head if dark or pale else readable(accent, palette.card, ratio=_HEAD),
        tint=mix(palette.card, accent, 0.12 if dark else 0.07),
        line=mix(palette.card, accent, 0.24 if dark else 0.16),
        panel=deep,
        panel_head=WHITE,
        panel_text=mix(WHITE, deep, 0.16),
        button=bright if pale else WHITE,
        button_ink=ink_on(bright) if pale else deep,
    )


def _paper(palette: Palette, accent: str) -> Palette:
    words = readable(accent, palette.card, palette.tint)
    button = steady_ground(accent)
    return replace(palette, accent=words, link=words, button=button, button_ink=ink_on(button))


def _bright(palette: Palette, accent: str) -> Palette:
    words = readable(accent, palette.card, palette.tint)
    panel = steady_ground(words)
    head = ink_on(panel)
    return replace(
        palette,
        accent=words,
        link=words,
        panel=panel,
        panel_head=head,
        panel_text=readable(mix(head, panel, 0.12), panel),
        button=head,
        button_ink=readable(panel, head),
    )


def kept_readable(palette: Palette) -> Palette:
    """Words that are too near to what they stand on, moved away from it; whatever was read well stays as it is."""
    card, tint, ground, panel = palette.card, palette.tint, palette.ground, palette.panel
    return replace(
        palette,
        ink=readable(palette.ink, card, tint),
        soft=readable(palette.soft, card, tint, ground),
        head=readable(palette.head, card, tint, ground),
        accent=readable(palette.accent, card, tint),
        link=readable(palette.link, card, tint),
        panel_head=readable(palette.panel_head, panel),
        panel_text=readable(palette.panel_text, panel),
        button_ink=readable(palette.button_ink, palette.button),
    )


_ACCENTED = {Call.DEEP: _deep, Call.PAPER: _paper, Call.BRIGHT: _bright}
