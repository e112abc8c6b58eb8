"""What holds every page is held itself: a fault at one width, in one light, in one element of many, is found."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conformity import NARROW, WIDE, faults

PAGE = """<!doctype html><html lang="en"><head><title>Water</title><style>
:root {{ color-scheme: light dark; }} p {{ color: CanvasText; background: Canvas; }} {fault}
</style></head><body><main><h1>Water</h1><p>Drink it.</p><p>Drink more.</p><p class="pale">Enough.</p>
<div class="wide"></div></main></body></html>"""
AT = {NARROW: "(max-width: 500px)", WIDE: "(min-width: 500px)"}


@pytest.fixture
def page(chromium: Browser):
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def faults_of(page: Page, fault: str = "") -> dict:
    page.set_content(PAGE.format(fault=fault))
    return faults(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_pale_words_in_one_light_at_one_width_are_found(page, width, scheme):
    at = f"{AT[width]} and (prefers-color-scheme: {scheme})"
    found = faults_of(page, f"@media {at} {{ .pale {{ color: #777; background: #888; }} }}")
    assert found == {(width, scheme): {"color-contrast": ['<p class="pale">Enough.</p>']}}


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_what_is_wider_than_the_window_is_found(page, width):
    found = faults_of(page, f"@media {AT[width]} {{ .wide {{ width: 1500px; height: 1px; }} }}")
    assert list(found) == [(width, "light")]
    assert "wider than the window" in found[width, "light"]


def test_a_sound_page_passes_and_its_window_is_as_before(page):
    page.set_viewport_size({"width": 700, "height": 500})
    page.emulate_media(color_scheme="dark")
    assert faults_of(page) == {}
    assert page.viewport_size == {"width": 700, "height": 500}
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
