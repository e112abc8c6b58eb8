"""A newcomer's first minutes, with every process true: sign in, edit, send, read, two goodbyes, and send again."""

import re
import smtplib
from email.message import EmailMessage
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from app.config import load_settings
from app.demo.people import CONFIRMED
from app.readers.words import SPOKEN
from tests.browser.conftest import Windows
from tests.journeys.marketer import let_half_a_minute_pass
from tests.journeys.whole_house import ROOT, WholeHouse

ARTICLE = ROOT / "tests" / "data" / "article.txt"
WORDS = "The harbour is quiet before seven. "
LEAVING_MS = 60_000
SECONDS_TO_ANSWER = 10
WALKER_MS = 15_000

expect.set_options(timeout=WALKER_MS)


@pytest.fixture
def page(house: WholeHouse, windows: Windows) -> Page:
    """A window at the address that `up` prints."""
    return windows.open(house.sign_in)


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
    expect(page.locator(".letters > li")).to_have_count(26, timeout=LEAVING_MS)
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


def write_a_goodbye(house: WholeHouse, letter: EmailMessage) -> None:
    """What a mail program sends that knows nothing of one-click, to the house's own catcher."""
    mailbox = re.search(r"<mailto:(u\+[\w-]{32}@example\.test)\?subject=unsubscribe>", letter["List-Unsubscribe"])[1]
    way_out = urlsplit(load_settings(data=house.data).recorded_catcher)
    goodbye = EmailMessage()
    goodbye["From"], goodbye["To"], goodbye["Subject"] = letter["X-Envelope-To"], mailbox, "unsubscribe"
    with smtplib.SMTP(way_out.hostname, way_out.port, timeout=SECONDS_TO_ANSWER) as client:
        client.send_message(goodbye)


def test_a_newcomer_sends_the_demo_reads_it_loses_two_readers_and_sends_to_the_others(house: WholeHouse, page: Page):
    come_in(page)
    page.locator(".table th a").first.click()
    edit_a_paragraph(page)
    send(page)
    let_half_a_minute_pass(1)
    expect(page.locator("#live")).to_contain_text("25 of 25 accepted", timeout=LEAVING_MS)
    expect(page.locator("#people")).to_contain_text("accepted by their mail server")
    expect(page.locator("#people")).not_to_contain_text("to go")
    expect(page.locator("#people .table-foot")).to_contain_text("of 32")
    read_the_inbox(page)

    first = [one for one in house.letters() if one["List-Unsubscribe"]]
    assert_everyone_is_greeted(first)
    leavers = {one["X-Envelope-To"] for one in first[:2]}
    assert unsubscribe_as_a_mail_program(first[0]) == 200
    write_a_goodbye(house, first[1])
    page.goto(re.search(r"<(http[^>]+)>", first[1]["List-Unsubscribe"])[1])
    expect(page.locator("h1")).to_have_text(re.compile("|".join(words.gone_title for words in SPOKEN.values())))

    order = ("--list", "demo", "--image", "none", "--button", "https://example.test/book", "--wait")
    books = house.command("send", str(ARTICLE), *order)
    assert (books["status"], books["messages"], books["sent"]) == ("sent", 23, 23)
    assert books["candidates"] == books["messages"] + sum(books["excluded"].values())
    former = house.command("campaign", "show", "1")["excluded"]
    assert books["excluded"] == {**former, "unsubscribed": former["unsubscribed"] + 2}
    second = [one for one in house.letters() if one["List-Unsubscribe"]][len(first) :]
    assert {one["X-Envelope-To"] for one in first} - {one["X-Envelope-To"] for one in second} == leavers
    assert len(second) == 23

    page.goto("/campaigns")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.close()
    assert len(house.processes()) > 5
    assert house.interrupt() == 0
    assert house.processes() == []
