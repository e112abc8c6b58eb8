"""Midnight: amber on near black, dark for every reader, whatever the screen prefers."""

from emails.themes.fonts import SYSTEM
from emails.themes.theme import Call, Palette, Shape, Theme

_PALETTE = Palette(
    ground="#0D1117",
    card="#151B23",
    ink="#DCE3EA",
    soft="#9DA9B5",
    head="#FFFFFF",
    accent="#F2B84B",
    link="#F6C86F",
    tint="#1D2630",
    line="#2C3743",
    panel="#FACD70",
    panel_head="#1D1300",
    panel_text="#3A2800",
    button="#1D1300",
    button_ink="#FFE3AE",
)

MIDNIGHT = Theme(
    name="midnight",
    title="Midnight",
    light=_PALETTE,
    dark=_PALETTE,
    shape=Shape(
        heading_font=SYSTEM,
        body_font=SYSTEM,
        card_radius=12,
        picture_radius=8,
        button_radius=8,
        call=Call.BRIGHT,
    ),
)
