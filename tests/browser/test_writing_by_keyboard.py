"""A whole article from nothing, by keyboard alone: every type of block, then a test letter, and the letter scheduled."""

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.database.session import reading, transaction
from app.models import Article, Campaign, CampaignStatus, Notice
from tests.browser.conformity import hold
from tests.browser.test_editor import EMPTY, insert, kept, saved, tab_to
from tests.factories.ready import make_ready

LABEL = "(document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText || '').trim()"
BLOCKS = [
    {"type": "paragraph", "text": "Drink enough of it."},
    {"type": "heading", "level": 2, "text": "Why"},
    {"type": "list", "ordered": False, "items": [
        {"text": "before noon", "label": "Three glasses", "items": []}, {"text": "one more", "label": "", "items": []},
    ]},
    {"type": "quote", "text": "I drink it", "by": "Her"},
    {"type": "image", "src": "https://images.example.test/spring.jpg", "alt": "A spring", "caption": "Ours"},
    {"type": "divider"},
    {"type": "table", "header": ["When", "What"], "rows": [["Noon", "Water"], ["", ""]]},
    {"type": "code", "text": "water = 3", "language": ""},
    {"type": "columns", "columns": [
        [{"type": "paragraph", "text": "Left"}], [{"type": "paragraph", "text": "Right"}],
    ]},
    {"type": "cta", "heading": "", "text": "Come by", "button": "Find us", "url": "https://example.test/find"},
    {"type": "sponsor", "name": "Acme", "text": "Paid advertisement by Acme"},
]  # fmt: skip


def go_on(page: Page) -> None:
    """A new block below the last one: Tab to its "Add below", and the type that comes first is a paragraph."""
    page.evaluate("document.querySelector('.column > .blocks > .block:last-child').focus()")
    press_button(page, "Add below", "Enter")
    press_button(page, "Paragraph", "Enter")


def press_button(page: Page, label: str, key: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(LABEL) == label:
            page.keyboard.press(key)
            return
    raise AssertionError(f"Tab never reached “{label}”")


def begin(page: Page, kind: str, count: int) -> None:
    go_on(page)
    expect(page.locator(".column > .blocks > .block")).to_have_count(count)
    insert(page, kind)
    expect(page.locator(f".column > .blocks > .block:nth-child({count})")).not_to_have_class("block block-paragraph")


def fill(page: Page, **values: str) -> None:
    for label, words in values.items():
        tab_to(page, label.replace("_", " "))
        page.keyboard.type(words)


def write_all(page: Page) -> None:
    page.locator("#title").focus()
    page.keyboard.type("Water in winter")
    tab_to(page, "Paragraph")
    page.keyboard.type("Drink enough of it.")
    begin(page, "Heading", 2)
    page.keyboard.type("Why")
    begin(page, "List", 3)
    tab_to(page, "Label (optional)")
    page.keyboard.type("Three glasses")
    tab_to(page, "Item 1")
    page.keyboard.type("before noon")
    page.keyboard.press("Enter")
    expect(page.locator(".item")).to_have_count(2)
    tab_to(page, "Item 2")
    page.keyboard.type("one more")
    begin(page, "Quote", 4)
    page.keyboard.type("I drink it")
    tab_to(page, "Who said it (optional)")
    page.keyboard.type("Her")
    begin(page, "Picture", 5)
    tab_to(page, "Or its address on the web")
    page.keyboard.type("https://images.example.test/spring.jpg")
    tab_to(page, "What the picture shows (alt text)")
    page.keyboard.type("A spring")
    tab_to(page, "Caption (optional)")
    page.keyboard.type("Ours")
    begin(page, "Divider", 6)
    begin(page, "Table", 7)
    for label, words in (("Heading of column 1", "When"), ("Heading of column 2", "What")):
        tab_to(page, label)
        page.keyboard.type(words)
    for label, words in (("Row 1, column 1", "Noon"), ("Row 1, column 2", "Water")):
        tab_to(page, label)
        page.keyboard.type(words)
    begin(page, "Code", 8)
    page.keyboard.type("water = 3")
    begin(page, "Two columns", 9)
    page.keyboard.type("Left")
    page.keyboard.press("Tab")
    page.locator("#block-8\\.1\\.0 .rich-text").focus()
    page.keyboard.type("Right")
    begin(page, "Call", 10)
    tab_to(page, "Words above the button")
    page.keyboard.type("Come by")
    tab_to(page, "Button")
    page.keyboard.type("Find us")
    tab_to(page, "Address the button opens")
    page.keyboard.type("https://example.test/find")
    begin(page, "Sponsor", 11)
    page.keyboard.type("Acme")
    tab_to(page, "Line at the end of the letter")
    page.keyboard.type("Paid advertisement by Acme")
    saved(page)


def test_an_article_is_written_sent_as_a_test_and_scheduled_by_keyboard(signed_in, server):
    with transaction() as session:
        campaign, _ = make_ready(session)
        session.get_one(Article, campaign.article_id).content = EMPTY
        draft = campaign.id
    page = signed_in(f"/campaigns/{draft}")
    write_all(page)
    content = kept(draft)
    assert (content["title"], content["blocks"]) == ("Water in winter", BLOCKS)
    letter = page.frame_locator(".letter-paper iframe").last
    expect(letter.get_by_text("Paid advertisement by Acme").first).to_be_visible()
    hold(page)
    press_button(page, "Send a test letter first", "Enter")
    tab_to(page, page.locator("#step-check [name=addresses]").evaluate("one => one.labels[0].innerText.trim()"))
    page.keyboard.press("Control+a")
    page.keyboard.type("me@example.test")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 test letter is on its way.")).to_be_visible()
    with reading() as session:
        assert session.scalars(select(Notice.email)).all() == ["me@example.test"]
    page.get_by_text("Or schedule it").focus()
    page.keyboard.press("Enter")
    page.locator("#step-check [name=at]").focus()
    page.locator("#step-check [name=at]").fill("2031-05-06T09:30")
    page.keyboard.press("Enter")
    page.wait_for_function("!document.getElementById('column')")
    with reading() as session:
        assert session.get_one(Campaign, draft).status is CampaignStatus.SCHEDULED
