"""What is typed into the form that sends stays while the checks above it are shown anew."""

from playwright.sync_api import expect

from app.database.session import transaction
from tests.factories.ready import make_ready


def test_a_time_that_is_being_chosen_survives_the_end_of_checks(signed_in, server):
    with transaction() as session:
        draft = make_ready(session)[0].id
    page = signed_in(f"/campaigns/{draft}")
    page.get_by_text("Or schedule it").click()
    page.get_by_label("Day and time").fill("2031-12-30T09:30")
    page.evaluate("document.querySelector('.send-form').dataset.old = 'yes'")
    with page.expect_response(lambda answer: answer.url.endswith(f"/campaigns/{draft}/check")):
        page.evaluate("document.body.dispatchEvent(new Event('letter-changed', { bubbles: true }))")
    expect(page.locator(".send-form[data-old]")).to_have_count(0)
    expect(page.get_by_label("Day and time")).to_be_visible()
    expect(page.get_by_label("Day and time")).to_have_value("2031-12-30T09:30")
    expect(page.get_by_label("Day and time")).to_be_focused()
