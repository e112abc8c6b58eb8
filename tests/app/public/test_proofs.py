"""Whoever opens a page of a letter proves that it came; an answer is never worse for it."""

import logging

import pytest
from sqlalchemy import text

from app.database.session import reading, transaction
from app.models import Event, EventKind, Message, MessageStatus
from app.readers.proofs import keep
from app.services.settlement import ProofWay
from app.tokens import Purpose, sign

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def unknown(held):
    with transaction() as session:
        message = session.get_one(Message, held.message)
        message.status, message.sent_at = MessageStatus.UNKNOWN, None
    return held


def ways() -> list[str]:
    with reading() as session:
        return [event.facts["way"] for event in session.query(Event).filter_by(kind=EventKind.LETTER_PROVED)]


def status_of(held) -> MessageStatus:
    with reading() as session:
        return session.get_one(Message, held.message).status


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_the_page_for_leaving_proves_the_letter(client, unknown, method):
    data = ONE_CLICK if method == "POST" else None
    assert client.open(unknown.path(), method=method, data=data, buffered=True).status_code == 200
    assert (status_of(unknown), ways()) == (MessageStatus.SENT, ["unsubscribe"])


def test_looking_proves_the_letter_and_leaves_consent_as_it_is(client, unknown, standing):
    client.get(unknown.path(), buffered=True)
    assert standing() == {"Readers": True, "Weekend": True}


def test_asking_for_the_letter_in_the_browser_proves_it_even_where_it_is_no_longer_kept(client, unknown):
    assert client.get(unknown.path(Purpose.VIEW, door="v"), buffered=True).status_code == 404
    assert (status_of(unknown), ways()) == (MessageStatus.SENT, ["browser_view"])


def test_the_answer_goes_out_before_the_proof_is_written(client, unknown):
    answer = client.get(unknown.path())
    assert status_of(unknown) == MessageStatus.UNKNOWN
    answer.close()
    assert status_of(unknown) == MessageStatus.SENT


def test_a_letter_known_to_be_sent_is_not_proved(client, held):
    client.get(held.path(), buffered=True)
    assert ways() == []


def test_forged_and_test_tokens_prove_nothing(client, unknown):
    for path in (unknown.path()[:-2], unknown.path(Purpose.TRACK), f"/u/{sign(Purpose.UNSUBSCRIBE, 0)}"):
        client.get(path, buffered=True)
    assert (status_of(unknown), ways()) == (MessageStatus.UNKNOWN, [])


def test_a_proof_that_cannot_be_written_is_logged_and_not_raised(unknown, caplog):
    with transaction() as session:
        session.execute(text("DROP TABLE event"))
    with caplog.at_level(logging.WARNING):
        keep(unknown.message, ProofWay.UNSUBSCRIBE)
    assert f"a proof of letter {unknown.message} was not kept" in caplog.text
    assert status_of(unknown) == MessageStatus.UNKNOWN
