from sqlalchemy import delete, select

from app.config import load_settings
from app.database.session import init_database, reading, transaction
from app.models import (
    CampaignList,
    Consent,
    ConsentAct,
    ConsentWay,
    Event,
    EventKind,
    Probe,
    Sender,
    Subscriber,
    Suppression,
    SuppressionReason,
)
from app.services import probes
from app.tokens import Purpose, probe_number, sign
from tests.conftest import SECRET

NOBODY_THERE = "postgresql:///nobody?host=/nonexistent"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
BOTH = {"Readers": True, "Weekend": True}
WEEKEND = {"Readers": False, "Weekend": True}
NEITHER = {"Readers": False, "Weekend": False}


def consents() -> list[Consent]:
    with reading() as session:
        return list(session.scalars(select(Consent).order_by(Consent.id)))


def events() -> list[Event]:
    with reading() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


def suppressions() -> list[Suppression]:
    with reading() as session:
        return list(session.scalars(select(Suppression)))


def set_language(person_id: int, language: str) -> None:
    with transaction() as session:
        session.get_one(Subscriber, person_id).language = language


def test_looking_at_the_page_changes_nothing(client, held, books):
    before = books()
    assert client.get(held.path()).status_code == 200
    assert client.head(held.path()).status_code == 200
    assert client.options(held.path()).status_code == 200
    assert client.get(held.path(), headers={"Sec-Purpose": "prefetch"}).status_code == 200
    assert client.get(held.path(), query_string={"choice": "everything", **ONE_CLICK}).status_code == 200
    assert books() == before


def test_the_page_names_the_brand_and_the_list_and_hides_the_address(client, held):
    page = client.get(held.path()).text
    assert "Salt &amp; Spring" in page
    assert "Readers" in page
    assert "Weekend" not in page
    assert "a•••@example.test" in page
    assert "amara" not in page.lower()


def test_one_click_as_a_form_leaves_the_list_at_once(client, held, standing):
    answer = client.post(held.path(), data=ONE_CLICK)
    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert standing() == WEEKEND


def test_one_click_as_multipart_leaves_the_list_at_once(client, held, standing):
    answer = client.post(held.path(), data=ONE_CLICK, content_type="multipart/form-data")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert standing() == WEEKEND


def test_one_click_from_another_origin_is_not_held_up(client, held, standing):
    headers = {"Origin": "https://mail.example.test", "Sec-Fetch-Site": "cross-site"}
    assert client.post(held.path(), data=ONE_CLICK, headers=headers).status_code == 200
    assert standing() == WEEKEND


def test_one_click_leaves_a_proof_and_an_event(client, held):
    client.post(held.path(), data=ONE_CLICK, headers={"User-Agent": "Mail provider"})
    (consent,) = consents()
    assert (consent.act, consent.way) == (ConsentAct.UNSUBSCRIBED, ConsentWay.ONE_CLICK)
    assert (consent.subscriber_id, consent.list_id, consent.message_id) == (held.person, held.readers, held.message)
    assert (consent.ip_address, consent.user_agent) == ("127.0.0.1", "Mail provider")
    (event,) = events()
    assert event.kind is EventKind.UNSUBSCRIBED
    assert (event.campaign_id, event.message_id) == (held.campaign, held.message)


def test_one_click_twice_records_it_once(client, held, books):
    client.post(held.path(), data=ONE_CLICK)
    before = books()
    assert client.post(held.path(), data=ONE_CLICK).status_code == 200
    assert books() == before


def test_a_token_in_the_body_does_not_override_the_path(client, held, standing):
    foreign = sign(Purpose.UNSUBSCRIBE, held.message + 1)
    mine = sign(Purpose.UNSUBSCRIBE, held.message)
    assert client.post(f"/u/{foreign}", data={**ONE_CLICK, "token": mine}).status_code == 404
    assert standing() == BOTH
    client.post(held.path(), data={**ONE_CLICK, "token": foreign})
    assert standing() == WEEKEND


def test_an_empty_post_counts_as_one_click(client, held, standing):
    assert client.post(held.path()).status_code == 200
    assert standing() == WEEKEND


def test_one_click_is_not_turned_round_by_an_undo_field(client, held, standing):
    client.post(held.path(), data={**ONE_CLICK, "undo": "1"})
    assert standing() == WEEKEND


