"""Calm: deep green on warm paper, Georgia headings, one amber button. Contrasts were measured, light and dark."""

from dataclasses import replace

from emails.themes.fonts import GEORGIA, SYSTEM
from emails.themes.theme import Call, Palette, Shape, Theme

_LIGHT = Palette(
    ground="#F3EFE8",
    card="#FFFFFF",
    ink="#1F2B2A",
    soft="#55625F",
    head="#123F3D",
    accent="#0F6461",
    link="#0B5F5C",
    tint="#EDF4F2",
    line="#DDE5E2",
    panel="#0F4F4C",
    panel_head="#FFFFFF",
    panel_text="#D5E7E4",
    button="#FFCB7D",
    button_ink="#2B1A00",
)

CALM = Theme(
    name="calm",
    title="Calm",
    light=_LIGHT,
    dark=replace(
        _LIGHT,
        ground="#0E1514",
        card="#172120",
        ink="#E3ECEA",
        soft="#A5B5B2",
        head="#F2F7F6",
        accent="#7FD6CF",
        link="#7FD6CF",
        tint="#1F2C2A",
        line="#2E3D3B",
    ),
    shape=Shape(
        heading_font=GEORGIA,
        body_font=SYSTEM,
        card_radius=16,
        picture_radius=8,
        button_radius=8,
        call=Call.DEEP,
    ),
)
