"""An article from nothing to its hour, by keyboard alone: every block, a test letter, approval, the schedule."""

from datetime import UTC, datetime

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.models import ApprovalRule, Article, Brand, Campaign, CampaignStatus, Notice, Role
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
    """A new block below the last one: its "Add below", and the type that comes first is a paragraph."""
    page.locator(".column > .blocks > .block:last-child > .block-foot > .adder > summary").press("Enter")
    press_button(page, "Paragraph", "Enter")


def press_button(page: Page, label: str, key: str) -> None:
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate(LABEL).startswith(label):
            page.keyboard.press(key)
            return
    raise AssertionError(f"Tab never reached “{label}”")


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e3660000"
    "000049454e44ae426082"
)
YEAR = now().year + 1
LONG = 20_000
"""Milliseconds: some thirty answers of the server follow each other here, on a machine that others use too."""

CLASS_OF = {"Picture": "image", "Two columns": "columns", "Call": "cta"}
CURSOR = "path => document.activeElement.closest('.block')?.dataset.path.split('.')[0] === path"


def begin(page: Page, kind: str, count: int) -> None:
    go_on(page)
    expect(page.locator(".column > .blocks > .block")).to_have_count(count, timeout=LONG)
    page.wait_for_function(CURSOR, arg=str(count - 1))
    insert(page, kind)
    expect(page.locator(f"#block-{count - 1}.block-{CLASS_OF.get(kind, kind.lower())}")).to_be_visible(timeout=LONG)
    page.wait_for_function(CURSOR, arg=str(count - 1))


STEPS = (
    ("Heading", (("Heading", "Why"),)),
    ("List", (("Label (optional)", "Three glasses"), ("Item 1", "before noon"), ("", "Enter"), ("Item 2", "one more"))),
    ("Quote", (("Quote", "I drink it"), ("Who said it (optional)", "Her"))),
    ("Picture", (
        ("Or its address on the web", "https://images.example.test/spring.jpg"),
        ("What the picture shows (alt text)", "A spring"), ("Caption (optional)", "Ours"),
    )),
    ("Divider", ()),
    ("Table", (
        ("Heading of column 1", "When"), ("Heading of column 2", "What"), ("Row 1, column 1", "Noon"),
        ("Row 1, column 2", "Water"),
    )),
    ("Code", (("Code", "water = 3"),)),
    ("Two columns", (("Paragraph", "Left"), ("", "Right column"), ("Paragraph", "Right"))),
    ("Call", (
        ("Words above the button", "Come by"), ("Button", "Find us"),
        ("Address the button opens", "https://example.test/find"),
    )),
    ("Sponsor", (("Sponsor", "Acme"), ("Line at the end of the letter", "Paid advertisement by Acme"))),
)  # fmt: skip


def write_all(page: Page) -> None:
    page.locator("#title").focus()
    page.keyboard.type("Water in winter")
    tab_to(page, "Paragraph")
    page.keyboard.type("Drink enough of it.")
    for number, (kind, fields) in enumerate(STEPS, start=2):
        begin(page, kind, number)
        for label, words in fields:
            step(page, label, words)
    saved(page)


def step(page: Page, label: str, words: str) -> None:
    """Words into the field of this label, or without one a key."""
    if label:
        tab_to(page, label)
        page.keyboard.type(words)
    elif words == "Enter":
        page.keyboard.press("Enter")
        expect(page.locator(".item")).to_have_count(2, timeout=LONG)
    else:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.closest('[role=group]')?.getAttribute('aria-label')") == words:
                return
        raise AssertionError(f"Tab never reached “{words}”")


def test_an_article_is_written_tested_approved_and_scheduled_by_keyboard(signed_in, server):
    with transaction() as session:
        campaign, _ = make_ready(session)
        session.get_one(Article, campaign.article_id).content = EMPTY
        session.get_one(Brand, campaign.brand_id).approval_rule = ApprovalRule.SECOND_PERSON
        draft = campaign.id
    page = signed_in(f"/campaigns/{draft}")
    bring_pictures(page)
    write_all(page)
    content = kept(draft)
    assert (content["title"], content["blocks"]) == ("Water in winter", BLOCKS)
    letter = page.frame_locator(".letter-paper iframe").last
    expect(letter.get_by_text("Paid advertisement by Acme").first).to_be_visible(timeout=LONG)
    hold(page)
    send_test(page)
    leave(signed_in, page, draft)


def bring_pictures(page: Page) -> None:
    page.route("https://images.example.test/**", lambda route: route.fulfill(content_type="image/png", body=PIXEL))


def leave(signed_in, page: Page, draft: int) -> None:
    """Asked about, approved by somebody else, and scheduled."""
    ask(page)
    second = signed_in("/campaigns", role=Role.EDITOR)
    bring_pictures(second)
    second.goto(f"/campaigns/{draft}")
    approve(second)
    page.goto(f"/campaigns/{draft}")
    schedule(page)
    with reading() as session:
        campaign = session.get_one(Campaign, draft)
        assert campaign.status is CampaignStatus.SCHEDULED
        assert campaign.send_at == datetime(YEAR, 12, 12, 14, 30, tzinfo=UTC)
        assert campaign.send_zone == "America/New_York"


def ask(page: Page) -> None:
    """For a second person's word, from where the cursor is."""
    tab_to(page, "A word to whoever looks optional")
    page.keyboard.type("Is the second line true?")
    press_button(page, "Ask for approval", "Enter")
    expect(page.get_by_text("Somebody else of your team must give it.")).to_be_visible(timeout=LONG)


def approve(page: Page) -> None:
    """Somebody else, who opens the page and knows no mouse either."""
    press_button(page, "Skip to checking and sending", "Enter")
    tab_to(page, "Your words")
    page.keyboard.type("It is.")
    press_button(page, "Approve this letter", "Enter")
    expect(page.get_by_text("approved this letter as it is.")).to_be_visible(timeout=LONG)


def schedule(page: Page) -> None:
    """For half past nine on a day that has the same number as its month: its parts may come in either order."""
    press_button(page, "Skip to checking and sending", "Enter")
    press_button(page, "Or schedule it", "Enter")
    tab_to(page, "Day and time")
    page.keyboard.type(f"1212{YEAR}")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("0930A")
    expect(page.get_by_label("Day and time")).to_have_value(f"{YEAR}-12-12T09:30")
    tab_to(page, "In the time zone of")
    page.keyboard.press("Control+a")
    page.keyboard.type("America/New_York")
    press_button(page, "Schedule", "Enter")
    expect(page.get_by_text(f"12 Dec {YEAR}").first).to_be_visible(timeout=LONG)


def send_test(page: Page) -> None:
    """A test letter, by keys."""
    press_button(page, "Send a test letter first", "Enter")
    tab_to(page, "To these addresses")
    page.keyboard.press("Control+a")
    page.keyboard.type("me@example.test")
    press_button(page, "Send test letter", "Enter")
    expect(page.get_by_text("1 test letter is on its way.")).to_be_visible(timeout=LONG)
    with reading() as session:
        assert session.scalars(select(Notice.email)).all() == ["me@example.test"]


def test_a_written_letter_is_tested_approved_and_scheduled_by_keyboard(signed_in, server):
    with transaction() as session:
        campaign = make_ready(session)[0]
        session.get_one(Brand, campaign.brand_id).approval_rule = ApprovalRule.SECOND_PERSON
        draft = campaign.id
    page = signed_in(f"/campaigns/{draft}")
    send_test(page)
    leave(signed_in, page, draft)
