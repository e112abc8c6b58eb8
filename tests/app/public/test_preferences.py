"""A letter's link shows little and mails a fresh one; the fresh one opens everything, and each act is its own."""

from datetime import timedelta

from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.models import (
    Brand,
    ConsentWay,
    Event,
    EventKind,
    Form,
    FormList,
    Message,
    MessageStatus,
    Notice,
    NoticeKind,
    ReaderAct,
    ReaderRequest,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Suppression,
    SuppressionReason,
)
from app.services.reader_requests import LIFETIME, MOST_A_DAY
from app.tokens import Purpose, sign
from tests.factories.mailing_lists import make_list


def person(held) -> Subscriber:
    with reading() as session:
        return session.get_one(Subscriber, held.person)


def notices() -> list[Notice]:
    with reading() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def facts_of(kind: EventKind) -> list[dict]:
    with reading() as session:
        return [event.facts for event in session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))]


# The letter's own link.


def test_a_letters_link_shows_the_masked_address_and_nothing_else(client, held, closed):
    page = client.get(closed)
    assert page.status_code == 200
    assert "a•••@example.test" in page.text
    assert "amara" not in page.text.lower()
    assert "Weekend" not in page.text
    assert f'href="/u/{sign(Purpose.UNSUBSCRIBE, held.message)}"' in page.text


def test_a_letters_link_changes_nothing_whatever_is_posted_to_it(client, held, closed, books, standing):
    before = books()
    client.post(closed, data={"do": "about", "first_name": "Eve", "language": "fr"})
    client.post(closed, data={"do": "everything"})
    client.post(closed, data={"do": "pause", "for": "week"})
    assert books() == before


