"""A warm-up's plan stands at the end of a long page: what is wrong with it is brought before the eyes."""

from playwright.sync_api import expect

from tests.browser.furnished import furnish


def test_a_refused_plan_is_focused_and_in_sight_with_what_was_typed(signed_in, settings):
    furnish(settings)
    page = signed_in("/settings/senders/1/domain")
    page.get_by_text("Begin a warm-up").click()
    plan = page.get_by_label("Letters a day")
    plan.fill("50 some 20")
    page.get_by_role("button", name="Begin the warm-up").click()
    expect(page.get_by_text("Write whole numbers")).to_be_visible()
    expect(plan).to_be_focused()
    expect(plan).to_be_in_viewport()
    expect(plan).to_have_value("50 some 20")
