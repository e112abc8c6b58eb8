"""The small picture of a design: well formed, safe with any words, in the brand's own colours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from emails.content import BrandLook
from emails.themes.catalogue import THEMES
from emails.themes.dressing import dressed
from emails.themes.miniature import miniature

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=80)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_a_picture_shows_brand_and_title_in_light_and_dark(theme):
    picture = miniature(theme, "Clearer Days", "Embracing New Beginnings: Therapeutic Ketamine")
    assert {theme.light.ground, theme.dark.ground, theme.light.panel} <= set(picture.split('"'))
    assert ">Clearer Days</text>" in picture
    assert ">Embracing New</text>" in picture
    assert ('clip-path="url' in picture) == (theme.light != theme.dark)
    assert len(picture) < 8_000


def test_pictures_on_one_page_have_ids_of_their_own():
    pictures = "".join(miniature(theme, "A", "B") for theme in THEMES.values())
    assert pictures.count("<clipPath id=") == len({part for part in pictures.split('"') if part.startswith("dark-")})


@settings(max_examples=60, deadline=None)
@given(WORDS, WORDS, st.sampled_from(sorted(THEMES)))
def test_any_words_make_a_well_formed_picture(brand, title, theme):
    root = etree.fromstring(miniature(THEMES[theme], brand, title).encode())
    assert {element.tag for element in root.iter()} <= {"svg", "clipPath", "rect", "g", "text", "path", "circle"}


def test_a_brands_accent_is_in_the_picture():
    assert "#B3005E" in miniature(dressed(THEMES["calm"], BrandLook(accent="#B3005E")), "A", "B")
