"""The team's screens in Chromium: by keyboard, on a phone, with and without scripts."""

import pytest
from playwright.sync_api import expect

from app.embedded.maildir import keep_letter
from app.models import Role
from tests.browser.conformity import NARROW, hold
from tests.browser.furnished import PEOPLE, furnish, letter_to


@pytest.fixture
def furnished(settings, server):
    furnish(settings)


def test_a_refused_form_is_sound_and_its_summary_leads_to_the_field(signed_in, furnished):
    page = signed_in("/people/new")
    page.get_by_role("button", name="Add this person").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    hold(page)
    summary.get_by_role("link", name="Email address").click()
    expect(page.get_by_label("Email address")).to_be_focused()


def test_search_answers_while_one_types(signed_in, furnished):
    page = signed_in("/people")
    expect(page.get_by_role("rowheader")).to_have_count(5)
    page.get_by_role("searchbox").press_sequentially("ama")
    expect(page.get_by_role("rowheader")).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="1 of 5 people")).to_be_visible()
    assert page.url.endswith("q=ama&list=&status=")
    page.reload()
    expect(page.get_by_role("rowheader")).to_have_count(1)


def test_search_works_without_scripts(signed_in, furnished):
    page = signed_in("/people", scripts=False)
    page.get_by_role("searchbox").fill("ama")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("rowheader")).to_have_count(1)


def test_the_slash_key_leads_to_the_search_and_escape_closes_a_menu(signed_in, furnished):
    page = signed_in("/people/1")
    menu = page.get_by_text("More", exact=True)
    menu.click()
    expect(page.get_by_role("link", name="Erase")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Erase")).to_be_hidden()
    page.goto("/people")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_the_first_tab_key_skips_to_the_content(signed_in, furnished):
    page = signed_in("/people")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False])
def test_colours_switch_and_stay(signed_in, furnished, scripts):
    page = signed_in("/people", scripts=scripts)
    page.locator(".top details summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    background = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") if scripts else ""
    assert background in {"", "rgb(20, 23, 26)"}
    page.goto("/lists")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_brand_is_previewed_while_one_types(signed_in, furnished):
    page = signed_in("/settings/brand")
    preview = page.get_by_role("region", name="In a letter")
    page.get_by_label("Postal address").fill("1 New Street\nGalway")
    expect(preview).to_contain_text("1 New Street")
    page.reload()
    expect(preview).to_contain_text("48 Harbour Street")


def test_a_letter_is_read_in_the_inbox_and_new_ones_arrive_by_themselves(signed_in, settings, furnished):
    page = signed_in("/inbox")
    page.get_by_role("link", name="Amara Okafor").click()
    frame = page.frame_locator("iframe[title='The letter']")
    expect(frame.get_by_role("heading", name="Water in winter")).to_be_visible()
    keep_letter(settings.data, letter_to(PEOPLE[0]).as_bytes(), "b@example.test", ["late@example.test"])
    expect(page.get_by_text("5 letters")).to_be_visible()
    expect(page.get_by_text("late@example.test")).to_be_visible()
    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.get_by_text("Drink enough of it.")).to_be_visible()


def test_on_a_phone_the_rail_is_a_bar_at_the_bottom_and_every_target_is_large(signed_in, furnished):
    page = signed_in("/people", width=NARROW)
    bar = page.get_by_role("navigation", name="Sections")
    box = bar.bounding_box()
    assert box["y"] + box["height"] == 800
    assert {link.inner_text() for link in bar.get_by_role("link").all()} == {
        "Campaigns",
        "Audience",
        "Content",
        "Reports",
        "Delivery",
        "Settings",
        "Inbox",
    }
    for link in bar.get_by_role("link").all():
        assert link.bounding_box()["height"] >= 44


def test_a_viewer_sees_no_button_that_is_not_allowed(signed_in, furnished):
    page = signed_in("/people/1", role=Role.VIEWER)
    expect(page.get_by_role("heading", name="Amara Okafor")).to_be_visible()
    expect(page.get_by_role("link", name="New campaign")).to_have_count(0)
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    hold(page)


def test_a_window_left_open_says_what_happened_when_its_session_is_over(signed_in, furnished):
    page = signed_in("/people")
    page.context.clear_cookies()
    page.get_by_role("searchbox").press_sequentially("a")
    page.wait_for_url("**/sign-in*")
