"""The preferences in Chromium: what is refused is marked at its field, without any script."""

from playwright.sync_api import expect

from tests.browser.conformity import NARROW
from tests.browser.reading import read


def test_a_refused_day_is_marked_without_any_script(windows, server):
    page = windows.open(read("en")["preferences"], width=NARROW, scripts=False)
    page.get_by_role("radio", name="Until a day").check()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#until-wrong")).to_have_text("Choose a day between tomorrow and a year from now.")
    expect(page.get_by_role("radio", name="Until a day")).to_be_checked()
    page.get_by_role("radio", name="Three months").check()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#pause .saved")).to_have_text("Saved.")
