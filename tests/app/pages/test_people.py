"""The audience's pages: found, added, corrected, unsubscribed, stopped, erased; and lists."""

import re

import pytest

from app.database.session import dispose, reading, transaction
from app.factory import create_app
from app.models import (
    Consent,
    ConsentAct,
    ConsentWay,
    MailingList,
    Role,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Suppression,
    SuppressionReason,
    User,
)
from app.services.suppressions import suppress
from tests.app.pages.visitor import Visitor
from tests.conftest import SECRET, load_settings
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_subscriber, subscribe

PROOF = "Signed the sheet at the fair, 12 March"


@pytest.fixture
def readers(app) -> MailingList:
    with transaction() as session:
        return make_list(session, name="Readers")


@pytest.fixture
def amara(readers) -> Subscriber:
    with transaction() as session:
        person = make_subscriber(session, "amara@example.test", first_name="Amara", last_name="Okafor")
        subscribe(session, person, session.get_one(MailingList, readers.id))
        return person


def status_of(person: Subscriber) -> SubscriptionStatus:
    with reading() as session:
        return session.query(Subscription).filter_by(subscriber_id=person.id).one().status


def test_an_empty_audience_teaches_the_next_step(owner):
    page = owner.get("/people").text
    assert "Nobody here yet" in page
    assert "/people/new" in page


def test_a_viewer_is_offered_nothing_that_is_not_allowed(visit, amara):
    page = visit(Role.VIEWER).get("/people").text
    assert "/people/new" not in page
    assert "/edit" not in visit(Role.VIEWER, email="v2@example.test").get(f"/people/{amara.id}").text


@pytest.mark.parametrize("search", ["ama", "OKAF", "amara okafor", "a@example"])
def test_search_finds_by_name_and_address(owner, amara, search):
    with transaction() as session:
        make_subscriber(session, "bo@elsewhere.test", first_name="Bo")
    page = owner.get("/people", query_string={"q": search}).text
    assert "Amara Okafor" in page
    assert "bo@elsewhere.test" not in page
    assert "1 of 2 people" in page


def test_search_answers_htmx_with_the_found_people_alone(owner, amara):
    part = owner.part("/people?q=ama").text
    assert part.lstrip().startswith("<section")
    assert "<html" not in part


def test_going_back_in_the_browser_gives_the_whole_page(owner, amara):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in owner.client.get("/people?q=ama", headers=headers).text


def test_search_narrows_by_list_and_state(owner, amara, readers):
    assert "Amara Okafor" in owner.get(f"/people?list={readers.id}&status=confirmed").text
    assert "Nobody fits" in owner.get(f"/people?list={readers.id}&status=unsubscribed").text
    assert owner.get("/people?status=nonsense&list=nonsense").status_code == 200


def test_many_people_are_shown_page_by_page(owner):
    with transaction() as session:
        for number in range(60):
            make_subscriber(session, f"p{number:02}@example.test")
    first = owner.get("/people").text
    following = re.search(r'href="(/people\?[^"]*after=[^"]+)"', first)[1].replace("&amp;", "&")
    second = owner.get(following).text
    assert "p00@example.test" in first
    assert "p59@example.test" not in first
    assert "p59@example.test" in second
    assert "From the beginning" in second


def test_adding_somebody_keeps_the_proof(owner, readers):
    facts = {"email": "New@Example.test", "first_name": "Nova", "lists": [readers.id], "basis": PROOF, "confirmed": "y"}
    answer = owner.post("/people/new", {**facts, "fields": "town: Lyon\nmember since: 2019"})
    assert answer.status_code == 303
    with reading() as session:
        person = session.query(Subscriber).one()
        assert person.fields == {"town": "Lyon", "member_since": "2019"}
        added = session.query(Consent).filter_by(act=ConsentAct.ADDED).one()
        assert (added.way, added.basis, added.user_id) == (ConsentWay.TEAM, PROOF, owner.user.id)
    page = owner.get(answer.location).text
    assert PROOF in page
    assert "Confirmed for Readers" in page


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"email": "no address"}, "email", None),
        ({"email": "amara@example.test"}, "email", "here already"),
        ({"email": ""}, "email", "Write something here"),
        ({"basis": ""}, "basis", "Write something here"),
        ({"fields": "no colon"}, "fields", "name: value"),
        ({"language": "not a tag"}, "language", "language tag"),
    ],
)
def test_what_cannot_be_kept_is_said_under_its_field_and_at_the_top(owner, amara, facts, field, sentence):
    answer = owner.post("/people/new", {"email": "x@example.test", "basis": PROOF, **facts})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert f'aria-describedby="{field}' in answer.text
    assert sentence is None or sentence in answer.text
    with reading() as session:
        assert session.query(Subscriber).count() == 1


def test_a_suppressed_address_cannot_be_added_by_hand(owner, amara):
    with transaction() as session:
        person = session.get_one(Subscriber, amara.id)
        suppress(session, person.address_hash, SuppressionReason.COMPLAINT)
        person.email_key = person.address_hash = None
    answer = owner.post("/people/new", {"email": "amara@example.test", "basis": PROOF})
    assert answer.status_code == 422
    assert "reported a letter as spam" in answer.text


