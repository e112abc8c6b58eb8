"""The figures of /metrics, on both databases and a real queue."""

from datetime import timedelta

import pytest
from rq import Queue, Worker
from sqlalchemy import update

from app.clock import now
from app.database.session import transaction
from app.jobs import Job, init_queue, queue_connection, ring
from app.models import (
    CampaignStatus,
    Chunk,
    DomainPace,
    HostBeat,
    MessageStatus,
    Notice,
    NoticeKind,
    NoticeStatus,
)
from app.queries.metrics import journal_figures, ledger_figures, queue_figures
from app.services.delivery import Outcome, record_outcomes
from app.services.leases import give_back, lease_chunk
from tests.factories.campaigns import make_campaign, make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed

HOUR = timedelta(hours=1)


@pytest.fixture
def leaving(database) -> int:
    """A campaign to three people that started an hour ago."""
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 3)
        return make_sending(session, readers, started_at=now() - HOUR).id


def set_chunks(**values) -> None:
    with transaction() as session:
        session.execute(update(Chunk).values(**values))


def lease(campaign_id: int):
    with transaction() as session:
        return lease_chunk(session, campaign_id, owner="o", host="h", lease_seconds=60)


def make_notice(**given) -> None:
    values = {"kind": NoticeKind.INVITATION, "email": "ada@example.test", "expires_at": now() + HOUR}
    with transaction() as session:
        session.add(Notice(**(values | given)))


def test_in_an_empty_house_nothing_is_due(database):
    figures = ledger_figures()
    assert set(figures.campaigns.values()) == {0}
    assert (figures.oldest_due_row_seconds, figures.oldest_due_notice_seconds) == (0, 0)
    assert (figures.unreaped_chunks, figures.letters_last_minute) == (0, 0)
    assert figures.notices == {NoticeStatus.PENDING: 0, NoticeStatus.FAILED: 0}
    assert figures.letters == {MessageStatus.PENDING: 0, MessageStatus.DEFERRED: 0}
    assert (figures.paces, figures.hosts_alive) == ({}, 0)


def test_letters_that_wait_paces_and_hosts_are_told(leaving):
    held = lease(leaving)
    first = Outcome(held.rows[0].message_id, MessageStatus.DEFERRED, now(), 1, next_at=now() + HOUR)
    with transaction() as session:
        record_outcomes(session, held.lease, [first])
        session.add(DomainPace(domain="google.com", per_minute=120, slowed_at=now(), changed_at=now()))
        for host, ago in (("alpha.1", timedelta()), ("beta.1", HOUR)):
            session.add(HostBeat(host=host, at=now() - ago, boot_seconds=1))
    figures = ledger_figures()
    assert figures.letters == {MessageStatus.PENDING: 2, MessageStatus.DEFERRED: 1}
    assert (figures.paces, figures.hosts_alive) == ({"google.com": 120}, 1)


def test_rows_are_due_since_their_campaign_started(leaving):
    assert 3600 <= ledger_figures().oldest_due_row_seconds < 3700


def test_rows_that_wait_for_their_time_are_not_due_before_it(leaving):
    set_chunks(next_at=now() + HOUR)
    assert ledger_figures().oldest_due_row_seconds == 0
    set_chunks(next_at=now() - 2 * HOUR)
    assert 7200 <= ledger_figures().oldest_due_row_seconds < 7300


def test_rows_in_somebodys_hands_are_not_due(leaving):
    lease(leaving)
    assert ledger_figures().oldest_due_row_seconds == 0


@pytest.mark.parametrize("status", [CampaignStatus.PAUSED, CampaignStatus.HELD])
def test_a_campaign_that_does_not_leave_has_no_rows_due(database, status):
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, 3)
        make_sending(session, readers).status = status
    figures = ledger_figures()
    assert figures.oldest_due_row_seconds == 0
    assert figures.campaigns[status] == 1


def test_a_lease_that_ran_out_is_unreaped(leaving):
    lease(leaving)
    assert ledger_figures().unreaped_chunks == 0
    set_chunks(lease_until=now() - HOUR)
    assert ledger_figures().unreaped_chunks == 1


def test_letters_of_the_last_minute_are_counted_over_all_campaigns(leaving):
    held = lease(leaving)
    outcomes = [Outcome(row.message_id, MessageStatus.SENT, now(), 1, code=250) for row in held.rows]
    with transaction() as session:
        record_outcomes(session, held.lease, outcomes)
        give_back(session, held.lease)
    assert ledger_figures().letters_last_minute == 3


def test_notices_are_counted_and_the_oldest_due_one_tells_its_age(database):
    make_notice(next_at=now() - HOUR)
    make_notice(next_at=now() + HOUR)
    make_notice(status=NoticeStatus.FAILED)
    make_notice(status=NoticeStatus.SENT)
    figures = ledger_figures()
    assert figures.notices == {NoticeStatus.PENDING: 2, NoticeStatus.FAILED: 1}
    assert 3600 <= figures.oldest_due_notice_seconds < 3700


def test_campaigns_are_counted_by_every_status(database):
    with transaction() as session:
        for status in (CampaignStatus.HELD, CampaignStatus.HELD, CampaignStatus.DRAFT):
            make_campaign(session, status=status)
    counts = {status.value: count for status, count in ledger_figures().campaigns.items() if count}
    assert counts == {"draft": 1, "held": 2}
    assert set(ledger_figures().campaigns) == set(CampaignStatus)


def test_rings_and_workers_are_counted_by_queue(database, valkey):
    init_queue(database.model_copy(update={"redis_url": valkey}))
    connection = queue_connection()
    Worker([Queue("send", connection=connection)], connection=connection).register_birth()
    ring(Job.SEND, 7)
    ring(Job.SEND, 8)
    figures = queue_figures()
    assert (figures["send"].rings, figures["send"].workers) == (2, 1)
    assert 0 <= figures["send"].oldest_ring_seconds < 60
    assert (figures["general"].rings, figures["general"].workers, figures["general"].oldest_ring_seconds) == (0, 0, 0)


def test_without_a_queue_its_figures_are_absent(database):
    assert queue_figures() is None


def test_journals_are_counted_with_their_size(tmp_path):
    assert journal_figures(tmp_path / "none").files == 0
    (tmp_path / "one").write_bytes(b"B 1 1\n")
    (tmp_path / "two").write_bytes(b"")
    assert (journal_figures(tmp_path).files, journal_figures(tmp_path).size) == (2, 6)
