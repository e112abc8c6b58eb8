"""What is counted is chosen where the brand, the list and the person are edited; a sent letter's link is put right."""

import pytest
from sqlalchemy import select

from app.database.session import reading, transaction
from app.models import AuditEntry, Brand, Link, MailingList, Role, Subscriber, Tracking
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe


@pytest.fixture
def campaign_id(app) -> int:
    with transaction() as session:
        readers = make_list(session)
        person = make_subscriber(session)
        subscribe(session, person, readers)
        return make_sent_letter(session, person, readers, urls=("https://example.test/wrong",)).campaign_id


def only(model: type):
    with reading() as session:
        return session.scalars(select(model)).one()


def test_an_owner_chooses_what_a_brand_keeps_and_sees_the_choice(owner, campaign_id):
    answer = owner.post(f"/settings/brand/{only(Brand).id}/counting", {"tracking": "totals"})
    assert answer.status_code == 303
    assert only(Brand).tracking is Tracking.TOTALS
    page = owner.get("/settings/brand").text
    assert 'value="totals" checked' in page
    assert "only totals are kept" in page


def test_a_choice_that_is_none_of_ours_changes_nothing_and_says_so(owner, campaign_id):
    owner.post(f"/settings/brand/{only(Brand).id}/counting", {"tracking": "all"})
    assert only(Brand).tracking is Tracking.PEOPLE
    assert "Choose one of the three" in owner.get("/settings/brand").text


def test_only_owners_choose_for_the_brand(visit, campaign_id):
    answer = visit(Role.EDITOR).post(f"/settings/brand/{only(Brand).id}/counting", {"tracking": "off"})
    assert answer.status_code == 403
    assert only(Brand).tracking is Tracking.PEOPLE


@pytest.mark.parametrize(("model", "place"), [(MailingList, "lists"), (Subscriber, "people")])
def test_a_list_and_a_person_are_left_uncounted_and_counted_again(owner, campaign_id, model, place):
    address = f"/{place}/{only(model).id}"
    assert "Stop counting" in owner.get(f"{address}/edit").text
    owner.post(f"{address}/counting", {"counted": "no"})
    assert only(model).untracked_at is not None
    assert "Count again" in owner.get(f"{address}/edit").text
    owner.post(f"{address}/counting", {"counted": "yes"})
    assert only(model).untracked_at is None


def test_a_wrong_link_of_a_sent_letter_is_put_right_and_told(owner, campaign_id):
    assert "https://example.test/wrong" in owner.get(f"/campaigns/{campaign_id}").text
    owner.post(f"/campaigns/{campaign_id}/links", {"number": "1", "url": "https://example.test/right"})
    assert only(Link).url == "https://example.test/right"
    assert "Link 1 was corrected to https://example.test/right" in owner.get(f"/campaigns/{campaign_id}").text
    with reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "campaign.link_corrected")).one()
    assert entry.facts == {"number": 1, "from": "https://example.test/wrong", "to": "https://example.test/right"}


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "ftp://example.test/a", "//example.test", "no address"])
def test_only_web_addresses_are_taken(owner, campaign_id, url):
    owner.post(f"/campaigns/{campaign_id}/links", {"number": "1", "url": url})
    assert only(Link).url == "https://example.test/wrong"
    assert "https://" in owner.get(f"/campaigns/{campaign_id}").text


def test_a_link_that_the_letter_does_not_have_is_not_found(owner, campaign_id):
    answer = owner.post(f"/campaigns/{campaign_id}/links", {"number": "9", "url": "https://example.test/x"})
    assert answer.status_code == 404


def test_who_may_not_send_neither_corrects_nor_is_offered_it(visit, campaign_id):
    writer = visit(Role.VIEWER)
    assert "Correct a link" not in writer.get(f"/campaigns/{campaign_id}").text
    answer = writer.post(f"/campaigns/{campaign_id}/links", {"number": "1", "url": "https://example.test/x"})
    assert answer.status_code == 403


def test_a_letter_with_plain_links_offers_no_correction(owner, campaign_id):
    with transaction() as session:
        session.delete(session.scalars(select(Link)).one())
    assert "Correct a link" not in owner.get(f"/campaigns/{campaign_id}").text
