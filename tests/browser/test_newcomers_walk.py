"""A newcomer's first minutes, with every process true: sign in, edit, send, read, unsubscribe, and send again."""

import re
from email.message import EmailMessage
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from app.demo.people import CONFIRMED
from tests.browser.conftest import BUILT, Windows
from tests.browser.whole_house import ROOT, WholeHouse

ARTICLE = ROOT / "tests" / "data" / "article.txt"
WORDS = "The harbour is quiet before seven. "
UNDO_AND_TIMETABLE_MS = 60_000
SECONDS_TO_ANSWER = 10
WALKER_MS = 15_000

expect.set_options(timeout=WALKER_MS)


@pytest.fixture
def house(tmp_path: Path):
    assert BUILT.exists(), "The front end is not built; `make install` builds it."
    opened = WholeHouse(tmp_path)
    try:
        opened.wait_until_ready()
        yield opened
    finally:
        opened.raze()


@pytest.fixture
def page(chromium: Browser, house: WholeHouse):
    """A window at the address that `up` prints; an error on any page visited in it fails the test."""
    windows = Windows(chromium, house)
    try:
        yield windows.open(house.sign_in)
    finally:
        windows.close()
    assert windows.complaints == []


def letter_of(page: Page) -> FrameLocator:
    return page.frame_locator(".letter-paper iframe:not(.letter-next)")


def come_in(page: Page) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/(welcome|campaigns)"))
    if "welcome" in page.url:
        page.get_by_label("Name").fill("Grace Weaver")
        page.get_by_label("Email").fill("grace@example.test")
        page.get_by_label("Password").fill("four quiet harbour words")
        page.get_by_role("button", name="Begin").click()
        page.wait_for_url("**/campaigns")


def edit_a_paragraph(page: Page) -> None:
    paragraph = page.locator(".block-paragraph .rich-text").first
    expect(letter_of(page).locator("body")).to_contain_text(paragraph.inner_text()[:40])
    paragraph.click()
    page.keyboard.press("Control+Home")
    page.keyboard.type(WORDS)
    expect(page.locator("#save-state")).to_contain_text("Saved")
    expect(letter_of(page).locator("body")).to_contain_text(WORDS.strip())


def send(page: Page) -> None:
    if page.locator("#step-check").get_attribute("open") is None:
        page.locator("#step-check > summary").click()
    page.get_by_role("button", name="Send to 25 people now").click()
    expect(page.locator("#live")).to_contain_text(re.compile(r"Leaves in \d+ seconds?\."))
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()


def read_the_inbox(page: Page) -> None:
    page.goto("/inbox")
    expect(page.locator(".letters > li")).to_have_count(26, timeout=UNDO_AND_TIMETABLE_MS)
    expect(page.locator(".letters")).to_contain_text("grace@example.test")
    page.locator(".letters a", has_text="amara@example.test").click()
    letter = page.frame_locator("iframe.mailbox-frame").locator("body")
    expect(letter).to_contain_text("Hi Amara,")
    expect(letter).to_contain_text(WORDS.strip())


def assert_everyone_is_greeted(letters: list[EmailMessage]) -> None:
    names = {reader.email: reader.first_name for reader in CONFIRMED}
    assert sorted(letter["X-Envelope-To"] for letter in letters) == sorted(names)
    for letter in letters:
        greeting = f"Hi {names[letter['X-Envelope-To']]},"
        for kind in ("plain", "html"):
            assert greeting in letter.get_body((kind,)).get_content()


def unsubscribe_as_a_mail_program(letter: EmailMessage) -> int:
    address = re.search(r"<(http[^>]+)>", letter["List-Unsubscribe"])[1]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with urlopen(Request(address, b"List-Unsubscribe=One-Click"), timeout=SECONDS_TO_ANSWER) as answer:
        return answer.status


def test_a_newcomer_sends_the_demo_reads_it_loses_one_reader_and_sends_to_the_others(
    house: WholeHouse, page: Page, tmp_path: Path
):
    come_in(page)
    page.screenshot(path=tmp_path / "campaigns.png")
    page.locator(".table th a").first.click()
    edit_a_paragraph(page)
    page.screenshot(path=tmp_path / "edited.png")
    send(page)
    page.screenshot(path=tmp_path / "countdown.png")
    expect(page.locator("#live")).to_contain_text("25 of 25 accepted", timeout=UNDO_AND_TIMETABLE_MS)
    expect(page.locator("#people")).to_contain_text("accepted by their mail server")
    expect(page.locator("#people")).not_to_contain_text("to go")
    expect(page.locator("#people .table-foot")).to_contain_text("of 32")
    page.screenshot(path=tmp_path / "accepted.png", full_page=True)
    read_the_inbox(page)
    page.screenshot(path=tmp_path / "inbox.png")

    first = [one for one in house.letters() if one["List-Unsubscribe"]]
    assert_everyone_is_greeted(first)
    leaver = first[0]["X-Envelope-To"]
    assert unsubscribe_as_a_mail_program(first[0]) == 200

    order = ("--list", "demo", "--image", "none", "--button", "https://example.test/book", "--wait")
    books = house.command("send", str(ARTICLE), *order)
    assert (books["status"], books["messages"], books["sent"]) == ("sent", 24, 24)
    assert books["candidates"] == books["messages"] + sum(books["excluded"].values())
    former = house.command("campaign", "show", "1")["excluded"]
    assert books["excluded"] == {**former, "unsubscribed": former["unsubscribed"] + 1}
    second = [one for one in house.letters() if one["List-Unsubscribe"]][len(first) :]
    assert {one["X-Envelope-To"] for one in first} - {one["X-Envelope-To"] for one in second} == {leaver}
    assert len(second) == 24

    page.goto("/campaigns")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.screenshot(path=tmp_path / "after.png")
    page.close()
    assert len(house.processes()) > 5
    assert house.interrupt() == 0
    assert house.processes() == []
