"""What measures targets for fingers is measured itself: small ones are found, those with room around them pass."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.touching import too_small

STYLE = """<style>
button { height: 30px; width: 60px; padding: 0; } label { display: inline-block; height: 48px; width: 90px; }
.roomy { position: relative; } .roomy::after { content: ""; position: absolute; inset: -20px; }
@media (pointer: coarse) { .larger { height: 44px; } }
</style>"""


@pytest.fixture
def page(chromium: Browser):
    context = chromium.new_context(viewport={"width": 900, "height": 600})
    yield context.new_page()
    context.close()


def measured(page: Page, body: str) -> list[str]:
    page.set_content(f"<!doctype html>{STYLE}{body}")
    return too_small(page)


def test_what_is_too_small_is_told_with_its_size(page):
    [told] = measured(page, "<p><button>  Go   on </button></p>")
    assert told == "button. in P “Go on” 60×30"
    [told] = measured(page, "<details><summary style='height: 50px'>More</summary><button>Go</button></details>")
    assert told == "button. in DETAILS “Go” 60×30"
    assert len(measured(page, "<p><a href='/x'>Alone</a></p>")) == 1


@pytest.mark.parametrize(
    "body",
    [
        "<button class='larger'>Go</button>",
        "<p>Read <a href='/x'>this</a> first.</p>",
        "<p><a class='roomy' href='/x'>Alone</a></p>",
        "<label><input type='checkbox'> Yes</label>",
        "<button disabled>Go</button><button hidden>Go</button>",
    ],
)
def test_room_around_words_labels_and_running_text_pass(page, body):
    assert measured(page, body) == []
    assert page.viewport_size == {"width": 900, "height": 600}
    assert page.evaluate("matchMedia('(pointer: coarse)').matches") is False
