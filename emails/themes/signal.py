"""Signal: indigo on cool paper, the reader's own sans, a heavy title, a button like a pill."""

from dataclasses import replace

from emails.themes.fonts import SYSTEM
from emails.themes.theme import Call, Palette, Shape, Theme, Title

_LIGHT = Palette(
    ground="#EEF1F8",
    card="#FFFFFF",
    ink="#1D2433",
    soft="#556074",
    head="#0E1530",
    accent="#3538CD",
    link="#3538CD",
    tint="#F2F3FE",
    line="#DFE3EE",
    panel="#1B1F5E",
    panel_head="#FFFFFF",
    panel_text="#D4D7FA",
    button="#FFFFFF",
    button_ink="#1B1F5E",
)

SIGNAL = Theme(
    name="signal",
    title="Signal",
    light=_LIGHT,
    dark=replace(
        _LIGHT,
        ground="#0B0F1C",
        card="#141A2B",
        ink="#E4E8F2",
        soft="#A3AEC4",
        head="#FFFFFF",
        accent="#A9B0FF",
        link="#A9B0FF",
        tint="#1C2340",
        line="#2C3553",
        panel="#262B7A",
    ),
    shape=Shape(
        heading_font=SYSTEM,
        body_font=SYSTEM,
        card_radius=12,
        picture_radius=8,
        button_radius=26,
        call=Call.DEEP,
        title=Title(weight=800, tracking="-0.5px"),
        list_bar=4,
    ),
)
