"""A campaign waits, goes on, is held or ends by its plan, whoever looks, and however often."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import (
    AuditEntry,
    Campaign,
    CampaignStatus,
    DeparturePlan,
    EventKind,
    HoldCause,
    MessageStatus,
    Reason,
    SuppressionReason,
    WaitsFor,
)
from app.services import audience, gates, scheduling, watch
from app.services.campaigns import delete_draft
from app.services.leases import give_back
from app.services.retries import retry_refused
from app.services.suppressions import suppress
from app.services.truth import Stretch, ask_truth
from tests.app.services.leaving import (
    balanced,
    campaign_of,
    finish,
    freeze,
    go,
    hand_over,
    lease,
    look,
    messages,
    plan,
    send_what_may,
    states,
    status_of,
)
from tests.factories.departures import make_plan, make_planned
from tests.factories.events import make_event
from tests.factories.ready import make_ready
from tests.fakes.set_clock import START, SetClock

S, M = CampaignStatus, MessageStatus
SENT, REFUSED, DEFERRED = M.SENT, M.REFUSED, M.DEFERRED


@pytest.fixture
def clock(monkeypatch) -> SetClock:
    return SetClock(monkeypatch)


@pytest.fixture
def planned(database, clock, monkeypatch):
    """Makes a frozen campaign to ten people with a plan; chunks hold 4."""
    monkeypatch.setattr(audience, "CHUNK_SIZE", 4)

    def make(people: int = 10, **given) -> int:
        with transaction() as session:
            campaign = make_planned(session, people=people, **given).id
        freeze(campaign)
        return campaign

    return make


@pytest.fixture
def waiting(planned):
    """Its first four letters have left, and it waits an hour; given fates, they met those."""

    def make(*fates: MessageStatus, **given) -> int:
        campaign = planned(canary_count=4, **given)
        send_what_may(campaign, *fates)
        look()
        return campaign

    return make


def acts(campaign_id: int) -> list[str]:
    with reading() as session:
        return [one.act for one in session.query(AuditEntry).filter_by(noun_id=campaign_id).order_by(AuditEntry.id)]


def test_only_the_first_ones_leave_then_it_waits_then_the_rest_follows(planned, clock):
    campaign = planned(canary_count=4, canary_minutes=30)
    assert send_what_may(campaign) == 4
    assert not finish(campaign)
    look()
    assert (status_of(campaign), states(campaign)) == (S.WAITING, {"sent": 4, "pending": 6})
    assert (plan(campaign).waits_for, plan(campaign).waits_until) == (WaitsFor.CANARY, START + timedelta(minutes=30))
    clock.forward(minutes=29)
    look()
    assert status_of(campaign) == S.WAITING
    assert lease(campaign) is None
    clock.forward(minutes=1)
    look()
    assert (status_of(campaign), plan(campaign).waits_for) == (S.SENDING, None)
    assert send_what_may(campaign) == 6
    assert finish(campaign)
    assert balanced(campaign).sent == 10
    assert "campaign.canary_passed" in acts(campaign)


def test_it_does_not_wait_while_a_first_letter_is_in_hand_or_to_go(planned):
    campaign = planned(canary_count=4)
    held = lease(campaign)
    look()
    assert status_of(campaign) == S.SENDING
    go(give_back, held.lease)
    look()
    assert status_of(campaign) == S.SENDING
    send_what_may(campaign)
    look()
    assert status_of(campaign) == S.WAITING


def test_those_put_off_are_not_waited_for_and_leave_with_the_rest(waiting, clock):
    campaign = waiting(DEFERRED, deferral_limit=50.0)
    assert status_of(campaign) == S.WAITING
    clock.forward(hours=1)
    look()
    assert send_what_may(campaign) == 7
    assert states(campaign) == {"sent": 10}


@pytest.mark.parametrize(
    ("fates", "limits", "said"),
    [
        ((REFUSED,), {}, "1 of the first 4 letters came back or were refused (25 %, the rest is held from 5 %)"),
        ((DEFERRED,), {}, "1 of the first 4 letters were put off"),
        ((REFUSED, DEFERRED), {}, "letters were put off"),
    ],
)
def test_too_many_bounces_or_deferrals_hold_the_rest(waiting, fates, limits, said):
    campaign = waiting(*fates, **limits)
    assert (status_of(campaign), campaign_of(campaign).hold_cause) == (S.HELD, HoldCause.CANARY)
    assert said in campaign_of(campaign).trouble
    assert "let the rest go, or cancel it" in campaign_of(campaign).trouble
    assert lease(campaign) is None
    assert balanced(campaign).pending == 6


def test_complaints_hold_the_rest_as_soon_as_they_come(waiting, clock):
    campaign = waiting()
    clock.forward(minutes=10)
    go(suppress, messages(campaign)[0].address_hash, SuppressionReason.COMPLAINT)
    look()
    assert status_of(campaign) == S.HELD
    assert "were reported as spam" in campaign_of(campaign).trouble


def test_letters_that_come_back_later_count_as_bounces(waiting):
    campaign = waiting()
    go(suppress, messages(campaign)[0].address_hash, SuppressionReason.ADDRESS_BAD)
    look()
    assert "came back or were refused" in campaign_of(campaign).trouble


def test_many_goodbyes_hold_the_rest_and_only_of_this_letter(waiting):
    campaign, other = waiting(), waiting()
    with transaction() as session:
        make_event(session, messages(campaign)[0], EventKind.UNSUBSCRIBED, None)
    look()
    assert (status_of(campaign), status_of(other)) == (S.HELD, S.WAITING)
    assert "led people to leave" in campaign_of(campaign).trouble


def test_a_limit_that_is_not_reached_holds_nothing(waiting, clock):
    campaign = waiting(REFUSED, bounce_limit=26.0)
    clock.forward(hours=1)
    look()
    assert status_of(campaign) == S.SENDING


def test_who_resumes_a_held_one_lets_the_rest_go(waiting):
    campaign = waiting(REFUSED)
    go(scheduling.resume, campaign)
    look()
    assert status_of(campaign) == S.SENDING
    assert send_what_may(campaign) == 6
    assert finish(campaign)
    assert "campaign.rest_let_go" in acts(campaign)


def test_a_person_need_not_wait(waiting):
    campaign = waiting()
    go(gates.let_rest_go, campaign)
    assert status_of(campaign) == S.SENDING
    assert send_what_may(campaign) == 6
    with pytest.raises(WrongState):
        go(gates.let_rest_go, campaign)


def test_a_waiting_campaign_can_be_cancelled(waiting):
    campaign = waiting()
    go(scheduling.cancel, campaign)
    look()
    assert states(campaign) == {"sent": 4, "cancelled": 6}
    assert balanced(campaign).status == S.CANCELLED


def test_after_a_pause_the_time_to_look_goes_on_as_it_was(waiting, clock):
    campaign = waiting()
    until = plan(campaign).canary_until
    go(scheduling.pause, campaign)
    clock.forward(minutes=20)
    go(scheduling.resume, campaign)
    look()
    assert (status_of(campaign), plan(campaign).waits_until) == (S.WAITING, until)
    go(scheduling.pause, campaign)
    clock.forward(hours=2)
    look()
    assert status_of(campaign) == S.PAUSED
    go(scheduling.resume, campaign)
    look()
    assert send_what_may(campaign) == 6


def test_five_who_look_at_once_open_the_way_once(waiting, clock):
    campaign = waiting()
    epoch = campaign_of(campaign).epoch
    clock.forward(hours=1)
    threads = [threading.Thread(target=look) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (status_of(campaign), campaign_of(campaign).epoch) == (S.SENDING, epoch + 1)
    assert acts(campaign).count("campaign.canary_passed") == 1


def test_an_absence_does_not_hold_what_waits_for_later_anyway(waiting, clock):
    campaign, late = waiting(canary_minutes=600), waiting()
    clock.forward(hours=2)
    with transaction() as session:
        assert watch.hold_what_was_leaving(session, timedelta(hours=2)) == [late]
    assert status_of(campaign) == S.WAITING


NIGHT = {"from_minute": 22 * 60, "to_minute": 23 * 60}


def test_outside_its_hours_nothing_begins_and_it_goes_on_by_itself(planned, clock):
    campaign = planned(**NIGHT)
    assert lease(campaign) is None
    look()
    assert (status_of(campaign), plan(campaign).waits_for) == (S.WAITING, WaitsFor.HOURS)
    assert plan(campaign).waits_until == datetime(2030, 3, 1, 22, tzinfo=UTC)
    clock.forward(hours=13)
    look()
    assert status_of(campaign) == S.SENDING
    assert send_what_may(campaign) == 10


def test_what_was_begun_ends_and_the_rest_is_not_begun(planned, clock):
    campaign = planned(people=12, from_minute=8 * 60, to_minute=9 * 60 + 30)
    held = lease(campaign)
    stretch = Stretch(held.lease, held.first_id, held.last_id)
    with reading() as session:
        assert ask_truth(session, campaign, [stretch]).epoch is not None
    clock.forward(minutes=29, seconds=59.5)
    with reading() as session:
        assert ask_truth(session, campaign, [stretch]).epoch is None
    hand_over(held)
    assert states(campaign) == {"sent": 4, "pending": 8}
    assert lease(campaign) is None
    clock.forward(seconds=1)
    look()
    assert status_of(campaign) == S.WAITING
    assert plan(campaign).waits_until == datetime(2030, 3, 2, 8, tzinfo=UTC)


def test_hours_that_are_changed_hold_at_once(planned, clock):
    campaign = planned(**NIGHT)
    look()
    with transaction() as session:
        make_plan(session, session.get_one(Campaign, campaign), from_minute=0, to_minute=1440)
    look()
    assert status_of(campaign) == S.SENDING


def test_first_ones_that_did_well_outside_the_hours_wait_for_them(waiting, clock):
    campaign = waiting(from_minute=8 * 60, to_minute=9 * 60 + 30)
    clock.forward(hours=1)
    look()
    assert (status_of(campaign), plan(campaign).waits_for) == (S.WAITING, WaitsFor.HOURS)
    clock.forward(hours=22)
    look()
    assert send_what_may(campaign) == 6


def test_what_has_not_left_in_time_is_left_out_with_its_reason(planned, clock):
    campaign = planned(people=12, finish_by=START + timedelta(hours=2))
    hand_over(lease(campaign), SENT, DEFERRED, REFUSED)
    clock.forward(hours=2)
    assert lease(campaign) is None
    look()
    assert states(campaign) == {"sent": 2, "refused": 1, "skipped": 9}
    assert {one.reason for one in messages(campaign) if one.status == M.SKIPPED} == {Reason.EXPIRED}
    assert finish(campaign)
    assert balanced(campaign).skipped == 9
    assert "campaign.expired" in acts(campaign)


def test_letters_in_hand_at_the_end_are_left_out_once_they_are_given_back(planned, clock):
    campaign = planned(people=12, finish_by=START + timedelta(hours=2))
    held = lease(campaign)
    clock.forward(hours=2)
    look()
    assert states(campaign) == {"pending": 4, "skipped": 8}
    assert not finish(campaign)
    hand_over(held, SENT)
    look()
    assert states(campaign) == {"sent": 4, "skipped": 8}
    assert finish(campaign)


@pytest.mark.parametrize("verb", ["pause", "hold", "wait"])
def test_it_ends_whatever_it_stood_still_for(planned, clock, verb):
    campaign = planned(canary_count=4, finish_by=START + timedelta(minutes=50))
    if verb == "pause":
        go(scheduling.pause, campaign)
    else:
        send_what_may(campaign, *([REFUSED] if verb == "hold" else []))
        look()
    assert status_of(campaign) == {"pause": S.PAUSED, "hold": S.HELD, "wait": S.WAITING}[verb]
    clock.forward(minutes=50)
    look()
    assert finish(campaign)
    assert balanced(campaign).pending == 0
    assert campaign_of(campaign).trouble == ""


def test_after_its_end_nothing_is_tried_again(planned, clock):
    campaign = planned(finish_by=START + timedelta(hours=2))
    send_what_may(campaign, REFUSED)
    assert finish(campaign)
    clock.forward(hours=2)
    with pytest.raises(WrongState, match="done by now"):
        go(retry_refused, campaign)


def test_one_that_is_due_after_its_end_asks_before_it_starts(database, clock):
    with transaction() as session:
        campaign = make_ready(session)[0]
        make_plan(session, campaign, finish_by=START + timedelta(minutes=20))
    go(scheduling.schedule, campaign.id, scheduling.Leave(START + timedelta(minutes=10)))
    clock.forward(minutes=30)
    assert go(scheduling.start_due) == []
    assert (status_of(campaign.id), campaign_of(campaign.id).hold_cause) == (S.HELD, HoldCause.LATE)
    assert "Choose a later end" in campaign_of(campaign.id).trouble


def test_a_time_after_its_end_is_refused(database, clock):
    with transaction() as session:
        campaign = make_ready(session)[0]
        make_plan(session, campaign, finish_by=START + timedelta(minutes=20))
    with pytest.raises(InvalidInput, match="done before that"):
        go(scheduling.schedule, campaign.id, scheduling.Leave(START + timedelta(minutes=20)))


def test_a_campaign_without_a_plan_is_not_looked_at(planned):
    campaign = planned()
    with transaction() as session:
        session.delete(plan(campaign))
    with reading() as session:
        assert gates.to_look_at(session) == ()


def test_while_only_put_off_first_letters_are_left_nobody_is_rung_for_the_rest(planned):
    campaign = planned(canary_count=4)
    send_what_may(campaign, DEFERRED, DEFERRED, DEFERRED, DEFERRED)
    with transaction() as session:
        assert campaign not in scheduling.standing_still(session).sending


def test_a_draft_is_deleted_with_its_plan(database, clock):
    with transaction() as session:
        campaign = make_ready(session)[0]
        make_plan(session, campaign, canary_count=3)
    go(delete_draft, campaign.id)
    with reading() as session:
        assert session.query(DeparturePlan).count() == 0
