"""The report's pages: what they say with people, with totals and with tracking off, and what can be downloaded."""

import pytest

from app.database.session import transaction
from app.models import Campaign, EventKind, Role, Tracking, Variant
from app.services.letters import compile_campaign_letter, letter_plan
from tests.factories.events import AUTOMATED, HUMAN, UNDECIDED, click, make_ended, make_event
from tests.factories.ready import make_ready

URLS = ("https://example.test/a", "=cmd|calc")


@pytest.fixture
def sent(app) -> int:
    """A campaign to ten people: three opened it, one may have, a program did for another; two clicked."""
    with transaction() as session:
        campaign, messages = make_ended(session, people=10, urls=URLS)
        for message, verdict in zip(messages, (HUMAN, HUMAN, HUMAN, UNDECIDED, AUTOMATED), strict=False):
            make_event(session, message, verdict=verdict)
        click(session, messages[0], 1)
        click(session, messages[1], 1)
        click(session, messages[4], 2, AUTOMATED)
        make_event(session, messages[9], EventKind.UNSUBSCRIBED, None)
        return campaign.id


def track(campaign_id: int, tracking: Tracking) -> None:
    with transaction() as session:
        session.query(Variant).filter_by(campaign_id=campaign_id).update({"tracking": tracking})


def test_the_campaigns_page_becomes_the_report(owner, sent):
    page = owner.get(f"/campaigns/{sent}").text
    assert "3 of 10 people opened it, as far as can be told, and 2 clicked." in page
    assert "1 more may have opened it" in page
    assert "no usual yet" in page


def test_an_open_rate_is_never_named(owner, sent):
    assert "open rate" not in owner.get(f"/campaigns/{sent}").text.lower()


def test_while_it_leaves_the_page_tells_what_happened_so_far(owner, sent):
    with transaction() as session:
        session.get_one(Campaign, sent).status = "sending"
    page = owner.get(f"/campaigns/{sent}").text
    assert "So far" in page
    assert "The report" not in page


def test_small_totals_are_not_told(owner, sent):
    track(sent, Tracking.TOTALS)
    page = owner.get(f"/campaigns/{sent}").text
    assert "Opened fewer than 5 times and clicked fewer than 5 times." in page
    assert "Who opened" not in page
    assert "fewer than 5" in owner.get(f"/campaigns/{sent}/report/links.csv").text


def test_totals_have_no_page_of_people(owner, sent):
    track(sent, Tracking.TOTALS)
    assert owner.get(f"/campaigns/{sent}/report/people").status_code == 404


def test_tracking_off_is_said_in_a_sentence(owner, sent):
    track(sent, Tracking.OFF)
    page = owner.get(f"/campaigns/{sent}").text
    assert "Openings and clicks were not counted: tracking was off for this letter." in page
    assert "Where they clicked" not in page


def test_the_people_of_a_link_are_named(owner, sent):
    page = owner.get(f"/campaigns/{sent}/report/people?did=clicked&link=1").text
    assert "Who followed this link" in page
    assert page.count('<td data-label="Who it was">') == 2


def test_a_persons_story_tells_openings_and_clicks(owner, sent):
    first = owner.get(f"/campaigns/{sent}/report/people?did=clicked&link=1").text
    number = first.split(f"/campaigns/{sent}/people/")[1].split('"')[0]
    story = owner.get(f"/campaigns/{sent}/people/{number}").text
    assert "Opened the letter." in story
    assert "Followed a link." in story


def test_lists_and_domains_stand_on_a_page_of_their_own(owner, sent):
    page = owner.get(f"/campaigns/{sent}/report/groups").text
    assert "example.test" in page
    assert "10 of 10" in page


def test_no_cell_is_run_by_a_spreadsheet(owner, sent):
    assert "'=cmd|calc" in owner.get(f"/campaigns/{sent}/report/links.csv").text


def test_the_people_export_has_a_line_for_each_letter(owner, sent):
    lines = owner.get(f"/campaigns/{sent}/report/people.csv").text.splitlines()
    assert len(lines) == 11
    assert sum(line.endswith("human,human") for line in lines) == 2


def test_a_viewer_does_not_take_people_away(visit, sent):
    viewer = visit(Role.VIEWER)
    assert viewer.get(f"/campaigns/{sent}/report/people.csv").status_code == 403
    assert "People as CSV" not in viewer.get(f"/campaigns/{sent}").text


def test_the_click_map_numbers_the_links_and_opens_none(owner, app):
    with transaction() as session:
        draft, readers = make_ready(session, people=4)
        compiled = compile_campaign_letter(session, draft, letter_plan(session, draft, tracked=True))
        urls = tuple(link.url for link in compiled.links)
        campaign, messages = make_ended(session, readers, urls=urls)
        session.query(Variant).filter_by(campaign_id=campaign.id).update({"compiled": compiled.to_json()})
        click(session, messages[0], 1)
    letter = owner.get(f"/campaigns/{campaign.id}/report/letter")
    assert ">1 · 25%<" in letter.text
    assert "/c/1/" not in letter.text.split("<body")[1].replace("<!--", "").split("<v:")[0]
    assert "sandbox" in letter.headers["Content-Security-Policy"]


def test_reports_compare_what_ended(owner, sent):
    page = owner.get("/reports").text
    assert "and 1 undecided" in page
    assert f'href="/campaigns/{sent}"' in page


def test_reports_without_campaigns_teach_the_next_step(owner):
    assert "Reports begin with a letter that has left" in owner.get("/reports").text
