"""A reader's goodbye through a true mail server into a true mailbox, and out of it into the ledger."""

import smtplib

import pytest
from imapclient import SEEN, IMAPClient
from sqlalchemy import select

from app.database.session import reading, transaction
from app.inbox_address import inbox_address
from app.models import Consent, ConsentAct, ConsentWay, Mailbox, Subscription, SubscriptionStatus
from app.tokens import Purpose, sign
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe
from tests.system.dovecot import PASSWORD, USER
from workers.inbox.reading import read_inbox

pytestmark = pytest.mark.system
QUESTION = b"From: bo@example.test\r\nTo: news@example.test\r\nSubject: A question\r\n\r\nHello\r\n"


def seen_subjects(dovecot) -> dict[str, bool]:
    with IMAPClient("localhost", dovecot.port, ssl=True) as client:
        client.login(USER, PASSWORD)
        client.select_folder("INBOX", readonly=True)
        told = client.fetch(client.search(), ["FLAGS", "ENVELOPE"])
    return {one[b"ENVELOPE"].subject.decode(): SEEN in one[b"FLAGS"] for one in told.values()}


def test_a_goodbye_by_mail_counts_once_and_other_mail_is_left_alone(database, postfix, dovecot, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority))
    place = inbox_address(dovecot.url)
    with transaction() as session:
        readers = make_list(session)
        amara = make_subscriber(session, "amara@example.test")
        subscribe(session, amara, readers)
        message_id = make_sent_letter(session, amara, readers).id
    address = place.goodbye(sign(Purpose.UNSUBSCRIBE, message_id))
    before = len(postfix.delivered())
    with smtplib.SMTP("127.0.0.1", postfix.port, timeout=20) as client:
        client.sendmail("bo@example.test", ["news@example.test"], QUESTION)
        goodbye = f"From: amara@example.test\r\nTo: <{address}>\r\nSubject: unsubscribe\r\n\r\n".encode()
        client.sendmail("amara@example.test", [address], goodbye)
    postfix.wait_for(lambda: len(postfix.delivered()) >= before + 2, "the mail does not arrive")

    assert read_inbox(place) >= 1  # the other database's trial may have left its goodbye in the mailbox
    assert read_inbox(place) == 0

    with reading() as session:
        assert session.scalars(select(Subscription.status)).one() is SubscriptionStatus.UNSUBSCRIBED
        proof = session.scalars(select(Consent).where(Consent.act == ConsentAct.UNSUBSCRIBED)).one()
        assert (proof.way, proof.message_id) == (ConsentWay.MAIL, message_id)
        assert session.scalars(select(Mailbox.trouble)).one() == ""
    assert {name: seen for name, seen in seen_subjects(dovecot).items() if name in {"unsubscribe", "A question"}} == {
        "unsubscribe": True,
        "A question": False,
    }


def test_a_wrong_password_is_told_and_nothing_else_happens(database, dovecot, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority))
    assert read_inbox(inbox_address(dovecot.url.replace("secret", "guess"))) == 0
    with reading() as session:
        assert "LoginError" in session.scalars(select(Mailbox.trouble)).one()


def test_a_certificate_that_nobody_vouches_for_is_refused(database, dovecot):
    assert read_inbox(inbox_address(dovecot.url)) == 0
    with reading() as session:
        assert "certificate" in session.scalars(select(Mailbox.trouble)).one().lower()