def test_the_button_mails_a_fresh_link_to_the_address_on_file(client, held, closed, fresh):
    answer = client.post(closed, data={"email": "eve@example.test"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    (notice,) = notices()
    assert (notice.kind, notice.email) == (NoticeKind.READER_REQUEST, "amara@example.test")
    assert "/p/" in notice.payload["url"]


def test_three_letters_a_day_are_enough(client, held, closed, fresh):
    for _ in range(MOST_A_DAY):
        assert "on its way" in client.post(closed).text
    assert "enough letters for today" in client.post(closed).text
    assert len(notices()) == MOST_A_DAY
    with transaction() as session:
        for wish in session.scalars(select(ReaderRequest)):
            wish.created_at -= LIFETIME
    assert "on its way" in client.post(closed).text


def test_after_an_own_goodbye_a_link_still_comes_and_after_a_complaint_none(client, held, closed, fresh):
    with transaction() as session:
        hashed = session.get_one(Subscriber, held.person).address_hash
        session.add(Suppression(address_hash=hashed, reason=SuppressionReason.UNSUBSCRIBED))
    assert "on its way" in client.post(closed).text
    with transaction() as session:
        session.scalars(select(Suppression)).one().reason = SuppressionReason.COMPLAINT
    assert "may not write" in client.post(closed).text
    assert len(notices()) == 1


def test_opening_the_preferences_proves_that_the_letter_came(client, held, closed):
    with transaction() as session:
        session.get_one(Message, held.message).status = MessageStatus.UNKNOWN
    client.get(closed, buffered=True)
    with reading() as session:
        assert session.get_one(Message, held.message).status is MessageStatus.SENT


def test_no_other_token_opens_the_preferences(client, held):
    for purpose in set(Purpose) - {Purpose.PREFERENCES, Purpose.REQUEST}:
        assert client.get(held.path(purpose, door="p")).status_code == 404
        assert client.post(held.path(purpose, door="p")).status_code == 404


def test_a_test_letters_link_belongs_to_nobody(client, held):
    path = f"/p/{sign(Purpose.PREFERENCES, 0)}"
    assert "This is a test letter" in client.get(path).text
    assert "This is a test letter" in client.post(path).text


# The fresh link.


def test_the_fresh_link_shows_everything_and_changes_nothing(client, held, fresh, books):
    path, before = fresh(), books()
    page = client.get(path).text
    assert "amara@example.test" in page
    assert 'value="Amara"' in page
    assert "Weekend" in page
    assert books() == before


def test_the_fresh_link_runs_out_after_a_day(client, held, fresh):
    path = fresh(created_at=now() - LIFETIME - timedelta(seconds=1))
    assert "run out" in client.get(path).text
    assert "run out" in client.post(path, data={"do": "everything"}).text
    assert facts_of(EventKind.UNSUBSCRIBED) == []


def test_readers_pages_are_kept_by_nobody(client, held, closed, fresh):
    for path in (closed, fresh(), fresh(ReaderAct.ERASE)):
        headers = client.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in headers


def test_lists_are_left_and_joined_with_a_proof(client, held, fresh, standing):
    path = fresh()
    answer = client.post(path, data={"do": "lists", "list": [str(held.weekend)]})
    assert "Saved." in answer.text
    assert standing() == {"Readers": False, "Weekend": True}
    client.post(path, data={"do": "lists", "list": [str(held.readers), str(held.weekend)]})
    assert standing() == {"Readers": True, "Weekend": True}
    with reading() as session:
        rows = session.query(Event).filter(Event.kind.in_([EventKind.UNSUBSCRIBED, EventKind.RESUBSCRIBED]))
        assert [row.facts["way"] for row in rows] == [ConsentWay.PAGE.value] * 2


def test_a_list_of_a_form_is_offered_and_joined_and_no_other(client, held, fresh, brand_id):
    with transaction() as session:
        brand = session.get_one(Brand, brand_id)
        public, private = make_list(session, brand, name="Public"), make_list(session, brand, name="Private")
        form = Form(brand_id=brand_id, public_id="f", name="Form", fields=[{"name": "town", "label": "Town"}])
        session.add(form)
        session.flush()
        session.add(FormList(form_id=form.id, list_id=public.id))
        ids = public.id, private.id
    path = fresh()
    page = client.get(path).text
    assert "Public" in page
    assert "Private" not in page
    client.post(path, data={"do": "lists", "list": [str(one) for one in (*ids, held.readers, held.weekend)]})
    with reading() as session:
        mine = session.query(Subscription).filter_by(subscriber_id=held.person)
        assert {row.list_id: row.status for row in mine} == dict.fromkeys(
            (held.readers, held.weekend, ids[0]), SubscriptionStatus.CONFIRMED
        )


def test_only_fields_that_forms_ask_for_are_written(client, held, fresh, brand_id):
    with transaction() as session:
        fields = [{"name": "town", "label": "Your town", "required": False}]
        session.add(Form(brand_id=brand_id, public_id="f", name="Form", fields=fields))
        session.get_one(Subscriber, held.person).fields = {"score": "7"}
    path = fresh()
    assert "Your town" in client.get(path).text
    details = {"first_name": "Amara ", "last_name": "Okafor", "language": "de"}
    answer = client.post(path, data={"do": "about", **details, "field.town": "Lyon", "field.score": "99"})
    assert "Gespeichert." in answer.text
    known = person(held)
    assert (known.first_name, known.last_name, known.language) == ("Amara", "Okafor", "de")
    assert known.fields == {"score": "7", "town": "Lyon"}


def test_a_name_that_a_form_asks_for_is_asked_once_and_is_no_field(client, held, fresh, brand_id):
    with transaction() as session:
        fields = [{"name": name, "label": "Called", "required": False} for name in ("first_name", "last_name")]
        session.add(Form(brand_id=brand_id, public_id="f", name="Form", fields=fields))
    path = fresh()
    assert "Called" not in client.get(path).text
    client.post(path, data={"do": "about", "first_name": "Amara", "last_name": "Okafor", "field.first_name": ""})
    assert (person(held).first_name, person(held).last_name, person(held).fields) == ("Amara", "Okafor", {})


def test_what_is_too_long_is_marked_and_not_saved(client, held, fresh):
    answer = client.post(fresh(), data={"do": "about", "first_name": "A" * 201, "last_name": "", "language": ""})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "Not saved yet" in answer.text
    assert person(held).first_name == "Amara"


def test_a_pause_begins_and_ends(client, held, fresh):
    path = fresh()
    client.post(path, data={"do": "pause", "for": "week"})
    until = person(held).paused_until
    assert timedelta(days=6) < until - now() < timedelta(days=8)
    assert "No letters before" in client.get(path).text
    client.post(path, data={"do": "resume"})
    assert person(held).paused_until is None
    assert [bool(one["until"]) for one in facts_of(EventKind.PAUSED)] == [True, False]


def test_a_pause_until_a_day_ends_within_a_year(client, held, fresh):
    path = fresh()
    soon = (now() + timedelta(days=20)).date().isoformat()
    assert client.post(path, data={"do": "pause", "for": "date", "until": soon}).status_code == 200
    assert person(held).paused_until.date().isoformat() == soon
    client.post(path, data={"do": "resume"})
    late, past = (now() + timedelta(days=400)).date().isoformat(), (now() - timedelta(days=2)).date().isoformat()
    for wrong in ("", "soon", late, past):
        answer = client.post(path, data={"do": "pause", "for": "date", "until": wrong})
        assert answer.status_code == 422
        assert "between tomorrow and a year from now" in answer.text
    assert person(held).paused_until is None


def test_measuring_is_switched_off_and_on(client, held, fresh):
    path = fresh()
    client.post(path, data={"do": "measure", "off": "1"})
    assert person(held).untracked_at is not None
    client.post(path, data={"do": "measure"})
    assert person(held).untracked_at is None


def test_stopping_everything_is_taken_back_by_choosing_a_list(client, held, fresh, standing):
    path = fresh()
    client.post(path, data={"do": "everything"})
    assert standing() == {"Readers": False, "Weekend": False}
    with reading() as session:
        assert session.scalars(select(Suppression.reason)).one() is SuppressionReason.UNSUBSCRIBED
    client.post(path, data={"do": "lists", "list": [str(held.readers)]})
    assert standing() == {"Readers": True, "Weekend": False}
    with reading() as session:
        assert session.scalars(select(Suppression)).all() == []


def test_a_stop_by_others_is_not_lifted_by_choosing_a_list(client, held, fresh, standing):
    path = fresh()
    client.post(path, data={"do": "everything"})
    with transaction() as session:
        session.scalars(select(Suppression)).one().reason = SuppressionReason.LEGAL
    client.post(path, data={"do": "lists", "list": [str(held.readers)]})
    assert standing() == {"Readers": False, "Weekend": False}


def test_every_page_speaks_the_readers_language(client, held, closed, fresh):
    paths = (closed, *(fresh(act, email="a@new.test") for act in ReaderAct))
    for language, way in (("en", "ltr"), ("de", "ltr"), ("fr", "ltr"), ("ar", "rtl")):
        with transaction() as session:
            session.get_one(Subscriber, held.person).language = language
        for path in paths:
            assert f'<html lang="{language}" dir="{way}">' in client.get(path).text
