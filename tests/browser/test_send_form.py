"""What is typed into the step that sends, and the cursor, stay while the checks above are shown anew."""

import pytest
from playwright.sync_api import Page, expect

from app.database.session import transaction
from app.models import ApprovalRule, Brand
from tests.factories.ready import make_ready

MARK = "document.querySelector('#check .send-form').dataset.old = 'yes'"


@pytest.fixture
def draft(server) -> int:
    with transaction() as session:
        campaign = make_ready(session)[0]
        session.get_one(Brand, campaign.brand_id).approval_rule = ApprovalRule.SECOND_PERSON
        return campaign.id


def renew(page: Page, draft: int) -> None:
    """The checks have ended."""
    page.evaluate(MARK)
    with page.expect_response(lambda answer: answer.url.endswith(f"/campaigns/{draft}/check")):
        page.evaluate("document.body.dispatchEvent(new Event('checks-done', { bubbles: true }))")


def test_a_date_is_typed_to_its_end_before_anything_is_shown_anew(signed_in, draft):
    page = signed_in(f"/campaigns/{draft}")
    page.get_by_text("Or schedule it").click()
    page.get_by_label("Day and time").focus()
    page.keyboard.type("1212")
    renew(page, draft)
    page.keyboard.type("2031")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("0930")
    page.keyboard.type("A")
    expect(page.get_by_label("Day and time")).to_have_value("2031-12-12T09:30")
    expect(page.locator(".send-form[data-old]")).to_have_count(1)
    with page.expect_response(lambda answer: answer.url.endswith(f"/campaigns/{draft}/check")):
        page.get_by_label("In the time zone of").focus()
    expect(page.locator(".send-form[data-old]")).to_have_count(0)
    expect(page.get_by_label("Day and time")).to_have_value("2031-12-12T09:30")
    expect(page.get_by_label("In the time zone of")).to_be_focused()


def test_words_to_whoever_approves_stay_and_so_does_the_cursor(signed_in, draft):
    page = signed_in(f"/campaigns/{draft}")
    words = page.get_by_label("A word to whoever looks")
    words.fill("Please look at the second line.")
    words.press("Home")
    renew(page, draft)
    expect(page.locator(".send-form[data-old]")).to_have_count(0)
    expect(words).to_have_value("Please look at the second line.")
    expect(words).to_be_focused()
    page.keyboard.type("Kofi: ")
    expect(words).to_have_value("Kofi: Please look at the second line.")


@pytest.mark.parametrize("name", ["Ask for approval", "Or schedule it", "Send a test letter first"])
def test_a_button_keeps_the_cursor(signed_in, draft, name):
    page = signed_in(f"/campaigns/{draft}")
    page.locator("button, summary").filter(has_text=name).focus()
    renew(page, draft)
    expect(page.locator(".send-form[data-old]")).to_have_count(0)
    expect(page.locator("button, summary").filter(has_text=name)).to_be_focused()


def test_what_is_typed_while_the_plan_is_saved_stays_and_goes_with_the_next_change(signed_in, draft):
    page = signed_in(f"/campaigns/{draft}")
    held = []
    page.evaluate("for (let one = document.querySelector('#departure'); one; one = one.parentElement) one.open = true")
    page.route("**/departure", lambda route: route.continue_() if held else held.append(route))
    page.locator("#departure-first").fill("10")
    with page.expect_request("**/departure"):
        page.locator("#departure-minutes").focus()
    page.locator("#departure-minutes").fill("45")
    with page.expect_response("**/departure"):
        held[0].continue_()
    expect(page.locator("#departure-minutes")).to_have_value("45")
    page.locator("#departure-minutes").blur()
    expect(page.locator(".departure-sentence")).to_have_text("first 10 people, then 45 minutes to look")
    expect(page.locator("#departure-minutes")).to_have_value("45")
