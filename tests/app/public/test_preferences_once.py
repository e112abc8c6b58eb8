"""Another address, the data to take home, erasure: each confirmed once, by a letter of its own."""

import pytest
from sqlalchemy import select

from app.database.session import reading, transaction
from app.models import (
    Event,
    EventKind,
    Notice,
    ReaderAct,
    ReaderRequest,
    Subscriber,
    Suppression,
    SuppressionReason,
)
from tests.factories.subscribers import make_subscriber


def person(held) -> Subscriber:
    with reading() as session:
        return session.get_one(Subscriber, held.person)


def notices() -> list[Notice]:
    with reading() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def facts_of(kind: EventKind) -> list[dict]:
    with reading() as session:
        return [event.facts for event in session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))]


# Another address.


def test_a_new_address_is_written_to_and_changes_nothing_yet(client, held, fresh):
    answer = client.post(fresh(), data={"do": "address", "email": "Amara@new.test"})
    assert "a•••@new.test".casefold() in answer.text.casefold()
    (notice,) = notices()
    assert notice.email == "Amara@new.test"
    assert person(held).email == "amara@example.test"


def test_the_new_address_confirms_once_and_the_old_one_is_told(client, held, fresh):
    path = fresh(ReaderAct.CHANGE_ADDRESS, email="amara@new.test")
    assert "Use this address?" in client.get(path).text
    assert person(held).email == "amara@example.test"
    assert "Your address is changed" in client.post(path).text
    assert person(held).email == "amara@new.test"
    (notice,) = notices()
    assert notice.email == "amara@example.test"
    assert notice.payload["about"] == "a•••@new.test"
    assert "done already" in client.post(path).text
    assert len(facts_of(EventKind.ADDRESS_CHANGED)) == 1


def test_somebody_elses_address_gets_the_same_answer_and_only_its_owner_is_told(client, held, fresh):
    with transaction() as session:
        make_subscriber(session, "bjorn@example.test")
    path = fresh()
    free = client.post(path, data={"do": "address", "email": "b@example.test"}).text
    taken = client.post(path, data={"do": "address", "email": "bjorn@example.test"}).text
    assert free == taken
    assert [(one.email, one.payload["telling"]) for one in notices()] == [
        ("b@example.test", "change_address"),
        ("bjorn@example.test", "address_taken"),
    ]
    assert notices()[1].payload["url"] == ""


def test_a_suppressed_address_gets_the_same_answer_and_no_letter(client, held, fresh):
    with transaction() as session:
        gone = make_subscriber(session, "bjorn@example.test")
        session.add(Suppression(address_hash=gone.address_hash, reason=SuppressionReason.COMPLAINT))
        session.delete(gone)
    assert "on its way" in client.post(fresh(), data={"do": "address", "email": "bjorn@example.test"}).text
    assert notices() == []


def test_an_address_that_was_taken_meanwhile_is_refused(client, held, fresh):
    path = fresh(ReaderAct.CHANGE_ADDRESS, email="bjorn@example.test")
    with transaction() as session:
        make_subscriber(session, "bjorn@example.test")
    assert "cannot be used" in client.post(path).text
    assert person(held).email == "amara@example.test"


def test_what_is_no_address_is_marked(client, held, fresh):
    answer = client.post(fresh(), data={"do": "address", "email": "no address"})
    assert answer.status_code == 422
    assert notices() == []


# The data, and the end.


@pytest.mark.parametrize("act", [ReaderAct.EXPORT, ReaderAct.ERASE])
def test_export_and_erasure_are_only_asked_for_by_the_open_page(client, held, fresh, act):
    client.post(fresh(), data={"do": act.value})
    (notice,) = notices()
    assert (notice.email, notice.payload["telling"]) == ("amara@example.test", act.value)
    assert person(held).erased_at is None


def test_looking_at_the_question_of_erasure_erases_nothing(client, held, fresh, books):
    path, before = fresh(ReaderAct.ERASE), books()
    page = client.get(path).text
    assert "What goes" in page
    assert "A fingerprint of your address" in page
    assert books() == before


def test_erasure_forgets_the_reader_and_every_trace_of_the_address(client, held, fresh, closed):
    client.post(closed)
    client.post(fresh(), data={"do": "address", "email": "amara@new.test"})
    assert "You are erased" in client.post(fresh(ReaderAct.ERASE)).text
    known = person(held)
    assert (known.email, known.email_key, known.first_name) == ("", None, "")
    with reading() as session:
        assert session.scalars(select(Suppression.reason)).one() is SuppressionReason.ERASED
        assert {one.email for one in session.scalars(select(Notice))} == {""}
        assert {one.email for one in session.scalars(select(ReaderRequest))} == {""}


def test_erasure_counts_once_and_the_letters_link_then_knows_nobody(client, held, fresh, closed):
    path = fresh(ReaderAct.ERASE)
    client.post(path)
    assert "done already" in client.post(path).text
    assert "no longer know this address" in client.get(closed).text
    assert "no longer know this address" in client.post(closed).text


def test_the_data_is_downloaded_once_and_asked_for_first(client, held, fresh):
    path = fresh(ReaderAct.EXPORT)
    assert "Take your data home" in client.get(path).text
    answer = client.post(path)
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    assert answer.data.startswith(b"PK")
    assert "done already" in client.post(path).text


def test_after_a_move_leaving_everything_from_an_old_letter_silences_the_new_address(client, held, fresh):
    client.post(fresh(ReaderAct.CHANGE_ADDRESS, email="amara@new.test"))
    client.post(held.path(), data={"choice": "everything"})
    with reading() as session:
        assert session.scalars(select(Suppression.address_hash)).one() == person(held).address_hash
    assert "You are back" in client.post(held.path(), data={"undo": "1"}).text
