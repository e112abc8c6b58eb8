"""Ten articles as people bring them, and the client's, as finished letters: every design, narrow and wide, both lights.

People look at them with `python -m tests.emails.themes.contact_sheet`; here they are measured.
"""

import re
from functools import cache

import pytest
from lxml import html as lxml_html
from playwright.sync_api import Browser, Page

from emails.articles.blocks import Article, Block, Code, Columns, Image, Sponsor
from emails.articles.inline import text_of
from emails.letter import RenderedLetter
from emails.themes.catalogue import THEMES
from tests.browser.conformity import BY_COLOUR, axe_findings
from tests.emails.render.samples import client_article, rendered
from tests.emails.themes.written_letters import written_letters

LANDMARKS = ("landmark-one-main", "region")
NAMES = ["client", *written_letters()]
DESIGNS = dict(zip(NAMES, list(THEMES) * len(NAMES), strict=False))
"""Each letter's design where one is enough: they take turns."""

BROKEN_WORDS = """() => [...document.querySelectorAll('td, th')].filter(cell => !cell.querySelector('table, div, p'))
    .filter(cell => [...cell.childNodes].some(node => {
        if (node.nodeType !== Node.TEXT_NODE) return false;
        for (const word of node.data.matchAll(/[A-Za-z\\u00c0-\\u024f]{2,}/g)) {
            const range = document.createRange();
            range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
            if (range.getClientRects().length > 1) return true;
        }
        return false;
    })).map(cell => cell.textContent)"""


@cache
def article(name: str) -> Article:
    return client_article() if name == "client" else written_letters()[name].article()


@cache
def letter(name: str, theme: str) -> RenderedLetter:
    changes = {} if name == "client" else written_letters()[name].changes()
    return rendered(article(name), theme=theme, **changes)


@pytest.fixture(scope="module")
def page(chromium: Browser):
    page = chromium.new_page()
    page.route("**/*", lambda route: route.abort())
    yield page
    page.close()


def shown(page: Page, name: str, theme: str, *, width: int = 640, scheme: str = "light") -> Page:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.set_content(letter(name, theme).html)
    return page


def said(blocks: tuple[Block, ...]) -> list[str]:
    """The words of running text, in their order."""
    texts: list[str] = []
    for block in blocks:
        if isinstance(block, Columns):
            texts += [text for column in block.columns for text in said(column)]
        elif hasattr(block, "text") and not isinstance(block, Code | Sponsor):
            texts.append(" ".join(text_of(block.text).split()))
    return texts


@pytest.mark.parametrize("name", written_letters())
def test_articles_are_read_without_loss(name):
    read = article(name)
    assert read.title
    assert {remark.code for remark in read.warnings} <= {"links_left_out"}
    assert len(read.blocks) > 9
    assert all(isinstance(block.alt, str) or block.alt is None for block in read.blocks if isinstance(block, Image))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
def test_letters_are_small_and_say_everything(name, theme):
    made = letter(name, theme)
    assert len(made.html.encode()) < 60_000
    page = lxml_html.document_fromstring(made.html)
    words = " ".join(page.body.text_content().split())
    at = 0
    for text in said(article(name).blocks):
        at = words.index(text, at)
    assert [link for link in page.iter("a") if "style" not in link.attrib] == []
    sponsors = [block for block in article(name).blocks if isinstance(block, Sponsor)]
    assert all(words.count(sponsor.name) >= 2 for sponsor in sponsors)
    assert all(sponsor.name in made.text for sponsor in sponsors)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wider_than_a_telephone_and_no_cell_breaks_a_word(page, name):
    seen = shown(page, name, DESIGNS[name], width=375)
    assert seen.evaluate("document.documentElement.scrollWidth") == 375
    assert seen.evaluate(BROKEN_WORDS) == []


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(page, name):
    seen = shown(page, name, DESIGNS[name])
    assert axe_findings(seen, without=(*LANDMARKS, *BY_COLOUR)) == {}
    for scheme in ("light", "dark"):
        seen.emulate_media(color_scheme=scheme)
        assert axe_findings(seen, *BY_COLOUR, looks=True) == {}


@pytest.mark.long
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
def test_every_letter_in_every_design_and_view(page, name, theme):
    for width in (320, 375, 640):
        seen = shown(page, name, theme, width=width)
        assert seen.evaluate("document.documentElement.scrollWidth") == width
        for scheme in ("light", "dark"):
            seen.emulate_media(color_scheme=scheme)
            assert axe_findings(seen, without=LANDMARKS) == {}
    assert re.search(r"<title>[^<]+</title>", letter(name, theme).html)
