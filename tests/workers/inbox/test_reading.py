"""Goodbyes that lie in a mailbox: each counts once, whatever else lies there and whatever dies."""

import pytest
from sqlalchemy import select

from app.database.session import reading, transaction
from app.inbox_address import inbox_address
from app.models import Consent, ConsentAct, ConsentWay, Mailbox, Subscription, SubscriptionStatus
from app.services import leaving
from app.tokens import Purpose, sign
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe
from tests.fakes.imap_server import FakeImapServer, imap_server
from workers.inbox import mailbox as imap
from workers.inbox.reading import read_inbox


@pytest.fixture
def box():
    with imap_server() as one:
        yield one


@pytest.fixture
def message_id(database) -> int:
    with transaction() as session:
        readers = make_list(session)
        amara = make_subscriber(session, "amara@example.test")
        subscribe(session, amara, readers)
        return make_sent_letter(session, amara, readers).id


def look(box: FakeImapServer) -> int:
    return read_inbox(inbox_address(box.url))


def goodbye(box: FakeImapServer, message_id: int, *fields: str) -> bytes:
    to = inbox_address(box.url).goodbye(sign(Purpose.UNSUBSCRIBE, message_id))
    head = [*fields, "From: Amara <amara@example.test>", f"To: {to}", "Subject: unsubscribe"]
    return "\r\n".join([*head, "", "please"]).encode()


def ordinary(subject: str = "A question") -> bytes:
    return f"From: bo@example.test\r\nTo: news@example.test\r\nSubject: {subject}\r\n\r\nHello\r\n".encode()


def status() -> SubscriptionStatus:
    with reading() as session:
        return session.scalars(select(Subscription.status)).one()


def proofs() -> list[Consent]:
    with reading() as session:
        return list(session.scalars(select(Consent).where(Consent.act == ConsentAct.UNSUBSCRIBED)))


def row() -> Mailbox:
    with reading() as session:
        return session.scalars(select(Mailbox)).one()


def test_a_goodbye_leaves_the_list_with_a_proof_and_is_marked(box, message_id):
    uid = box.deliver(goodbye(box, message_id))
    assert look(box) == 1
    assert status() is SubscriptionStatus.UNSUBSCRIBED
    assert [(one.way, one.message_id) for one in proofs()] == [(ConsentWay.MAIL, message_id)]
    assert box.seen == {uid}
    assert (row().last_uid, row().uid_validity, row().trouble) == (uid, 7, "")
    assert row().read_at


def test_other_mail_is_neither_marked_nor_read_again(box, message_id):
    for number in range(3):
        box.deliver(ordinary(f"Question {number}"))
    assert look(box) == 0
    assert box.seen == set()
    assert status() is SubscriptionStatus.CONFIRMED
    box.commands.clear()
    assert look(box) == 0
    assert "UID FETCH" not in box.commands


def test_what_is_read_once_is_not_said_twice(box, message_id):
    box.deliver(goodbye(box, message_id))
    assert (look(box), look(box)) == (1, 0)
    assert len(proofs()) == 1


def test_an_automatic_answer_unsubscribes_nobody(box, message_id):
    box.deliver(goodbye(box, message_id, "Auto-Submitted: auto-replied"))
    box.deliver(goodbye(box, message_id, "Return-Path: <>"))
    assert look(box) == 0
    assert status() is SubscriptionStatus.CONFIRMED


def test_a_token_for_another_purpose_or_of_somebody_else_changes_nothing(box, message_id):
    for token in (sign(Purpose.TRACK, message_id), "A" * 32, sign(Purpose.UNSUBSCRIBE, 0)):
        to = inbox_address(box.url).goodbye(token)
        box.deliver(f"To: {to}\r\nSubject: unsubscribe\r\n\r\n".encode())
    assert look(box) == 0
    assert (status(), box.seen) == (SubscriptionStatus.CONFIRMED, set())


def test_a_mailbox_made_anew_is_read_from_its_beginning(box, message_id):
    for number in range(5):
        box.deliver(ordinary(str(number)))
    look(box)
    box.letters.clear()
    box.uid_validity = 8
    box.deliver(goodbye(box, message_id))
    assert look(box) == 1
    assert (row().uid_validity, row().last_uid) == (8, 1)


def test_several_pages_are_read_in_one_look(box, message_id, monkeypatch):
    monkeypatch.setattr(imap, "PAGE", 2)
    for number in range(5):
        box.deliver(ordinary(str(number)))
    box.deliver(goodbye(box, message_id))
    assert look(box) == 1
    assert row().last_uid == 6


@pytest.mark.parametrize("verb", ["UID STORE", "UID FETCH", "UID SEARCH", "SELECT", "LOGIN"])
def test_a_line_that_breaks_anywhere_loses_nothing(box, message_id, verb):
    box.deliver(goodbye(box, message_id))
    box.drop.add(verb)
    assert look(box) == 0
    assert row().trouble
    box.drop.clear()
    look(box)
    assert status() is SubscriptionStatus.UNSUBSCRIBED
    assert (len(proofs()), row().trouble, row().last_uid) == (1, "", 1)


def test_a_kill_before_the_commit_leaves_it_unread(box, message_id, monkeypatch):
    box.deliver(goodbye(box, message_id))

    def die(*_given, **_named):
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr(leaving, "leave", die)
        with pytest.raises(SystemExit):
            look(box)
    assert (status(), row().last_uid) == (SubscriptionStatus.CONFIRMED, 0)
    assert look(box) == 1


def test_what_refuses_us_is_told_without_the_password(box, message_id):
    box.refuse.add("LOGIN")
    look(box)
    assert "not now" in row().trouble
    assert "a password" not in row().trouble
    assert row().read_at is None


def test_a_mailbox_that_is_not_there_is_told(database):
    assert read_inbox(inbox_address("imap://news%40example.test:secret@127.0.0.1:1/INBOX")) == 0
    assert "refused" in row().trouble