def test_the_button_leaves_this_list_and_offers_undo(client, held, standing):
    answer = client.post(held.path(), data={"choice": "list"})
    assert answer.status_code == 200
    assert "You are unsubscribed" in answer.text
    assert 'name="undo"' in answer.text
    assert "Stop everything" in answer.text
    assert standing() == WEEKEND
    assert consents()[0].way is ConsentWay.PAGE


def test_everything_leaves_every_list_and_suppresses_the_address(client, held, standing):
    answer = client.post(held.path(), data={"choice": "everything"})
    assert "gets no more letters from us" in answer.text
    assert standing() == NEITHER
    (kept,) = suppressions()
    assert (kept.reason, kept.message_id) == (SuppressionReason.UNSUBSCRIBED, held.message)


def test_undo_brings_the_reader_back_with_a_proof(client, held, standing):
    client.post(held.path(), data={"choice": "everything"})
    answer = client.post(held.path(), data={"undo": "1"})
    assert answer.status_code == 200
    assert "You are back" in answer.text
    assert standing() == BOTH
    assert [one.act for one in consents()[2:]] == [ConsentAct.RESUBSCRIBED, ConsentAct.RESUBSCRIBED]
    assert suppressions() == []


def test_undoing_twice_shows_the_same_page_and_records_nothing_more(client, held, books):
    client.post(held.path(), data={"choice": "list"})
    client.post(held.path(), data={"undo": "1"})
    before = books()
    assert "You are back" in client.post(held.path(), data={"undo": "1"}).text
    assert books() == before


def test_undo_without_a_goodbye_changes_nothing(client, held, books):
    before = books()
    client.post(held.path(), data={"undo": "1"})
    assert books() == before


def test_who_left_by_this_letter_sees_so_on_coming_back(client, held):
    client.post(held.path(), data=ONE_CLICK)
    page = client.get(held.path()).text
    assert "You are unsubscribed" in page
    assert 'name="undo"' in page


def test_a_suppression_by_others_cannot_be_undone_from_the_page(client, held, standing):
    with transaction() as session:
        hashed = session.get_one(Subscriber, held.person).address_hash
        session.add(Suppression(address_hash=hashed, reason=SuppressionReason.COMPLAINT))
    answer = client.post(held.path(), data={"choice": "everything"})
    assert 'name="undo"' not in answer.text
    client.post(held.path(), data={"undo": "1"})
    assert standing() == NEITHER


def test_a_letter_whose_lists_are_gone_still_lets_its_reader_leave(client, held, standing):
    with transaction() as session:
        session.execute(delete(CampaignList))
    assert 'value="everything" checked' in client.get(held.path()).text
    client.post(held.path(), data=ONE_CLICK)
    assert standing() == NEITHER
    assert "gets no more letters from us" in client.get(held.path()).text


def test_an_erased_reader_is_told_kindly_and_not_named(client, held):
    with transaction() as session:
        person = session.get_one(Subscriber, held.person)
        session.add(Suppression(address_hash=person.address_hash, reason=SuppressionReason.ERASED))
        person.email, person.email_key, person.address_hash, person.first_name = "", None, None, ""
    client.post(held.path(), data={"choice": "everything"})
    page = client.get(held.path()).text
    assert "We no longer know this address" in page
    assert "@" not in page


def test_the_page_speaks_the_readers_language(client, held):
    set_language(held.person, "de-AT")
    assert "Möchten Sie sich abmelden?" in client.get(held.path()).text
    set_language(held.person, "fr")
    assert "vous désabonner" in client.get(held.path()).text


def test_arabic_runs_from_right_to_left(client, held):
    set_language(held.person, "ar")
    page = client.get(held.path()).text
    assert '<html lang="ar" dir="rtl">' in page
    assert '<bdi class="address" dir="ltr">a•••@example.test</bdi>' in page


def test_a_test_letters_link_belongs_to_nobody(client, held, books):
    before = books()
    path = f"/u/{sign(Purpose.UNSUBSCRIBE, 0)}"
    for answer in (client.get(path), client.post(path, data=ONE_CLICK)):
        assert answer.status_code == 200
        assert "This is a test letter" in answer.text
    assert books() == before


def test_tokens_of_other_purposes_do_not_open_this_door(client, held, books):
    before = books()
    for purpose in set(Purpose) - {Purpose.UNSUBSCRIBE}:
        assert client.get(held.path(purpose)).status_code == 404
        assert client.post(held.path(purpose), data=ONE_CLICK).status_code == 404
    assert books() == before


