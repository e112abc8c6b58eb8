"""A campaign leaves once, stops when told, and its books balance at every step."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import (
    Article,
    AuditEntry,
    Brand,
    Campaign,
    CampaignList,
    CampaignStatus,
    Chunk,
    ChunkState,
    Event,
    EventKind,
    Message,
    MessageStatus,
)
from app.queries.books import books_of
from app.services import audience, scheduling, watch
from app.services.audience import freeze_page
from app.services.delivery import Outcome, finish_if_balanced, record_outcomes
from app.services.leases import give_back, lease_chunk
from app.services.letters import compile_campaign
from app.services.scheduling import Leave
from tests.factories.ready import READY, make_ready

STATUS = CampaignStatus


@pytest.fixture
def ready(database, monkeypatch):
    """The id of a draft to 6 people that passes pre-flight; chunks hold 3."""
    monkeypatch.setattr(audience, "CHUNK_SIZE", 3)
    with transaction() as session:
        return make_ready(session, people=6)[0].id


def status_of(campaign_id: int) -> CampaignStatus:
    with transaction() as session:
        return session.get_one(Campaign, campaign_id).status


def go(verb, campaign_id: int, *arguments, **given):
    with transaction() as session:
        return verb(session, campaign_id, *arguments, **given)


def start_now(campaign_id: int) -> None:
    go(scheduling.send_now, campaign_id, undo_seconds=0)
    with transaction() as session:
        assert scheduling.start_due(session) == [campaign_id]


def freeze(campaign_id: int) -> None:
    assert go(compile_campaign, campaign_id)
    while go(freeze_page, campaign_id):
        pass


def lease(campaign_id: int):
    return go(lease_chunk, campaign_id, owner="worker-1", host="here", lease_seconds=60)


def record(held, count: int) -> None:
    outcomes = [Outcome(row.message_id, MessageStatus.SENT, now(), 1) for row in held.rows[:count]]
    with transaction() as session:
        record_outcomes(session, held.lease, outcomes)


def give_back_of(held):
    with transaction() as session:
        return give_back(session, held.lease)


def balanced(campaign_id: int):
    with reading() as session:
        books = books_of(session, campaign_id)
    assert books.balanced
    return books


def test_a_scheduled_campaign_keeps_its_moment_its_zone_and_the_hash_of_what_was_approved(ready):
    at = now() + timedelta(days=1)
    report = go(scheduling.schedule, ready, Leave(at, "Europe/Paris"))
    assert report.passed
    with transaction() as session:
        campaign = session.get_one(Campaign, ready)
        assert (campaign.status, campaign.send_at, campaign.send_zone) == (STATUS.SCHEDULED, at, "Europe/Paris")
        assert len(campaign.approved_hash) == 64
        assert [entry.act for entry in session.scalars(select(AuditEntry))] == ["campaign.scheduled"]


def test_nothing_starts_before_its_moment(ready):
    go(scheduling.schedule, ready, Leave(now() + timedelta(hours=1)))
    with transaction() as session:
        assert scheduling.start_due(session) == []


def test_what_blocks_is_named_and_nothing_is_scheduled(ready):
    with transaction() as session:
        session.get_one(Campaign, ready).subject = ""
    with pytest.raises(InvalidInput, match="subject"):
        go(scheduling.send_now, ready)
    assert status_of(ready) == STATUS.DRAFT


def test_an_empty_audience_blocks(ready):
    with transaction() as session:
        session.execute(CampaignList.__table__.delete())
    with pytest.raises(InvalidInput):
        go(scheduling.send_now, ready)


@pytest.mark.parametrize("away", [timedelta(days=-1), timedelta(days=900)])
def test_a_moment_that_has_passed_or_is_years_away_is_refused(ready, away):
    with pytest.raises(InvalidInput) as caught:
        go(scheduling.schedule, ready, Leave(now() + away))
    assert set(caught.value.fields) == {"at"}


def test_a_finding_that_needs_a_reason_leaves_with_one_and_keeps_it(ready):
    words = {"type": "heading", "level": 2, "text": ""}
    with transaction() as session:
        campaign = session.get_one(Campaign, ready)
        session.get_one(Article, campaign.article_id).content = {**READY, "blocks": [*READY["blocks"], words]}
    with pytest.raises(InvalidInput, match="why"):
        go(scheduling.send_now, ready)
    go(scheduling.send_now, ready, override_reason="A pause in the text, on purpose")
    with transaction() as session:
        assert session.get_one(Campaign, ready).override_reason == "A pause in the text, on purpose"


def test_sending_now_can_be_taken_back_within_thirty_seconds(ready):
    go(scheduling.send_now, ready)
    with transaction() as session:
        assert scheduling.start_due(session) == []
    go(scheduling.unschedule, ready)
    with transaction() as session:
        campaign = session.get_one(Campaign, ready)
        assert (campaign.status, campaign.send_at, campaign.approved_hash) == (STATUS.DRAFT, None, "")


def test_a_campaign_that_has_started_cannot_be_taken_back(ready):
    start_now(ready)
    with pytest.raises(WrongState, match="too late"):
        go(scheduling.unschedule, ready)


def test_five_schedulers_start_a_campaign_once(ready):
    go(scheduling.send_now, ready, undo_seconds=0)
    gate = threading.Barrier(5)
    started: list[int] = []

    def tick() -> None:
        gate.wait()
        with transaction() as session:
            started.extend(scheduling.start_due(session))

    threads = [threading.Thread(target=tick) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert started == [ready]
    with transaction() as session:
        assert session.get_one(Campaign, ready).status == STATUS.PREPARING
        starts = select(func.count()).select_from(Event).where(Event.kind == EventKind.CAMPAIGN_STARTED)
        assert session.scalar(starts) == 1


def test_five_clicks_on_send_schedule_once(ready):
    gate = threading.Barrier(5)
    refused: list[str] = []

    def click() -> None:
        gate.wait()
        try:
            go(scheduling.send_now, ready)
        except WrongState as error:
            refused.append(str(error))

    threads = [threading.Thread(target=click) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 4
    with transaction() as session:
        assert session.get_one(Campaign, ready).epoch == 1


def test_a_letter_changed_after_its_approval_is_held_and_can_go_back_to_draft(ready):
    start_now(ready)
    with transaction() as session:
        session.execute(update(Brand).values(address="Somewhere else"))
    assert not go(compile_campaign, ready)
    assert not go(freeze_page, ready)
    with transaction() as session:
        campaign = session.get_one(Campaign, ready)
        assert campaign.status == STATUS.HELD
        assert "changed after it was approved" in campaign.trouble
    go(scheduling.unschedule, ready)
    assert status_of(ready) == STATUS.DRAFT


def test_the_books_balance_at_every_step_from_schedule_to_sent(ready):
    balanced(ready)
    start_now(ready)
    balanced(ready)
    freeze(ready)
    assert balanced(ready).pending == 6
    while (held := lease(ready)) is not None:
        balanced(ready)
        record(held, len(held.rows))
        balanced(ready)
        give_back_of(held)
        balanced(ready)
    assert go(finish_if_balanced, ready)
    books = balanced(ready)
    assert (books.status, books.sent, books.messages) == (STATUS.SENT, 6, 6)


def test_pausing_stops_leases_and_resuming_goes_on(ready):
    start_now(ready)
    freeze(ready)
    held = lease(ready)
    go(scheduling.pause, ready)
    assert lease(ready) is None
    record(held, 1)
    assert give_back_of(held) == ChunkState.OPEN
    assert balanced(ready).sent == 1
    go(scheduling.resume, ready)
    assert lease(ready) is not None
    balanced(ready)


def test_a_campaign_paused_while_it_is_prepared_goes_on_preparing(ready, monkeypatch):
    monkeypatch.setattr(audience, "PAGE_SIZE", 2)
    start_now(ready)
    go(compile_campaign, ready)
    assert go(freeze_page, ready)
    go(scheduling.pause, ready)
    assert not go(freeze_page, ready)
    balanced(ready)
    go(scheduling.resume, ready)
    assert status_of(ready) == STATUS.PREPARING
    while go(freeze_page, ready):
        pass
    assert balanced(ready).messages == 6


def test_cancelling_cancels_open_rows_at_once_and_leased_ones_when_given_back(ready):
    start_now(ready)
    freeze(ready)
    held = lease(ready)
    record(held, 1)
    go(scheduling.cancel, ready)
    books = balanced(ready)
    assert (books.status, books.sent, books.pending, books.cancelled) == (STATUS.CANCELLED, 1, 2, 3)
    assert give_back_of(held) == ChunkState.DONE
    books = balanced(ready)
    assert (books.sent, books.pending, books.cancelled) == (1, 0, 5)


def test_a_letter_accepted_while_the_campaign_was_cancelled_is_recorded_as_sent(ready):
    start_now(ready)
    freeze(ready)
    held = lease(ready)
    go(scheduling.cancel, ready)
    record(held, 2)
    give_back_of(held)
    assert balanced(ready).sent == 2


def test_the_tick_sweeps_what_stands_open_in_a_cancelled_campaign(ready):
    start_now(ready)
    freeze(ready)
    with transaction() as session:
        session.execute(update(Campaign).values(status=STATUS.CANCELLED))
    with transaction() as session:
        scheduling.standing_still(session)
    books = balanced(ready)
    assert (books.pending, books.cancelled) == (0, 6)


def test_an_ended_campaign_refuses_every_move(ready):
    go(scheduling.send_now, ready)
    go(scheduling.cancel, ready)
    for verb in (scheduling.pause, scheduling.resume, scheduling.cancel, scheduling.unschedule):
        with pytest.raises(WrongState):
            go(verb, ready)


def test_what_stands_still_is_named_by_its_next_step(ready):
    start_now(ready)
    with transaction() as session:
        assert scheduling.standing_still(session).preparing == (ready,)
    freeze(ready)
    with transaction() as session:
        still = scheduling.standing_still(session)
        assert (still.preparing, still.sending, still.finishing) == ((), (ready,), ())
        session.execute(update(Chunk).values(next_at=now() + timedelta(hours=1)))
    with transaction() as session:
        assert scheduling.standing_still(session) == scheduling.StandingStill((), (), ())
        session.execute(update(Chunk).values(state=ChunkState.DONE))
    with transaction() as session:
        assert scheduling.standing_still(session).finishing == (ready,)


def test_every_frozen_message_belongs_to_the_one_compiled_letter(ready):
    start_now(ready)
    freeze(ready)
    assert go(compile_campaign, ready) is False
    with transaction() as session:
        assert len(set(session.scalars(select(Message.variant_id)))) == 1


def test_the_books_balance_while_workers_send_and_somebody_pauses_resumes_and_cancels(database, monkeypatch):
    monkeypatch.setattr(audience, "CHUNK_SIZE", 5)
    with transaction() as session:
        campaign_id = make_ready(session, people=150)[0].id
    start_now(campaign_id)
    freeze(campaign_id)
    over = threading.Event()
    broken: list[BaseException] = []

    def send() -> None:
        try:
            while not over.is_set():
                held = lease(campaign_id)
                if held is not None:
                    record(held, 4)
                    give_back_of(held)
        except Exception as error:  # noqa: BLE001  told below
            broken.append(error)

    workers = [threading.Thread(target=send) for _ in range(3)]
    for worker in workers:
        worker.start()
    for verb in (scheduling.pause, scheduling.resume, scheduling.pause, scheduling.resume, scheduling.cancel):
        go(verb, campaign_id)
        balanced(campaign_id)
    over.set()
    for worker in workers:
        worker.join()
    assert broken == []
    books = balanced(campaign_id)
    assert (books.pending, books.sent + books.cancelled) == (0, 150)


def test_a_campaign_whose_letter_is_frozen_cannot_go_back_to_draft(ready):
    start_now(ready)
    go(compile_campaign, ready)
    with transaction() as session:
        watch.hold_what_was_leaving(session, timedelta(hours=5))
    with pytest.raises(WrongState, match="too late"):
        go(scheduling.unschedule, ready)
