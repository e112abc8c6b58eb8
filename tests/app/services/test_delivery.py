"""Leases, fences and outcomes, on real rows."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.clock import now
from app.database.session import transaction
from app.errors import WrongState
from app.models import (
    Campaign,
    CampaignStatus,
    Chunk,
    ChunkState,
    Message,
    MessageStatus,
    Reason,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Suppression,
    SuppressionReason,
)
from app.services import audience
from app.services.delivery import Outcome, finish_if_balanced, note_trouble, record_outcomes
from app.services.leases import LeasedChunk, give_back, lease_chunk, leases_of, renew_lease
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed, subscribe

SENT, DEFERRED, REFUSED = MessageStatus.SENT, MessageStatus.DEFERRED, MessageStatus.REFUSED


@pytest.fixture
def sending(database, monkeypatch):
    """A sending campaign of 6 people in chunks of 3: (campaign, people, list)."""
    monkeypatch.setattr(audience, "CHUNK_SIZE", 3)
    with transaction() as session:
        readers = make_list(session)
        people = make_confirmed(session, readers, 6)
        campaign = make_sending(session, readers)
    return campaign, people, readers


def lease(campaign_id: int, owner: str = "worker-1") -> LeasedChunk | None:
    with transaction() as session:
        return lease_chunk(session, campaign_id, owner=owner, host="here", lease_seconds=60)


def outcome(message_id: int, status: MessageStatus = SENT, **given) -> Outcome:
    return Outcome(message_id, status, now(), attempts=1, **given)


def statuses(campaign_id: int) -> dict[str, int]:
    with transaction() as session:
        found = session.execute(
            select(Message.status, func.count()).where(Message.campaign_id == campaign_id).group_by(Message.status)
        )
        return {status.value: count for status, count in found}


def test_a_lease_brings_rows_with_their_people_and_the_frozen_envelope(sending):
    campaign, people, _ = sending
    held = lease(campaign.id)
    assert [row.email for row in held.rows] == [person.email for person in people[:3]]
    assert {row.attempts for row in held.rows} == {0}
    (envelope,) = held.envelopes.values()
    assert envelope.from_name == "The Spring"
    assert held.rows[0].variant_id in held.envelopes


def test_two_leasers_never_get_one_chunk(database, monkeypatch):
    monkeypatch.setattr(audience, "CHUNK_SIZE", 2)
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 40)
        campaign = make_sending(session, readers)
    got: list[int] = []

    def take(owner: str) -> None:
        while (held := lease(campaign.id, owner)) is not None:
            got.append(held.lease.chunk_id)

    threads = [threading.Thread(target=take, args=(f"worker-{number}",)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 20


def test_a_leased_chunk_is_never_leased_again_however_old_its_lease(sending):
    campaign, _, _ = sending
    assert lease(campaign.id) is not None
    assert lease(campaign.id) is not None
    with transaction() as session:
        session.execute(update(Chunk).values(lease_until=now() - timedelta(days=2)))
    assert lease(campaign.id) is None


def test_outcomes_are_written_as_told(sending):
    campaign, _, _ = sending
    held = lease(campaign.id)
    first, second, third = (row.message_id for row in held.rows)
    later = now() + timedelta(minutes=5)
    with transaction() as session:
        written = record_outcomes(
            session,
            held.lease,
            [
                outcome(first, code=250, enhanced="2.0.0", reply="ok\r\nqueued as 12"),
                outcome(second, DEFERRED, reason=Reason.TEMPORARY, next_at=later, code=451, reply="x" * 900),
                outcome(third, REFUSED, reason=Reason.POLICY, code=550),
            ],
        )
    assert written == {first, second, third}
    with transaction() as session:
        one, two, three = (session.get_one(Message, number) for number in (first, second, third))
        assert (one.status, one.code, one.enhanced, one.attempts) == (SENT, 250, "2.0.0", 1)
        assert one.reply == "ok  queued as 12"
        assert now() - one.sent_at < timedelta(minutes=1)
        assert (two.status, two.next_at, two.reason) == (DEFERRED, later, Reason.TEMPORARY)
        assert len(two.reply) == 200
        assert (three.status, three.reason, three.sent_at) == (REFUSED, Reason.POLICY, None)


def test_a_late_record_under_an_old_fence_changes_nothing(sending):
    campaign, _, _ = sending
    held = lease(campaign.id)
    with transaction() as session:
        give_back(session, held.lease)
    again = lease(campaign.id, "worker-2")
    assert again.lease.chunk_id == held.lease.chunk_id
    with transaction() as session:
        assert record_outcomes(session, held.lease, [outcome(held.rows[0].message_id, REFUSED)]) == set()
        assert renew_lease(session, held.lease, lease_seconds=60) is None
        assert give_back(session, held.lease) is None
    assert statuses(campaign.id) == {"pending": 6}


def test_a_row_outside_the_leased_chunk_is_not_written(sending):
    campaign, _, _ = sending
    held, other = lease(campaign.id), lease(campaign.id)
    with transaction() as session:
        assert record_outcomes(session, held.lease, [outcome(other.rows[0].message_id, REFUSED)]) == set()


def test_an_acceptance_is_true_under_any_fence(sending):
    campaign, _, _ = sending
    held = lease(campaign.id)
    with transaction() as session:
        give_back(session, held.lease)
    lease(campaign.id, "worker-2")
    accepted = held.rows[0].message_id
    with transaction() as session:
        assert record_outcomes(session, held.lease, [outcome(accepted)]) == {accepted}
    assert statuses(campaign.id) == {"pending": 5, "sent": 1}


def test_an_outcome_is_written_once(sending):
    campaign, _, _ = sending
    held = lease(campaign.id)
    with transaction() as session:
        record_outcomes(session, held.lease, [outcome(held.rows[0].message_id)])
    with transaction() as session:
        assert record_outcomes(session, held.lease, [outcome(held.rows[0].message_id, REFUSED)]) == set()


def test_a_deferral_without_a_time_is_refused(sending):
    campaign, _, _ = sending
    held = lease(campaign.id)
    with pytest.raises(WrongState, match="next try"), transaction() as session:
        record_outcomes(session, held.lease, [outcome(held.rows[0].message_id, DEFERRED)])


def test_more_than_a_hundred_outcomes_at_once_are_all_written(database):
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 230)
        campaign = make_sending(session, readers)
    held = lease(campaign.id)
    with transaction() as session:
        record_outcomes(session, held.lease, [outcome(row.message_id) for row in held.rows])
    assert statuses(campaign.id) == {"sent": 230}


def test_a_bad_address_is_suppressed_with_its_refusal(sending):
    campaign, people, _ = sending
    held = lease(campaign.id)
    with transaction() as session:
        refused = outcome(held.rows[0].message_id, REFUSED, reason=Reason.ADDRESS_BAD, suppress=True)
        record_outcomes(session, held.lease, [refused])
    with transaction() as session:
        (kept,) = session.scalars(select(Suppression))
        assert kept.address_hash == people[0].address_hash
        assert kept.reason == SuppressionReason.ADDRESS_BAD
        assert kept.message_id == held.rows[0].message_id


def opt_out(session, person, readers):
    session.execute(
        update(Subscription)
        .where(Subscription.subscriber_id == person.id, Subscription.list_id == readers.id)
        .values(status=SubscriptionStatus.UNSUBSCRIBED)
    )


def test_people_who_left_between_freeze_and_lease_are_skipped_with_the_reason(sending):
    campaign, people, readers = sending
    with transaction() as session:
        opt_out(session, people[0], readers)
        session.add(Suppression(address_hash=people[1].address_hash, reason=SuppressionReason.COMPLAINT))
        session.execute(
            update(Subscriber)
            .where(Subscriber.id == people[2].id)
            .values(erased_at=now(), email="", email_key=None, address_hash=None)
        )
    held = lease(campaign.id)
    assert held.rows == ()
    with transaction() as session:
        found = {row.subscriber_id: (row.status, row.reason) for row in session.scalars(select(Message))}
        assert give_back(session, held.lease) == ChunkState.DONE
    skipped = MessageStatus.SKIPPED
    assert found[people[0].id] == (skipped, Reason.OPTED_OUT_MEANWHILE)
    assert found[people[1].id] == (skipped, Reason.SUPPRESSED)
    assert found[people[2].id] == (skipped, Reason.ERASED)
    assert found[people[3].id] == (MessageStatus.PENDING, None)


def test_a_goodbye_to_everything_counts_as_an_opt_out(sending):
    campaign, people, _ = sending
    with transaction() as session:
        session.add(Suppression(address_hash=people[0].address_hash, reason=SuppressionReason.UNSUBSCRIBED))
    lease(campaign.id)
    with transaction() as session:
        row = session.scalars(select(Message).where(Message.subscriber_id == people[0].id)).one()
        assert (row.status, row.reason) == (MessageStatus.SKIPPED, Reason.OPTED_OUT_MEANWHILE)


def test_somebody_still_confirmed_on_another_list_of_the_campaign_gets_the_letter(database):
    with transaction() as session:
        first, second = make_list(session), make_list(session)
        (person,) = make_confirmed(session, first, 1)
        subscribe(session, person, second)
        campaign = make_sending(session, first, second)
    with transaction() as session:
        opt_out(session, person, first)
    assert [row.email for row in lease(campaign.id).rows] == [person.email]


def test_deleting_a_list_midway_stops_no_frozen_letter(sending):
    campaign, _, readers = sending
    with transaction() as session:
        session.delete(session.merge(readers))
    assert len(lease(campaign.id).rows) == 3


def test_deferred_rows_wait_for_their_time_and_come_back_with_their_tries(sending):
    campaign, _, _ = sending
    held = lease(campaign.id)
    first, *others = (row.message_id for row in held.rows)
    later = now() + timedelta(minutes=5)
    with transaction() as session:
        record_outcomes(
            session, held.lease, [outcome(first, DEFERRED, next_at=later), *(outcome(one) for one in others)]
        )
        assert give_back(session, held.lease) == ChunkState.OPEN
    assert lease(campaign.id, "worker-2").lease.chunk_id != held.lease.chunk_id
    assert lease(campaign.id, "worker-2") is None
    with transaction() as session:
        assert session.get_one(Chunk, held.lease.chunk_id).next_at == later
        past = now() - timedelta(seconds=1)
        session.execute(update(Message).where(Message.id == first).values(next_at=past))
        session.execute(update(Chunk).where(Chunk.id == held.lease.chunk_id).values(next_at=past))
    again = lease(campaign.id)
    assert [(row.message_id, row.attempts) for row in again.rows] == [(first, 1)]
    assert again.lease.fence == held.lease.fence + 1


def test_giving_back_after_a_failed_connection_leaves_rows_pending_for_later(sending):
    campaign, _, _ = sending
    held = lease(campaign.id)
    later = now() + timedelta(seconds=30)
    with transaction() as session:
        assert give_back(session, held.lease, retry_at=later) == ChunkState.OPEN
    with transaction() as session:
        chunk = session.get_one(Chunk, held.lease.chunk_id)
        assert (chunk.next_at, chunk.owner, chunk.lease_until) == (later, None, None)
        assert {row.attempts for row in session.scalars(select(Message))} == {0}
    assert lease(campaign.id).lease.chunk_id != held.lease.chunk_id
    assert statuses(campaign.id) == {"pending": 6}


def test_leases_in_ones_own_name_can_be_found_after_a_lost_answer(sending):
    campaign, _, _ = sending
    held = lease(campaign.id, "worker-7")
    with transaction() as session:
        assert leases_of(session, "worker-7") == (held.lease,)
        assert leases_of(session, "worker-8") == ()


def test_a_renewed_lease_ends_later(sending):
    campaign, _, _ = sending
    held = lease(campaign.id)
    with transaction() as session:
        until = renew_lease(session, held.lease, lease_seconds=600)
        assert until > held.lease_until
        assert session.get_one(Chunk, held.lease.chunk_id, populate_existing=True).lease_until == until


def test_only_a_sending_campaign_is_leased(sending):
    campaign, _, _ = sending
    with transaction() as session:
        session.execute(update(Campaign).values(status=CampaignStatus.PAUSED))
    assert lease(campaign.id) is None


def send_all(campaign_id: int) -> None:
    while (held := lease(campaign_id)) is not None:
        with transaction() as session:
            record_outcomes(session, held.lease, [outcome(row.message_id) for row in held.rows])
            give_back(session, held.lease)


def test_a_campaign_ends_when_no_row_is_pending_or_deferred(sending):
    campaign, _, _ = sending
    with transaction() as session:
        assert not finish_if_balanced(session, campaign.id)
    send_all(campaign.id)
    with transaction() as session:
        assert finish_if_balanced(session, campaign.id)
        assert not finish_if_balanced(session, campaign.id)
        ended = session.get_one(Campaign, campaign.id)
        assert ended.status == CampaignStatus.SENT
        assert ended.ended_at is not None
        assert {tuple(chunk.counts.items()) for chunk in session.scalars(select(Chunk))} == {(("sent", 3),)}


def test_the_rows_and_not_the_chunks_decide_whether_a_campaign_ends(sending):
    campaign, _, _ = sending
    with transaction() as session:
        session.execute(update(Chunk).values(state=ChunkState.DONE))
        assert not finish_if_balanced(session, campaign.id)


def test_trouble_is_noted_once_and_taken_back(sending):
    campaign, _, _ = sending
    with transaction() as session:
        note_trouble(session, campaign.id, "The mail server does not answer.")
    with transaction() as session:
        noted = session.get_one(Campaign, campaign.id)
        since = noted.trouble_at
        assert noted.trouble == "The mail server does not answer."
    with transaction() as session:
        note_trouble(session, campaign.id, "The mail server does not answer.")
    with transaction() as session:
        assert session.get_one(Campaign, campaign.id).trouble_at == since
        note_trouble(session, campaign.id, None)
    with transaction() as session:
        assert session.get_one(Campaign, campaign.id).trouble == ""
