"""Outcomes reach the ledger in batches, and a database that is away holds the sender back."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from app.clock import now
from app.models.message import MessageStatus, Reason
from app.services.leases import Lease, LeasedChunk
from workers.sending import recorder as recorder_module
from workers.sending.chunk import HeldChunk
from workers.sending.recorder import Recorder, as_outcome
from workers.smtp.outcome import Deferred, Refused, Sent, Unknown, Untouched


def held() -> HeldChunk:
    leased = LeasedChunk(Lease(1, 1, 1, "me"), 1, 999, now(), {}, ())
    return HeldChunk(leased, asked_at=float("inf"))


def test_a_deferral_climbs_the_ladder_and_ends_as_expired():
    at = now()
    second = as_outcome(1, 1, Deferred(Reason.TEMPORARY, 450, "4.2.0", "later"), at)
    assert (second.status, second.attempts, second.next_at) == (MessageStatus.DEFERRED, 2, at + timedelta(minutes=15))
    last = as_outcome(1, 8, Deferred(Reason.TEMPORARY, 450, "4.2.0", "later"), at)
    assert (last.status, last.reason, last.next_at) == (MessageStatus.REFUSED, Reason.EXPIRED, None)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Sent(), MessageStatus.SENT),
        (Refused(Reason.POLICY, 550), MessageStatus.REFUSED),
        (Unknown(Reason.CONNECTION_LOST), MessageStatus.UNKNOWN),
    ],
)
def test_each_outcome_has_its_status(outcome, status: MessageStatus):
    kept = as_outcome(1, 0, outcome, now())
    assert (kept.status, kept.attempts) == (status, 1)


def test_a_row_that_was_not_touched_has_nothing_to_keep():
    with pytest.raises(ValueError, match="not touched"):
        as_outcome(1, 0, Untouched(), now())


def record(monkeypatch, count: int, failures: int = 0):
    """Adds `count` outcomes and ends; returns the batches written and what `full` said while the database was away."""
    batches: list[list[int]] = []
    full: list[bool] = []
    monkeypatch.setattr(recorder_module, "PAUSES_SECONDS", (0.01,))

    async def run() -> None:
        with ThreadPoolExecutor(1) as executor:
            recorder = Recorder(executor, lambda: None)

            def write(batch) -> set:
                if len(full) < failures:
                    full.append(True)
                    raise OperationalError("UPDATE", {}, Exception("away"))
                full.append(recorder.full)
                batches.append([result.outcome.message_id for result in batch.results])
                return set()

            monkeypatch.setattr(recorder_module, "write_down", write)
            chunk = held()
            for number in range(count):
                recorder.add(chunk, as_outcome(number, 0, Sent(), now()))
            assert recorder.unrecorded == count
            recorder.end()
            await recorder.run()
            assert recorder.unrecorded == 0
            assert not recorder.full

    asyncio.run(run())
    return batches, full


def test_a_batch_is_at_most_a_hundred_rows_and_nothing_is_lost(monkeypatch):
    batches, _ = record(monkeypatch, 230)
    assert [len(batch) for batch in batches] == [100, 100, 30]
    assert sorted(number for batch in batches for number in batch) == list(range(230))


def test_outcomes_wait_while_the_database_is_away_and_no_letter_begins(monkeypatch):
    batches, full = record(monkeypatch, 20, failures=3)
    assert batches == [list(range(20))]
    assert full == [True, True, True, True]
