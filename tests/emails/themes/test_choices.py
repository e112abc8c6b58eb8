"""A design's choices over its theme: each one arrives, and whatever is chosen stays readable."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.content import BrandLook
from emails.themes.catalogue import THEMES
from emails.themes.choices import COLOURS, LIMITS, Choices, Design, choices_from_json, worn
from emails.themes.contrast import contrast
from emails.themes.theme import Align

PLAIN = BrandLook()
_COLOUR = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


def test_without_choices_a_design_is_its_theme_in_the_brands_look():
    assert worn(Design("calm"), PLAIN) == THEMES["calm"]
    look = BrandLook(accent="#A3201C")
    assert worn(Design("calm"), look) == worn(Design("calm", Choices(accent="#A3201C")), PLAIN)


def test_a_designs_choice_wins_over_the_brands():
    theme = worn(Design("signal", Choices(accent="#0F6461")), BrandLook(accent="#A3201C"))
    assert theme.light.accent == "#0F6461"


def test_every_choice_of_shape_arrives():
    chosen = Choices(
        title_size=40, title_weight=400, text_size=16, card_radius=0, picture_radius=4, button_radius=2, gutter=24,
        gap=14, masthead="center", footer="start", ruled="yes", footer_note="Hello", heading_font="georgia",
    )  # fmt: skip
    shape = worn(Design("signal", chosen), PLAIN).shape
    assert (shape.title.size, shape.title.height, shape.title.weight, shape.text_size) == (40, 50, 400, 16)
    assert (shape.card_radius, shape.picture_radius, shape.button_radius) == (0, 4, 2)
    assert (shape.gutter, shape.gap, shape.ruled, shape.footer_note) == (24, 14, True, "Hello")
    assert (shape.masthead, shape.footer) == (Align.CENTER, Align.START)
    assert shape.heading_font.startswith("Georgia")


def test_colours_arrive_as_chosen_where_they_are_read():
    light = worn(
        Design("calm", Choices(card="#FFF6E9", head="#3A0D0D", panel="#203040", button="#FFD400")), PLAIN
    ).light
    assert (light.card, light.head, light.panel) == ("#FFF6E9", "#3A0D0D", "#203040")
    assert light.panel_head == "#FFFFFF"


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(THEMES)), st.dictionaries(st.sampled_from(COLOURS), _COLOUR))
def test_words_are_read_whatever_is_chosen(name, colours):
    theme = worn(Design(name, Choices(**colours)), PLAIN)
    if colours:
        assert contrast(theme.dark.accent, theme.dark.ground) >= 4.5
    for palette in (theme.light, theme.dark):
        pairs = [
            (palette.ink, palette.card), (palette.head, palette.card), (palette.soft, palette.card),
            (palette.soft, palette.ground), (palette.accent, palette.card), (palette.link, palette.card),
            (palette.panel_head, palette.panel), (palette.panel_text, palette.panel),
            (palette.button_ink, palette.button),
        ]  # fmt: skip
        for ink, ground in pairs:
            assert contrast(ink, ground) >= 4.5, (ink, ground)


def test_choices_survive_their_document():
    chosen = Choices(accent="#A3201C", gutter=24, card_radius=0, ruled="no")
    assert choices_from_json(chosen.to_json()) == chosen
    assert chosen.to_json() == {"accent": "#A3201C", "gutter": 24, "card_radius": 0, "ruled": "no"}
    assert choices_from_json({"unknown": 1, "gap": 20}) == Choices(gap=20)


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_holds_the_themes_own_figure(name):
    least, most = LIMITS[name]
    for theme in THEMES.values():
        own = theme.shape.title.size if name == "title_size" else getattr(theme.shape, name)
        assert least <= own <= most
