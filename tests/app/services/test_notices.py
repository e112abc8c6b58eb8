"""System and test letters: at least once, at most five tries, never past their expiry."""

import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.database.session import transaction
from app.errors import InvalidInput, WrongState
from app.models import Campaign, Notice, NoticeKind, NoticeStatus, Subscriber, Suppression, SuppressionReason
from app.services.notice_letters import compose_notice_letter
from app.services.notices import (
    MAX_TRIES,
    NoticeOutcome,
    lease_notice,
    queue_notice,
    queue_test_letter,
    record_notice,
)
from app.services.suppressions import hash_of
from app.tokens import Purpose, verify
from tests.factories.ready import make_ready

SENT, FAILED = NoticeOutcome(sent=True, reply="250 ok"), NoticeOutcome(sent=False, reply="451 later")
URL = "http://127.0.0.1:8000/enter/secret-token"


def queue(**given) -> int:
    values = {"payload": {"url": URL, "name": "Ada"}, "lifetime": timedelta(hours=2)}
    with transaction() as session:
        return queue_notice(session, NoticeKind.INVITATION, "ada@example.test", **(values | given))


def lease(owner: str = "worker-1"):
    with transaction() as session:
        return lease_notice(session, owner=owner)


def record(notice_id: int, outcome: NoticeOutcome, owner: str = "worker-1") -> bool:
    with transaction() as session:
        return record_notice(session, notice_id, outcome, owner=owner)


def row(notice_id: int) -> Notice:
    with transaction() as session:
        return session.get_one(Notice, notice_id)


def make_due() -> None:
    with transaction() as session:
        session.execute(update(Notice).values(next_at=now() - timedelta(seconds=1)))


def parsed(notice_id: int):
    with transaction() as session:
        envelope_from, to, data = compose_notice_letter(session, notice_id)
    return envelope_from, to, message_from_bytes(data, policy=policy.default)


def test_a_leased_notice_is_nobody_elses_and_its_try_is_counted(database):
    notice_id = queue()
    held = lease()
    assert (held.notice_id, held.kind, held.email, held.attempts) == (
        notice_id, NoticeKind.INVITATION, "ada@example.test", 1,
    )  # fmt: skip
    assert lease("worker-2") is None


