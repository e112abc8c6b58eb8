"""What a marketer does in a journey, by the same pages as everybody: a list, a form, a campaign, an import."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import update

from app.clock import now
from app.database.session import transaction
from app.models import Campaign
from tests.journeys.whole_house import ROOT, WholeHouse

ARTICLE = (ROOT / "tests" / "data" / "article.txt").read_text(encoding="utf-8")
BUTTON = "https://example.test/book"
WORDING = "I want one letter a month and can leave at any time."
BASIS = "They asked us at the fair and confirmed by letter"


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def come_in(page: Page, house: WholeHouse) -> None:
    page.goto(house.sign_in)
    press(page, "Sign in")
    page.get_by_label("Name").fill("Grace Weaver")
    page.get_by_label("Email").fill("grace@example.test")
    page.get_by_label("Password").fill("four quiet harbour words")
    press(page, "Begin")
    page.wait_for_url("**/campaigns")


def make_list(page: Page, name: str) -> None:
    page.goto("/lists/new")
    page.get_by_label("Name", exact=True).fill(name)
    press(page, "Make the list")
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def make_form(page: Page, name: str, *, language: str) -> str:
    """A form that leads to the list of the same name and asks for a first name and a town; its public address."""
    page.goto("/forms/new")
    page.get_by_label("Name for your team").fill(name)
    page.get_by_label(name, exact=True).check()
    for place, (kept_as, asked_as) in enumerate((("first_name", "First name"), ("town", "Town"))):
        page.get_by_label("Kept as").nth(place).fill(kept_as)
        page.get_by_label("Asked as").nth(place).fill(asked_as)
    page.get_by_label("What people agree to").fill(WORDING)
    page.get_by_label("Language of the page").select_option(language)
    press(page, "Make the form")
    return page.get_by_label("Address of the page").input_value()


def write_campaign(page: Page, to: str) -> int:
    """Pastes the article, leaves out the picture that it only names, gives the button an address, sends it; its id."""
    page.goto("/campaigns/new")
    page.get_by_label("Paste your article").fill(ARTICLE)
    press(page, "Make it a letter")
    page.wait_for_url(re.compile(r"/campaigns/\d+"))
    page.locator(".block-image").hover()
    page.locator(".block-image").get_by_role("button", name="Remove").click()
    expect(page.locator(".block-image")).to_have_count(0)
    page.get_by_label("Address the button opens").fill(BUTTON)
    expect(page.locator("#save-state")).to_contain_text("Saved")
    open_step(page, "people")
    page.locator("#audience-form").get_by_label(to).first.check()
    open_step(page, "check")
    page.get_by_role("button", name="Send to 1 person now").click()
    expect(page.locator("#live")).to_contain_text(re.compile(r"Leaves in \d+ seconds?\."))
    return int(re.search(r"/campaigns/(\d+)", page.url)[1])


def open_step(page: Page, name: str) -> None:
    if page.locator(f"#step-{name}").get_attribute("open") is None:
        page.locator(f"#step-{name} > summary").click()


def let_half_a_minute_pass(campaign_id: int) -> None:
    """The time in which a campaign can be taken back is over."""
    with transaction() as session:
        session.execute(update(Campaign).where(Campaign.id == campaign_id).values(send_at=now()))


def bring_in(page: Page, email: str, to: str) -> None:
    """A file with this one address, looked through to the end."""
    page.goto("/imports/new")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": f"email\n{email}\n".encode()}
    page.get_by_label("CSV file").set_input_files(file)
    press(page, "Read the file")
    press(page, "Go on to lists and consent")
    page.get_by_label(to, exact=True).check()
    page.get_by_label("How did these people agree, and confirm it?").fill(BASIS)
    press(page, "Look through the file")
    expect(page.get_by_text("Nothing has been written yet")).to_be_visible()
