"""Calm in a true browser, with every kind of block, from right to left, and with words that are too long.

The client's own letter is looked at in `tests/browser/test_letter.py`.
"""

import re
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import start_chromium
from tests.emails.render.samples import client_article, everything, rendered

LANDMARKS = {"landmark-one-main", "region"}
LETTERS = {
    "everything": rendered(everything(), marked_as_test=True),
    "arabic": rendered(everything(), language="ar"),
    "long_words": rendered(replace(client_article(), title="Donaudampfschifffahrtsgesellschaft", subtitle="x" * 90)),
}


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = start_chromium(playwright)
        yield browser
        browser.close()


def opened(browser: Browser, letter: str, width: int, scheme: str = "light") -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.set_content(LETTERS[letter].html)
    return page


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_but_missing_landmarks(browser, letter, scheme):
    page = opened(browser, letter, 640, scheme)
    found = {violation["id"] for violation in Axe().run(page).response["violations"]}
    page.close()
    assert found <= LANDMARKS


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("width", [320, 375, 640])
def test_nothing_is_wider_than_the_screen(browser, letter, width):
    page = opened(browser, letter, width)
    needed = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert needed == width


def test_dark_screens_get_dark_paper_everywhere(browser):
    page = opened(browser, "everything", 640, "dark")
    seen = page.evaluate(
        """() => [...document.querySelectorAll('p,li,h1,h2,h3,td,pre,span,strong,em,a')].filter(e => e.innerText)
            .map(e => { for (let n = e; n; n = n.parentElement) { const c = getComputedStyle(n).backgroundColor;
            if (c !== 'rgba(0, 0, 0, 0)') return c } })"""
    )
    page.close()
    channels = [max(map(int, re.findall(r"\d+", colour)[:3])) for colour in seen if colour]
    bright = [value for value in channels if value > 90]
    assert len(channels) > 50
    assert len(bright) <= 5
