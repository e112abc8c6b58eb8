"""The first page: what leaves today, what needs somebody, how the last letters fared; and a list's report."""

from datetime import timedelta

from app.clock import now
from app.database.session import transaction
from app.models import Campaign, ImportBatch, MessageStatus
from app.services.mailboxes import note_look
from tests.factories.campaigns import make_campaign
from tests.factories.events import make_ended, make_event, recount
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed


def test_before_any_campaign_the_first_page_is_where_one_begins(owner):
    assert owner.get("/").location == "/campaigns"


def test_what_leaves_today_stands_there_and_what_leaves_later_does_not(owner):
    with transaction() as session:
        make_campaign(session, name="Soon", status="scheduled", send_at=now())
        make_campaign(session, name="Later", status="scheduled", send_at=now() + timedelta(days=3))
        make_campaign(session, name="Under way", status="sending")
    page = owner.get("/").text
    assert "Soon" in page
    assert "Under way" in page
    assert "Later" not in page


def test_what_needs_somebody_stands_there(owner):
    with transaction() as session:
        make_campaign(session, name="Stopped", status="held")
        campaign, messages = make_ended(session, people=3, name="Uncertain")
        messages[0].status = MessageStatus.UNKNOWN
        recount(session, campaign)
        session.add(ImportBatch(file_name="people.csv", kept_as="x", size=1, mapping={}, list_ids=[], report={}))
    page = owner.get("/").text
    assert "Held, it needs you" in page
    assert "We do not know whether 1 letter arrived" in page
    assert "people.csv" in page


def test_a_mailbox_that_cannot_be_read_needs_somebody_until_it_can(owner, settings):
    url = "imaps://news%40example.test:secret@mail.example.test/INBOX"
    owner.app.extensions["settings"] = watched = settings.model_copy(update={"inbox_url": url})
    with transaction() as session:
        make_campaign(session, name="Stopped", status="paused")
        note_look(session, watched.mailbox.name, "LoginError: wrong password")
    page = owner.get("/").text
    assert "the mailbox of news@example.test cannot be read" in page
    assert "LoginError: wrong password" in page
    assert 'letterwright_up{part="mailbox"} 0.0' in owner.get("/metrics").text
    with transaction() as session:
        note_look(session, watched.mailbox.name)
    assert "cannot be read" not in owner.get("/").text
    assert 'letterwright_up{part="mailbox"} 1.0' in owner.get("/metrics").text


def test_letters_that_somebody_decided_to_leave_are_asked_about_no_more(owner):
    with transaction() as session:
        campaign, messages = make_ended(session, people=3)
        messages[0].status = MessageStatus.UNKNOWN
        recount(session, campaign)
        session.get_one(Campaign, campaign.id).unknown_left = 1
    assert "What needs you" not in owner.get("/").text


def test_the_last_letters_are_told_with_their_denominators(owner):
    with transaction() as session:
        _campaign, messages = make_ended(session, people=4)
        make_event(session, messages[0])
    page = owner.get("/").text
    assert "4 of 4" in page
    assert "25%" in page


def test_a_lists_report_tells_its_growth_and_an_empty_one_the_next_step(owner):
    with transaction() as session:
        readers, empty = make_list(session), make_list(session)
        make_confirmed(session, readers, 3)
    told = owner.get(f"/lists/{readers.id}/report").text
    assert "3 confirmed people of 3 who are or were on this list." in told
    assert "Nothing to tell yet" in owner.get(f"/lists/{empty.id}/report").text
    assert "Week from" in owner.get(f"/lists/{readers.id}/report?by=week").text
