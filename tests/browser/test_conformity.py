"""What holds every page is held itself: a fault at one width, in one light, in one element of many, is found."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conformity import EVERYWHERE, NARROW, OPPOSITES, WIDE, faults

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


def faults_of(page: Page, fault: str = "", *, everywhere: bool = True) -> dict:
    page.set_content(PAGE.format(fault=fault))
    return faults(page, everywhere=everywhere)


def pale_at(width: int, scheme: str) -> str:
    at = f"{AT[width]} and (prefers-color-scheme: {scheme})"
    return f"@media {at} {{ .pale {{ color: #777; background: #888; }} }}"


@pytest.mark.parametrize(("width", "scheme"), EVERYWHERE)
def test_pale_words_in_one_light_at_one_width_are_found(page, width, scheme):
    found = faults_of(page, pale_at(width, scheme))
    assert found == {(width, scheme): {"color-contrast": ['<p class="pale">Enough.</p>']}}


@pytest.mark.parametrize(("width", "scheme"), OPPOSITES)
def test_the_shorter_look_finds_pale_words_where_it_looks(page, width, scheme):
    found = faults_of(page, pale_at(width, scheme), everywhere=False)
    assert found == {(width, scheme): {"color-contrast": ['<p class="pale">Enough.</p>']}}


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_fault_of_structure_at_one_width_is_found_by_the_shorter_look(page, width):
    other = NARROW if width == WIDE else WIDE
    page.set_content(
        PAGE.format(fault=f"@media {AT[other]} {{ button {{ display: none; }} }}").replace("</main>", "<button></main>")
    )
    assert [(where[0], list(what)) for where, what in faults(page).items()] == [(width, ["button-name"])]


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("everywhere", [True, False])
def test_what_is_wider_than_the_window_is_found(page, width, everywhere):
    found = faults_of(page, f"@media {AT[width]} {{ .wide {{ width: 1500px; height: 1px; }} }}", everywhere=everywhere)
    assert {where[0] for where in found} == {width}
    assert all("wider than the window" in what for what in found.values())


def test_a_sound_page_passes_and_its_window_is_as_before(page):
    page.set_viewport_size({"width": 700, "height": 500})
    page.emulate_media(color_scheme="dark")
    assert faults_of(page) == faults_of(page, everywhere=False) == {}
    assert page.viewport_size == {"width": 700, "height": 500}
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