def test_a_damaged_link_gets_a_kind_page_in_the_browsers_language(client, held):
    answer = client.get(held.path()[:-2], headers={"Accept-Language": "de-CH,en;q=0.5"})
    assert answer.status_code == 404
    assert "Dieser Link geht nicht" in answer.text


def test_a_letter_that_is_gone_is_not_found(client, held):
    assert client.post(f"/u/{sign(Purpose.UNSUBSCRIBE, held.message + 1)}", data=ONE_CLICK).status_code == 404


def test_every_answer_is_private_and_without_script(client, held):
    for answer in (client.get(held.path()), client.get("/u/x"), client.post(held.path())):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
        assert "<script" not in answer.text


def test_a_database_that_is_away_asks_to_come_back(client, held, tmp_path):
    init_database(load_settings(data=tmp_path, database_url=NOBODY_THERE, given_secret=SECRET))
    for answer in (client.get(held.path()), client.post(held.path(), data=ONE_CLICK)):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "Back in a moment" in answer.text


# Why somebody left.


def told() -> list[dict]:
    return [one.facts for one in events() if one.kind is EventKind.REASON_GIVEN]


def test_who_has_left_may_say_why_and_nothing_else_changes(client, held, standing):
    client.post(held.path(), data={"choice": "list"})
    before = [one.kind for one in events()], len(consents())
    answer = client.post(held.path(), data={"reason": "too_many", "words": "Every day\x00 is\n  a lot"})
    assert "Thank you" in answer.text
    assert 'name="undo"' in answer.text
    assert told() == [{"reason": "too_many", "words": "Every day is a lot"}]
    assert ([one.kind for one in events()][:-1], len(consents())) == before
    assert standing() == WEEKEND


def test_a_reason_is_kept_once_a_letter_and_undo_still_works(client, held, standing):
    client.post(held.path(), data={"choice": "list"})
    client.post(held.path(), data={"reason": "other", "words": "W" * 400})
    client.post(held.path(), data={"reason": "never_asked", "words": ""})
    assert told() == [{"reason": "other", "words": "W" * 300}]
    client.post(held.path(), data={"undo": "1"})
    assert standing() == BOTH


def test_a_reason_without_a_goodbye_unsubscribes_nobody_and_is_not_kept(client, held, books):
    before = books()
    client.post(held.path(), data={"reason": "too_many"})
    assert books() == before


def test_a_reason_may_be_words_alone_and_an_unknown_one_alone_is_none(client, held):
    client.post(held.path(), data={"choice": "list"})
    client.post(held.path(), data={"reason": "<script>", "words": " "})
    assert told() == []
    client.post(held.path(), data={"words": "Moved away"})
    assert told() == [{"reason": "other", "words": "Moved away"}]


def test_one_click_wins_over_a_reason_in_either_encoding(client, held, standing):
    foreign = sign(Purpose.UNSUBSCRIBE, held.message + 1)
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        data = {**ONE_CLICK, "reason": "other", "token": foreign}
        answer = client.post(held.path(), data=data, content_type=kind)
        assert (answer.status_code, answer.headers.get("Location"), "Set-Cookie" in answer.headers) == (
            200,
            None,
            False,
        )
        assert standing() == WEEKEND
    assert len(consents()) == 1


def test_a_letter_to_ourselves_is_clicked_without_moving_anybody(client, held, brand_id, books, database):
    with transaction() as session:
        sender = session.query(Sender).first().id
        probe = probes.ask(session, database, sender)
    path, before = f"/u/{sign(Purpose.UNSUBSCRIBE, probe.number)}", books()

    def posts() -> int:
        with reading() as session:
            return session.get_one(Probe, probe.id).posts

    assert client.get(path).status_code == client.head(path).status_code == 200
    assert client.post(path, data={"choice": "everything"}).status_code == 200
    assert posts() == 0
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        answer = client.post(path, data=ONE_CLICK, content_type=kind)
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    assert posts() == 2
    assert books() == before


def test_a_letter_to_ourselves_that_is_gone_leads_nowhere(client, database):
    assert client.post(f"/u/{sign(Purpose.UNSUBSCRIBE, probe_number())}", data=ONE_CLICK).status_code == 404
