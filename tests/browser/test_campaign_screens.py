"""The page of a campaign that has left its draft: what it shows, tells by itself and lets one do."""

import pytest
from playwright.sync_api import expect

from app.database.session import transaction
from app.models import Role
from app.services.leases import give_back, leases_of
from tests.browser.conformity import hold
from tests.browser.departures import depart
from tests.factories.campaigns import make_campaign


@pytest.fixture
def departures(server) -> dict[str, int]:
    return depart()


def test_people_are_narrowed_by_state_and_reason_as_one_chooses(signed_in, departures):
    page = signed_in(f"/campaigns/{departures['sent']}")
    rows = page.locator("#people tbody tr")
    expect(rows).to_have_count(12)
    page.get_by_label("State").select_option("refused")
    expect(rows).to_have_count(2)
    page.get_by_label("State").select_option("left_out")
    page.get_by_label("Reason").select_option("unconfirmed")
    expect(rows).to_have_count(1)


def test_the_page_tells_by_itself_that_letters_in_hand_were_finished(signed_in, departures):
    page = signed_in(f"/campaigns/{departures['pausing']}")
    live = page.locator("#live")
    expect(live).to_contain_text("Pausing: letters in hand are being finished.")
    with transaction() as session:
        for lease in leases_of(session, "w"):
            give_back(session, lease)
    expect(live).to_contain_text("Nothing further leaves until you resume.")


@pytest.mark.parametrize("scripts", [True, False])
def test_letters_of_unknown_fate_are_sent_again_after_one_more_question(signed_in, departures, scripts):
    page = signed_in(f"/campaigns/{departures['sent']}", scripts=scripts)
    page.get_by_role("link", name="Send again to these 3").click()
    expect(page.get_by_text("Whoever did get it gets it twice.")).to_be_visible()
    page.get_by_role("button", name="Send again to 3 people").click()
    expect(page.get_by_text("3 letters are tried again.")).to_be_visible()
    expect(page.locator("#live")).to_contain_text("Leaving")


def test_a_viewer_reads_everything_and_acts_on_nothing(signed_in, departures):
    page = signed_in(f"/campaigns/{departures['held-poison']}", role=Role.VIEWER)
    expect(page.get_by_text("It is the letter to this person:")).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)
    page.goto(f"/campaigns/{departures['sent']}")
    expect(page.get_by_role("button", name="Leave as they are")).to_have_count(0)
    hold(page)


def test_what_more_can_be_done_opens_on_a_phones_screen(signed_in):
    with transaction() as session:
        draft = make_campaign(session, name="A name long enough to take the whole of a line").id
    page = signed_in(f"/campaigns/{draft}", width=375)
    page.locator(".page-head > .menu > summary").click()
    card = page.locator(".page-head .menu-card").bounding_box()
    assert 0 <= card["x"] <= card["x"] + card["width"] <= 375
