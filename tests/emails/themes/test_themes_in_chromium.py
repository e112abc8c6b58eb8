"""Every design in a true browser, with every kind of block, from right to left, and with words that are too long.

The client's own letter is looked at in `tests/browser/test_letter.py`.
"""

import re
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from emails.content import BrandLook
from emails.themes.catalogue import THEMES
from tests.emails.render.samples import BRAND, client_article, everything, rendered
from tests.emails.themes.sheet_articles import arabic

LANDMARKS = {"landmark-one-main", "region"}
ORANGE = replace(BRAND, look=BrandLook(accent="#E4572E", paper="#FFF6E9", ink="#2B2118"))
LETTERS = {
    **{theme: rendered(everything(), theme=theme, marked_as_test=True) for theme in THEMES},
    **{f"{theme}, orange": rendered(everything(), theme=theme, brand=ORANGE) for theme in THEMES},
    "arabic": rendered(arabic(), theme="broadsheet", language="ar"),
    "long words": rendered(replace(client_article(), title="Donaudampfschifffahrtsgesellschaft", subtitle="x" * 90)),
    "long words, larger": rendered(
        replace(client_article(), title="Donaudampfschifffahrtsgesellschaft"), theme="broadsheet"
    ),
}
GROUNDS_BEHIND_WORDS = """() => [...document.querySelectorAll('p,li,h1,h2,h3,td,pre,span,strong,em,a')]
    .filter(e => e.innerText && !e.closest('.panel, .note') && !e.querySelector('.panel, .note'))
    .map(e => { for (let n = e; n; n = n.parentElement) { const c = getComputedStyle(n).backgroundColor;
    if (c !== 'rgba(0, 0, 0, 0)') return c } })"""


@pytest.fixture(scope="module")
def page(chromium: Browser):
    page = chromium.new_page()
    page.route("**/*", lambda route: route.abort())
    yield page
    page.close()


def shown(page: Page, letter: str, width: int = 640, scheme: str = "light") -> Page:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.set_content(LETTERS[letter].html)
    return page


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_but_missing_landmarks(page, letter, scheme):
    found = Axe().run(shown(page, letter, scheme=scheme)).response["violations"]
    assert {each["id"]: each["nodes"][0]["html"] for each in found if each["id"] not in LANDMARKS} == {}


@pytest.mark.parametrize("letter", LETTERS)
def test_nothing_is_wider_than_the_screen(page, letter):
    for width in (320, 375, 640):
        assert shown(page, letter, width).evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("letter", LETTERS)
def test_dark_screens_get_dark_paper_everywhere(page, letter):
    seen = shown(page, letter, scheme="dark").evaluate(GROUNDS_BEHIND_WORDS)
    channels = [max(map(int, re.findall(r"\d+", colour)[:3])) for colour in seen if colour]
    assert len(channels) > 30
    assert [value for value in channels if value > 90] == []
