"""Broadsheet: black and red on white, Georgia throughout, rules instead of boxes, like a newspaper's front page."""

from dataclasses import replace

from emails.themes.fonts import GEORGIA
from emails.themes.theme import Call, Palette, Shape, Theme, Title

_LIGHT = Palette(
    ground="#FFFFFF",
    card="#FFFFFF",
    ink="#1A1A1A",
    soft="#595959",
    head="#111111",
    accent="#A3201C",
    link="#8C1B17",
    tint="#F6F4EF",
    line="#D9D6CE",
    panel="#FAF7F0",
    panel_head="#111111",
    panel_text="#3D3D3D",
    button="#A3201C",
    button_ink="#FFFFFF",
)

BROADSHEET = Theme(
    name="broadsheet",
    title="Broadsheet",
    light=_LIGHT,
    dark=replace(
        _LIGHT,
        ground="#121212",
        card="#121212",
        ink="#E6E3DC",
        soft="#B0ABA1",
        head="#FAF8F3",
        accent="#FF9C94",
        link="#FF9C94",
        tint="#1D1C19",
        line="#3A3833",
        panel="#1D1C19",
        panel_head="#FAF8F3",
        panel_text="#D2CEC4",
    ),
    shape=Shape(
        heading_font=GEORGIA,
        body_font=GEORGIA,
        card_radius=0,
        picture_radius=0,
        button_radius=0,
        call=Call.PAPER,
        title=Title(38, 44, 33, 39),
        tracking="1.2px",
        list_bar=4,
        ruled=True,
    ),
)
