"""System letters: the brand's logo and accent, one address, words that stay words, in both directions of reading."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from emails.content import Brand, BrandLook
from emails.render.notices import OWN_BRAND, NoticeWords, notice_html
from emails.themes.contrast import contrast

URL = "https://news.example.test/confirm/abc?x=1&y=2"
QUINCE = Brand(
    "Quince & Rye", "", "https://quince.example.test", "https://news.example.test/media/l.png", "Quince", 150, "dark",
    BrandLook(accent="#B3005E", body_font="verdana"),
)  # fmt: skip


def words(**changes) -> NoticeWords:
    said = {"before": ("Hello,", "Please confirm."), "label": "Yes, send them", "after": ("Quince, Elm Lane 3",)}
    return NoticeWords(**{"subject": "Confirm & go", "url": URL, **said, **changes})


def test_it_wears_the_brands_logo_accent_and_font():
    html = notice_html(words(), QUINCE)
    assert 'src="https://news.example.test/media/l.png" alt="Quince" width="150"' in html
    assert 'bgcolor="#B3005E"' in html
    assert "Verdana" in html
    assert "prefers-color-scheme:dark" in html
    assert "quince.example.test" not in html


def test_without_a_brand_it_is_the_services_own():
    assert ">Letterwright</div>" in notice_html(words(), OWN_BRAND)


def test_the_only_address_is_the_one_it_is_about():
    page = lxml_html.document_fromstring(notice_html(words(), QUINCE))
    assert [link.get("href") for link in page.iter("a")] == [URL]
    assert URL in page.text_content()
    page = lxml_html.document_fromstring(notice_html(words(url="", label=""), QUINCE))
    assert list(page.iter("a")) == []


@pytest.mark.parametrize(("language", "way", "side"), [("de", "ltr", "left"), ("ar", "rtl", "right")])
def test_it_reads_in_its_languages_direction(language, way, side):
    html = notice_html(words(language=language), QUINCE)
    assert f'lang="{language}" dir="{way}"' in html
    assert f"text-align:{side}" in html


@pytest.mark.parametrize("accent", ["#FFFFFF", "#FFD400", "#808080", "#000000", "#E4572E"])
def test_the_button_is_read_whatever_the_accent(accent):
    page = lxml_html.document_fromstring(notice_html(words(), Brand("A", "", look=BrandLook(accent=accent))))
    (button,) = page.iter("a")
    style = dict(part.split(":", 1) for part in button.get("style").split(";") if ":" in part)
    assert contrast(style["color"], style["background"]) >= 4.5


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=3), st.text(max_size=60), st.text(max_size=30))
def test_whatever_is_said_is_words(before, subject, name):
    html = notice_html(words(before=tuple(before), subject=subject), Brand(name, ""))
    page = lxml_html.document_fromstring(html)
    assert [link.get("href") for link in page.iter("a")] == [URL]
    assert list(page.iter("script", "img", "form")) == []
