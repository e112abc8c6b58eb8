"""A sent letter corrected in Chromium: by keyboard in the block editor, and shown on the web at once."""

from playwright.sync_api import expect

from app.database.session import transaction
from app.models import Campaign
from tests.browser.archived import archive
from tests.browser.conformity import NARROW, hold


def test_a_word_is_put_right_and_the_web_shows_it(signed_in, settings, server, windows):
    archive(settings, base_url=server.url)
    with transaction() as session:
        campaign = session.query(Campaign).filter_by(slug="older-0").one().id
    page = signed_in(f"/campaigns/{campaign}/correction", width=NARROW)
    words = page.locator("#block-0 .rich-text")
    words.click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.locator("section.block")).to_have_count(2)
    page.locator("#block-1 .rich-text").click()
    page.keyboard.type("But not too much.")
    page.get_by_label("Note").fill("We forgot a word of warning.")
    hold(page)
    page.get_by_role("button", name="Show this on the web").click()
    expect(page.get_by_text("Corrected on the web.")).to_be_visible()
    web = windows.open("/archive/the-spring/older-0/", scripts=False)
    expect(web.get_by_text("But not too much.")).to_be_visible()
    expect(web.get_by_text("Drink enough of it.")).to_be_visible()
    expect(web.get_by_text("We forgot a word of warning.")).to_be_visible()