def test_two_workers_never_lease_one_notice(database):
    ids = {queue() for _ in range(12)}
    got: list[int] = []

    def take(owner: str) -> None:
        while (held := lease(owner)) is not None:
            got.append(held.notice_id)

    threads = [threading.Thread(target=take, args=(f"worker-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(ids)


def test_a_sent_notice_keeps_its_reply_and_forgets_the_address_that_lets_in(database):
    notice_id = queue()
    lease()
    assert record(notice_id, SENT)
    kept = row(notice_id)
    assert (kept.status, kept.reply, kept.payload) == (NoticeStatus.SENT, "250 ok", {"name": "Ada"})
    assert kept.sent_at is not None
    assert lease() is None


def test_a_try_that_failed_waits_and_the_fifth_is_the_last(database):
    notice_id = queue()
    waits = []
    for _ in range(MAX_TRIES):
        held = lease()
        record(notice_id, FAILED)
        if row(notice_id).next_at:
            waits.append(row(notice_id).next_at - now())
            assert lease() is None
            make_due()
    assert held.attempts == MAX_TRIES
    assert row(notice_id).status == NoticeStatus.FAILED
    assert waits == sorted(waits)
    assert len(waits) == MAX_TRIES - 1


def test_a_refusal_for_good_is_not_tried_again(database):
    notice_id = queue()
    lease()
    record(notice_id, NoticeOutcome(sent=False, final=True, reply="550 no such user"))
    assert row(notice_id).status == NoticeStatus.FAILED


def test_a_notice_whose_worker_died_is_leased_again_and_ends_as_failed_after_five(database):
    notice_id = queue()
    for number in range(MAX_TRIES):
        assert lease(f"worker-{number}").attempts == number + 1
        with transaction() as session:
            session.execute(update(Notice).values(lease_until=now() - timedelta(seconds=1)))
    assert lease("worker-9") is None
    assert row(notice_id).status == NoticeStatus.FAILED


def test_the_outcome_of_a_lease_that_is_somebody_elses_is_not_written(database):
    notice_id = queue()
    lease("worker-1")
    with transaction() as session:
        session.execute(update(Notice).values(lease_until=now() - timedelta(seconds=1)))
    lease("worker-2")
    assert not record(notice_id, FAILED, owner="worker-1")
    assert record(notice_id, SENT, owner="worker-2")


def test_a_notice_never_leaves_after_its_expiry(database):
    notice_id = queue(lifetime=timedelta(seconds=-1))
    assert lease() is None
    assert row(notice_id).status == NoticeStatus.EXPIRED
    assert "url" not in row(notice_id).payload


def test_an_invitation_names_its_address_and_is_marked_as_automatic(database):
    envelope_from, to, letter = parsed(queue())
    assert (envelope_from, to) == ("letterwright@localhost", "ada@example.test")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] is None
    for kind in ("plain", "html"):
        body = letter.get_body((kind,)).get_content()
        assert URL in body
        assert "Hello Ada" in body


def test_a_notice_has_the_same_message_id_at_every_try(database):
    notice_id = queue()
    assert parsed(notice_id)[2]["Message-ID"] == parsed(notice_id)[2]["Message-ID"]


@pytest.fixture
def ready(database) -> int:
    with transaction() as session:
        return make_ready(session)[0].id


def queue_test(campaign_id: int, *emails: str, **given) -> list[int]:
    with transaction() as session:
        return queue_test_letter(session, campaign_id, emails, **given)


def test_a_test_letter_is_marked_untracked_and_belongs_to_nobody(ready):
    with transaction() as session:
        ada = session.scalars(select(Subscriber).limit(1)).one()
        ada.first_name = "Ada"
    (notice_id,) = queue_test(ready, "Boss@Example.Test", as_subscriber_id=ada.id)
    _, to, letter = parsed(notice_id)
    assert to == "Boss@example.test"
    assert letter["Subject"] == "[Test] Water in winter, and why"
    text = letter.get_body(("plain",)).get_content()
    assert "Hi Ada," in text
    assert "https://example.test/find" in letter.get_body(("html",)).get_content()
    token = letter["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    assert verify(Purpose.UNSUBSCRIBE, token) == 0


def test_a_test_letter_shows_the_draft_as_it_is_when_it_leaves(ready):
    (notice_id,) = queue_test(ready, "boss@example.test")
    with transaction() as session:
        session.execute(update(Campaign).values(subject="Mended"))
    assert parsed(notice_id)[2]["Subject"] == "[Test] Mended"


def test_an_address_written_twice_gets_one_test_letter(ready):
    assert len(queue_test(ready, "a@example.test", " a@example.test ", "b@example.test")) == 2


@pytest.mark.parametrize("emails", [[], [" "], ["nobody"], [f"p{number}@example.test" for number in range(21)]])
def test_addresses_that_cannot_be_tested_are_refused_under_their_field(ready, emails):
    with pytest.raises(InvalidInput) as caught:
        queue_test(ready, *emails)
    assert set(caught.value.fields) == {"emails"}


def test_a_suppressed_address_gets_no_test_letter(ready):
    with transaction() as session:
        session.add(Suppression(address_hash=hash_of("gone@example.test"), reason=SuppressionReason.COMPLAINT))
    with pytest.raises(InvalidInput, match="suppressed"):
        queue_test(ready, "gone@example.test")


def test_a_letter_that_cannot_be_compiled_or_has_no_sender_is_not_queued(ready):
    with transaction() as session:
        session.execute(update(Campaign).values(greeting="{{ nonsense }}"))
    with pytest.raises(WrongState):
        queue_test(ready, "boss@example.test")
    with transaction() as session:
        session.execute(update(Campaign).values(greeting="", sender_id=None))
    with pytest.raises(WrongState, match="sender"):
        queue_test(ready, "boss@example.test")