def test_correcting_somebody_shows_what_was_there(owner, amara):
    assert 'value="Okafor"' in owner.get(f"/people/{amara.id}/edit").text
    owner.post(f"/people/{amara.id}/edit", {"email": "amara@example.test", "first_name": "Amarachi"})
    assert "Amarachi" in owner.get(f"/people/{amara.id}").text


def test_names_cannot_bring_markup_into_a_page(owner, amara):
    evil = "<script>alert(1)</script>"
    owner.post(f"/people/{amara.id}/edit", {"email": "amara@example.test", "first_name": evil, "fields": f"a: {evil}"})
    for address in ("/people", f"/people/{amara.id}", f"/people/{amara.id}/edit", f"/people/{amara.id}/erase"):
        assert evil not in owner.get(address).text


def test_unsubscribing_asks_first_and_keeps_who_did_it(owner, amara):
    assert "Unsubscribe amara@example.test?" in owner.get(f"/people/{amara.id}/unsubscribe").text
    assert status_of(amara) is SubscriptionStatus.CONFIRMED
    owner.post(f"/people/{amara.id}/unsubscribe", {"lists": "all", "basis": "She called"})
    assert status_of(amara) is SubscriptionStatus.UNSUBSCRIBED
    page = owner.get(f"/people/{amara.id}").text
    assert "Unsubscribed from Readers" in page
    assert "by Owner: She called" in page


def test_somebody_who_left_comes_back_only_with_a_new_consent(owner, amara, readers):
    owner.post(f"/people/{amara.id}/unsubscribe", {"lists": str(readers.id)})
    assert owner.post(f"/people/{amara.id}/subscribe", {"list_id": readers.id}).status_code == 422
    owner.post(f"/people/{amara.id}/subscribe", {"list_id": readers.id, "basis": PROOF})
    assert status_of(amara) is SubscriptionStatus.CONFIRMED


def test_stopping_an_address_and_lifting_it_both_need_a_reason(owner, amara):
    assert owner.post(f"/people/{amara.id}/stop", {"reason": " "}).status_code == 422
    owner.post(f"/people/{amara.id}/stop", {"reason": "Lawyer's letter"})
    page = owner.get(f"/people/{amara.id}").text
    assert "Nothing is written to this address" in page
    assert "Lawyer&#39;s letter" in page
    owner.post(f"/people/{amara.id}/lift", {"reason": "Settled"})
    with reading() as session:
        assert session.query(Suppression).count() == 0


def test_erasing_asks_first_and_then_forgets(owner, amara):
    assert owner.get(f"/people/{amara.id}/erase").status_code == 200
    assert owner.post(f"/people/{amara.id}/erase").status_code == 422
    answer = owner.post(f"/people/{amara.id}/erase", {"sure": "y"})
    assert answer.location == "/people"
    assert owner.get(f"/people/{amara.id}").status_code == 404
    assert "amara" not in owner.get("/people").text
    with reading() as session:
        assert session.get_one(Subscriber, amara.id).email == ""


def test_a_list_is_made_renamed_put_away_and_brought_back(owner, readers):
    made = owner.post("/lists/new", {"name": "Monthly letter", "description": "On its last Friday"}).location
    assert "Nobody on this list yet" in owner.get(made).text
    owner.post(f"{made}/edit", {"name": "The monthly letter"})
    assert "The monthly letter" in owner.get("/lists").text
    owner.post(f"{made}/archive")
    assert "put away" in owner.get(made).text
    owner.post(f"{made}/restore")
    assert "put away" not in owner.get(made).text


def test_two_lists_cannot_share_a_name(owner, readers):
    answer = owner.post("/lists/new", {"name": "READERS"})
    assert answer.status_code == 422
    assert "already" in answer.text


def test_without_a_brand_a_list_asks_for_one_first(owner):
    assert owner.get("/lists/new").location == "/settings/brand"
    assert "Name your brand" in owner.get("/lists").text


def test_a_list_shows_its_people_by_state_with_counts(owner, amara, readers):
    with transaction() as session:
        person = make_subscriber(session, "bo@example.test")
        subscribe(session, person, session.get_one(MailingList, readers.id), SubscriptionStatus.UNSUBSCRIBED)
    page = owner.get(f"/lists/{readers.id}?status=unsubscribed").text
    assert "bo@example.test" in page
    assert "Amara" not in page
    assert "1 of 2 people on this list" in page


def test_the_pages_do_the_same_on_every_database(tmp_path, database_address):
    app = create_app(load_settings(data=tmp_path, database_url=database_address, given_secret=SECRET))
    with transaction() as session:
        readers = make_list(session, name="Readers")
        user = User(email="o@example.test", email_key="o@example.test", role=Role.OWNER)
        session.add(user)
    owner = Visitor(app, user)
    facts = {"email": "zoë@example.test", "first_name": "Zoë", "lists": [readers.id], "basis": PROOF}
    page = owner.post("/people/new", facts).location
    assert "Zoë" in owner.get("/people?q=zoë").text
    owner.post(f"{page}/unsubscribe", {"lists": "all"})
    assert "Unsubscribed from Readers" in owner.get(page).text
    owner.post(f"{page}/erase", {"sure": "y"})
    assert "Nobody here yet" in owner.get("/people").text
    assert "0 of 1" in owner.get("/lists").text
    dispose()
