"""Three refusals for want of room over two weeks, on real rows."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.models import Message, MessageStatus, Reason, Suppression, SuppressionReason
from app.services.full_mailboxes import suppress_if_full_for_long
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber

FULL = {"status": MessageStatus.REFUSED, "reason": Reason.MAILBOX_FULL, "sent_at": None}


@pytest.fixture
def letters(database):
    """letters((days ago, values), …) gives one person these letters, in this order, and returns their ids."""

    def write(*told: tuple[int, dict]) -> list[int]:
        with transaction() as session:
            readers, person = make_list(session), make_subscriber(session)
            written = []
            for days, values in told:
                at = now() - timedelta(days=days)
                message = make_sent_letter(session, person, readers, started_at=at)
                message.sent_at = at + timedelta(minutes=1)
                for name, value in values.items():
                    setattr(message, name, value)
                session.flush()
                written.append(message.id)
            return written

    return write


def judge(*message_ids: int) -> list[tuple[SuppressionReason, int | None]]:
    with transaction() as session:
        suppress_if_full_for_long(session, message_ids)
    with reading() as session:
        return [(one.reason, one.message_id) for one in session.scalars(select(Suppression))]


def test_the_third_refusal_after_two_weeks_suppresses_the_address(letters):
    *_, last = letters((14, FULL), (7, FULL), (0, FULL))
    assert judge(last) == [(SuppressionReason.ADDRESS_BAD, last)]


def test_three_refusals_in_less_than_two_weeks_suppress_nobody(letters):
    *_, last = letters((13, FULL), (7, FULL), (0, FULL))
    assert judge(last) == []


def test_two_refusals_far_apart_suppress_nobody(letters):
    *_, last = letters((60, FULL), (0, FULL))
    assert judge(last) == []


def test_a_letter_accepted_in_between_begins_the_count_anew(letters):
    *_, last = letters((30, FULL), (20, FULL), (10, {}), (0, FULL))
    assert judge(last) == []


def test_a_letter_accepted_before_does_not_matter(letters):
    *_, last = letters((40, {}), (30, FULL), (20, FULL), (0, FULL))
    assert judge(last) == [(SuppressionReason.ADDRESS_BAD, last)]


def test_being_told_full_until_the_letter_expired_counts(letters):
    expired = FULL | {"reason": Reason.EXPIRED, "enhanced": "4.2.2"}
    *_, last = letters((30, expired), (20, expired), (0, expired))
    assert judge(last) == [(SuppressionReason.ADDRESS_BAD, last)]


@pytest.mark.parametrize(
    "other",
    [
        FULL | {"reason": Reason.EXPIRED, "enhanced": "4.3.1"},
        FULL | {"reason": Reason.POLICY},
        FULL | {"status": MessageStatus.DEFERRED},
        FULL | {"address_hash": "another address of hers"},
    ],
)
def test_other_refusals_and_other_addresses_do_not_count(letters, other):
    *_, last = letters((30, FULL), (20, other), (0, FULL))
    assert judge(last) == []


def test_only_a_letter_refused_for_want_of_room_is_looked_at(letters):
    *_, last = letters((30, FULL), (20, FULL), (10, FULL), (0, FULL | {"reason": Reason.POLICY}))
    assert judge(last) == []


def test_several_people_are_judged_at_once(letters):
    first, second = letters((30, FULL), (20, FULL), (0, FULL)), letters((30, FULL), (20, FULL), (0, FULL))
    third = letters((0, FULL))
    found = judge(first[-1], second[-1], third[-1])
    assert {message_id for _, message_id in found} == {first[-1], second[-1]}


def test_without_letters_nothing_happens(letters):
    letters((30, FULL), (20, FULL), (0, FULL))
    assert judge() == []


def test_a_stronger_reason_stands(letters):
    *_, last = letters((30, FULL), (20, FULL), (0, FULL))
    with transaction() as session:
        hash_ = session.get_one(Message, last).address_hash
        session.add(Suppression(address_hash=hash_, reason=SuppressionReason.COMPLAINT))
    assert judge(last) == [(SuppressionReason.COMPLAINT, None)]
