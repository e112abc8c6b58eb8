"""A letter to the address that List-Unsubscribe names leaves the lists; nothing else that is caught does."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.clock import now
from app.database.away import NOT_WRITTEN
from app.database.session import reading, transaction
from app.embedded.goodbyes import Goodbyes
from app.models import Consent, ConsentAct, ConsentWay, Subscription, SubscriptionStatus
from app.tokens import Purpose, sign
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe

LETTER = b"From: amara@example.test\r\nTo: news@example.test\r\nSubject: unsubscribe\r\n\r\n"


@pytest.fixture
def message_id(database) -> int:
    with transaction() as session:
        readers = make_list(session, name="Readers")
        amara = make_subscriber(session, "amara@example.test")
        subscribe(session, amara, readers)
        return make_sent_letter(session, amara, readers).id


def take(settings, *recipients: str, letter: bytes = LETTER) -> int:
    return Goodbyes(settings).take(letter, recipients)


def goodbye(message_id: int, purpose: Purpose = Purpose.UNSUBSCRIBE) -> str:
    return f"u+{sign(purpose, message_id)}@example.test"


def statuses() -> list[SubscriptionStatus]:
    with reading() as session:
        return list(session.scalars(select(Subscription.status)))


def test_a_goodbye_by_mail_leaves_the_letters_list_with_a_proof(database, message_id):
    assert take(database, goodbye(message_id)) == 1
    assert statuses() == [SubscriptionStatus.UNSUBSCRIBED]
    with reading() as session:
        consent = session.scalars(select(Consent)).one()
    assert (consent.act, consent.way, consent.message_id) == (ConsentAct.UNSUBSCRIBED, ConsentWay.MAIL, message_id)
    assert now() - consent.created_at < timedelta(minutes=1)


def test_saying_it_twice_records_it_once(database, message_id):
    take(database, goodbye(message_id))
    take(database, goodbye(message_id))
    with reading() as session:
        assert len(session.scalars(select(Consent)).all()) == 1


def test_machines_that_answer_by_themselves_unsubscribe_nobody(database, message_id):
    for field in ("Auto-Submitted: auto-replied", "Auto-Submitted: Auto-Generated; owner=x", "Precedence: bulk"):
        assert take(database, goodbye(message_id), letter=field.encode() + b"\r\n" + LETTER) == 0
    assert statuses() == [SubscriptionStatus.CONFIRMED]


def test_a_letter_that_says_no_machine_wrote_it_counts(database, message_id):
    assert take(database, goodbye(message_id), letter=b"Auto-Submitted: no\r\n" + LETTER) == 1


def test_only_a_token_of_ours_for_leaving_counts(database, message_id):
    forged = goodbye(message_id).replace("@", "x@", 1)
    others = [goodbye(message_id, purpose) for purpose in set(Purpose) - {Purpose.UNSUBSCRIBE}]
    assert take(database, "news@example.test", "u+@example.test", forged, goodbye(0), *others) == 0
    assert statuses() == [SubscriptionStatus.CONFIRMED]


def test_a_goodbye_that_cannot_be_written_down_is_said_so(database, message_id):
    with transaction() as session:
        session.execute(text("DROP TABLE campaign_list"))
    with pytest.raises(NOT_WRITTEN):
        take(database, goodbye(message_id))
