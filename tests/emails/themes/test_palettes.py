"""The colours of every design by their numbers, as they are and dressed in any brand's."""

import itertools
import re
from dataclasses import fields

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emails.articles.blocks import Article, CallToAction, Paragraph
from emails.content import BrandLook
from emails.themes.catalogue import THEMES
from emails.themes.contrast import (
    BLACK,
    WHITE,
    brightness,
    contrast,
    ink_on,
    is_colour,
    is_steady,
    mix,
    readable,
    steady_ground,
)
from emails.themes.dressing import dressed
from emails.themes.fonts import FONTS
from emails.themes.theme import Palette
from tests.emails.render.samples import rendered

PAIRS = (
    *itertools.product(["ink", "soft", "head", "accent", "link"], ["card", "tint"]),
    *itertools.product(["soft", "head"], ["ground"]),
    ("panel_head", "panel"),
    ("panel_text", "panel"),
    ("button_ink", "button"),
)
COLOURS = st.from_regex(r"#[0-9A-F]{6}", fullmatch=True)
PAPERS = st.builds(lambda colour: mix(WHITE, colour, 0.2), COLOURS)
HOSTILE = ("#FFFFFF", "#000000", "#808080", "#FFD400", "#E4572E", "#00FF00", "#0000FF")


def palettes():
    return [
        pytest.param(palette, id=f"{name}-{light}")
        for name, theme in THEMES.items()
        for light, palette in (("light", theme.light), ("dark", theme.dark))
    ]


def unread(palette: Palette) -> list[str]:
    """The pairs whose words are not read, as they stand or once a program has turned them by itself."""
    return [
        f"{ink} on {ground}"
        for ink, ground in PAIRS
        if contrast(getattr(palette, ink), getattr(palette, ground)) < 4.5
        or not is_steady(getattr(palette, ink), getattr(palette, ground))
    ]


@pytest.mark.parametrize("palette", palettes())
def test_every_word_is_read_and_stays_so_when_a_program_darkens_the_letter_by_itself(palette):
    assert unread(palette) == []


@pytest.mark.parametrize("palette", palettes())
def test_the_button_stands_out_from_its_panel(palette):
    assert contrast(palette.button, palette.panel) >= 2


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_button_without_a_panel_stands_out_from_the_card(theme):
    alone = Article("T", (Paragraph("Lead"), CallToAction("", "Go", "https://x.test")))
    html = rendered(alone, theme=theme.name).html
    assert "panel" not in html[html.index("<body") :]
    ground = re.search(r'bgcolor="(#\w{6})"[^>]*><a[^>]*color:(#\w{6})[^>]*>Go<', html)
    assert contrast(ground[1], theme.light.card) >= 3
    assert contrast(ground[1], ground[2]) >= 4.5
    dark = re.findall(r"\.(?:alone|button) td,[^{]*\{background-color:(#\w{6})", html[: html.index("[data-ogsb]")])
    assert contrast(dark[-1], theme.dark.card) >= 2


@pytest.mark.parametrize("palette", palettes())
def test_colours_are_written_with_six_digits(palette):
    assert all(re.fullmatch(r"#[0-9A-F]{6}", getattr(palette, each.name)) for each in fields(Palette))


def test_a_brand_without_wishes_changes_nothing():
    assert all(dressed(theme, BrandLook()) is theme for theme in THEMES.values())
    assert all(dressed(theme, BrandLook(accent="#0F6461")) is not theme for theme in THEMES.values())


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_brand_brings_its_accent_paper_ink_and_fonts(theme):
    look = BrandLook("#B3005E", "#FFF6E9", "#2B2118", "palatino", "verdana")
    worn = dressed(theme, look)
    assert "#B3005E" in {worn.light.accent, worn.light.button, worn.dark.panel} or theme.name == "midnight"
    if theme.name != "midnight":
        assert (worn.light.ground, worn.light.ink) == ("#FFF6E9", "#2B2118")
    assert (worn.shape.heading_font, worn.shape.body_font) == (FONTS["palatino"].stack, FONTS["verdana"].stack)
    assert worn.dark.ground == theme.dark.ground


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("accent", HOSTILE)
def test_no_accent_makes_words_unreadable(theme, accent):
    worn = dressed(theme, BrandLook(accent=accent))
    assert unread(worn.light) == []
    assert unread(worn.dark) == []


@settings(max_examples=60, deadline=None)
@given(COLOURS, PAPERS, COLOURS, st.sampled_from(sorted(THEMES)))
@example("#777777", "#CCCCCC", "#999999", "broadsheet")
def test_whatever_a_brand_chooses_contrast_holds(accent, paper, ink, theme):
    worn = dressed.__wrapped__(THEMES[theme], BrandLook(accent, paper, ink))
    for palette in (worn.light, worn.dark):
        pairs = [(getattr(palette, one), getattr(palette, other)) for one, other in PAIRS]
        assert min(contrast(*pair) for pair in pairs) >= 4.5


@settings(max_examples=100, deadline=None)
@given(COLOURS, COLOURS)
def test_the_nearest_shade_is_read_and_a_good_one_stays(colour, ground):
    shade = readable(colour, ground)
    assert contrast(shade, ground) >= 4.5
    assert (shade == colour) == (contrast(colour, ground) >= 4.5)


@settings(max_examples=100, deadline=None)
@given(COLOURS)
def test_a_steady_ground_carries_its_ink(colour):
    ground = steady_ground(colour)
    assert contrast(ink_on(ground), ground) >= 4.5
    assert is_steady(ink_on(ground), ground)


def test_contrast_is_what_the_standard_says():
    assert contrast(BLACK, WHITE) == contrast(WHITE, BLACK) == 21
    assert round(contrast("#767676", WHITE), 2) == 4.54
    assert (round(brightness(WHITE)), brightness(BLACK)) == (255, 0)
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"
    assert [is_colour(text) for text in ("#12ab9F", "#123", "123456", "#1234567", "")] == [True, *[False] * 4]
