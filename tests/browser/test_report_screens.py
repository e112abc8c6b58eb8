"""Reports: the chart, reading without script, and what is said before there is anything to tell."""

import pytest
from playwright.sync_api import expect

from app.database.session import transaction
from tests.browser.conformity import NARROW
from tests.browser.reported import report
from tests.factories.events import make_ended


@pytest.fixture
def reported(server) -> dict[str, int]:
    return report()


def test_the_chart_is_drawn_from_the_table(signed_in, reported):
    page = signed_in(f"/campaigns/{reported['campaign']}")
    expect(page.locator(".chart canvas")).to_have_count(1)


def test_the_report_reads_without_script(signed_in, reported):
    page = signed_in(f"/campaigns/{reported['campaign']}", scripts=False)
    page.get_by_text("The same as a table").click()
    expect(page.locator("#over-time")).to_be_visible()
    expect(page.frame_locator(".click-letter").get_by_text("1 · ").first).to_be_visible()


def test_a_campaign_that_nobody_has_opened_yet_says_so(signed_in, server):
    with transaction() as session:
        campaign, _messages = make_ended(session, people=3)
    page = signed_in(f"/campaigns/{campaign.id}", width=NARROW)
    expect(page.get_by_text("Nobody has opened it yet, as far as can be told.")).to_be_visible()
