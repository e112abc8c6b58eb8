"""What a reader does with a letter, every process true: preferences, a fresh link, a break, goodbye, the end."""

import re
import smtplib
import time
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from app.config import load_settings
from app.readers.preferences.spoken import SPOKEN as SAID
from app.readers.words import SPOKEN
from tests.browser.conformity import NARROW, hold
from tests.browser.conftest import BUILT, Windows
from tests.browser.whole_house import ROOT, WholeHouse

ARTICLE = ROOT / "tests" / "data" / "article.txt"
PATIENCE_SECONDS = 20
READERS = (("amara@example.test", "en", "de"), ("lena.hoffmann@example.test", "de", "fr"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory):
    """A house whose demo list has got a letter."""
    assert BUILT.exists(), "The front end is not built; `make install` builds it."
    opened = WholeHouse(tmp_path_factory.mktemp("readers"))
    try:
        opened.wait_until_ready()
        order = ("--list", "demo", "--image", "none", "--button", "https://example.test/book", "--wait")
        assert opened.command("send", str(ARTICLE), *order)["sent"] == 25
        yield opened
    finally:
        opened.raze()


@pytest.fixture
def windows(chromium: Browser, house: WholeHouse):
    opened = Windows(chromium, house)
    yield opened
    opened.close()
    assert opened.complaints == []


def letters_to(house: WholeHouse, email: str, *, at_least: int = 1) -> list[EmailMessage]:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = [one for one in house.letters() if one["X-Envelope-To"] == email]
        if len(found) >= at_least:
            return found
        assert time.monotonic() < until, f"{email} has {len(found)} letters"
        time.sleep(0.05)


def link(letter: EmailMessage, door: str) -> str:
    return re.search(rf"http\S+/{door}/[\w-]{{32}}", letter.get_body(("plain",)).get_content())[0]


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def ask_for_preferences(page: Page, house: WholeHouse, email: str, language: str) -> str:
    """From the letter to the fresh link in the mailbox."""
    say = SAID[language]
    page.goto(link(letters_to(house, email)[0], "p"))
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("body")).not_to_contain_text(email)
    hold(page)
    press(page, say.send_link)
    expect(page.locator("h1")).to_have_text(say.sent_title)
    return link(letters_to(house, email, at_least=2)[1], "p")


def change_language_and_pause(page: Page, language: str, other: str) -> None:
    page.get_by_label(SAID[language].language_label).select_option(other)
    press(page, SAID[language].about_save)
    expect(page.locator("html")).to_have_attribute("lang", other)
    expect(page.locator("#about .saved")).to_have_text(SAID[other].saved)
    page.get_by_label(SAID[other].week).check()
    press(page, SAID[other].pause_save)
    expect(page.get_by_role("button", name=SAID[other].resume)).to_be_visible()
    hold(page)


def leave_say_why_and_come_back(page: Page, letter: EmailMessage, language: str) -> None:
    words, say = SPOKEN[language], SAID[language]
    page.goto(link(letter, "u"))
    press(page, words.unsubscribe)
    expect(page.locator("h1")).to_have_text(words.gone_title)
    page.locator("summary", has_text=say.why_title).click()
    hold(page)
    page.get_by_label(say.why_too_many).check()
    page.get_by_label(say.why_words).fill("One letter a month is enough for me.")
    press(page, say.why_send)
    expect(page.locator("body")).to_contain_text(say.why_thanks)
    press(page, words.undo)
    expect(page.locator("h1")).to_have_text(words.back_title)


def be_erased(page: Page, house: WholeHouse, fresh: str, email: str, language: str) -> None:
    say = SAID[language]
    page.goto(fresh)
    press(page, say.erase_ask)
    expect(page.locator("h1")).to_have_text(say.sent_title)
    page.goto(link(letters_to(house, email, at_least=3)[2], "p"))
    expect(page.locator("body")).to_contain_text(say.stays_hash)
    hold(page)
    press(page, say.erase_do)
    expect(page.locator("h1")).to_have_text(say.erased_title)


def come_in(page: Page, house: WholeHouse) -> None:
    page.goto(house.sign_in)
    press(page, "Sign in")
    page.get_by_label("Name").fill("Grace Weaver")
    page.get_by_label("Email").fill("grace@example.test")
    page.get_by_label("Password").fill("four quiet harbour words")
    press(page, "Begin")
    page.wait_for_url(lambda url: "/welcome" not in url and "/sign-in" not in url)


def assert_refused(page: Page, email: str) -> None:
    """Nobody at work brings back who was erased."""
    page.goto("/people/new")
    page.get_by_label("Email").fill(email)
    page.get_by_label("How did this person agree?").fill("They asked me at the fair")
    press(page, "Add this person")
    expect(page.locator("body")).to_contain_text("its owner was erased")


def test_readers_change_everything_leave_come_back_and_are_erased_and_stay_so(house, windows):
    page = windows.open("/p/nothing", width=NARROW)
    for email, language, other in READERS:
        fresh = ask_for_preferences(page, house, email, language)
        page.goto(fresh)
        change_language_and_pause(page, language, other)
        leave_say_why_and_come_back(page, letters_to(house, email)[0], other)
        be_erased(page, house, fresh, email, other)
    come_in(page, house)
    for email, _language, _other in READERS:
        assert_refused(page, email)


def test_a_mail_to_the_mailbox_of_a_letter_is_a_goodbye(house, windows):
    leaver = letters_to(house, "kwame.mensah@example.test")[0]
    mailbox = re.search(r"<mailto:(u\+[\w-]{32}@example\.test)\?subject=unsubscribe>", leaver["List-Unsubscribe"])[1]
    way_out = urlsplit(load_settings(data=house.data).recorded_catcher)
    goodbye = EmailMessage()
    goodbye["From"], goodbye["To"], goodbye["Subject"] = "kwame.mensah@example.test", mailbox, "unsubscribe"
    with smtplib.SMTP(way_out.hostname, way_out.port, timeout=PATIENCE_SECONDS) as client:
        client.send_message(goodbye)
    page = windows.open(link(leaver, "u"))
    expect(page.locator("h1")).to_have_text(SPOKEN["en"].gone_title)
