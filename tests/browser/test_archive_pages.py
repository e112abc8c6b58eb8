"""The archive in Chromium: without any script, by keyboard, from the right, on paper; and the team's choice."""

import pytest
from playwright.sync_api import expect

from app.database.session import transaction
from app.models import Brand
from app.services.brands import first_brand
from tests.browser.archived import archive as open_archive
from tests.browser.conformity import NARROW, hold
from tests.browser.furnished import furnish
from tests.factories.campaigns import make_campaign


@pytest.fixture
def archive(settings, server) -> str:
    open_archive(settings, base_url=server.url)
    return f"{server.url}/archive/the-spring/"


def test_an_archive_is_read_without_scripts_and_by_keyboard(windows, archive):
    page = windows.open(archive, scripts=False, width=NARROW)
    page.get_by_role("link", name="Embracing New Beginnings").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Embracing New Beginnings")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the letter")).to_be_focused()
    page.get_by_role("link", name="The letter before").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Every kind & <more>")
    page.get_by_role("link", name="All letters").click()
    page.get_by_role("link", name="Older letters").click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()


def test_where_a_letter_is_gone_the_page_leads_to_the_others(windows, archive):
    page = windows.open(f"{archive}nothing-here/", width=NARROW)
    page.get_by_role("link", name="All letters").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Letters")


def test_a_pictures_place_is_kept_before_it_comes(windows, archive):
    page = windows.open(f"{archive}client/")
    picture = page.locator("article img").first
    assert picture.evaluate("one => [one.complete, one.naturalWidth, one.getAttribute('width')]") == [True, 900, "900"]


def test_an_arabic_letter_reads_from_the_right(windows, archive):
    page = windows.open(f"{archive}arabic/")
    article = page.locator("article")
    assert article.evaluate("one => getComputedStyle(one).direction") == "rtl"
    box, heading = article.bounding_box(), page.locator("article h2").first
    right = heading.evaluate("""one => {
        const range = document.createRange(); range.selectNodeContents(one);
        return range.getBoundingClientRect().right;
    }""")
    assert abs(right - (box["x"] + box["width"])) < 60


def test_a_page_is_fit_for_paper(windows, archive):
    page = windows.open(f"{archive}client/", scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.get_by_role("navigation", name="More letters")).to_be_hidden()
    expect(page.get_by_text("Sponsored · IVDrips").first).to_be_visible()


def test_the_teams_choice_is_sound_and_tells_what_it_did(signed_in, settings, server):
    furnish(settings)
    with transaction() as session:
        brand = first_brand(session)
        campaign = make_campaign(session, brand_id=brand.id).id if brand else 0
    page = signed_in("/settings/archive", width=NARROW)
    page.get_by_label("Open").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your archive is open.")).to_be_visible()
    hold(page)
    page.goto(f"/campaigns/{campaign}")
    part = page.locator("#on-the-web")
    part.get_by_label("In the public archive").check()
    expect(part.get_by_role("status")).to_contain_text("Saved. It will stand there as soon as the first letters leave.")
    expect(part.get_by_label("Its address")).to_have_value("water-in-winter")
    part.get_by_label("Its address").fill("Not this")
    part.get_by_label("Its address").press("Enter")
    expect(part.get_by_role("alert")).to_contain_text("Use small letters")
    hold(page)
    with transaction() as session:
        assert session.get_one(Brand, brand.id).slug == "clearer-days"
