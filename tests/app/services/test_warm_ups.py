"""No more letters of a young domain leave in a day than its plan says, whoever sends, and whatever is lost."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from app.database.session import reading, transaction
from app.errors import InvalidInput
from app.models import Campaign, CampaignStatus, MessageStatus, Variant, WaitsFor, WarmUp, WarmUpDay
from app.services import audience, warm_ups
from app.services.leases import give_back
from app.services.recovery import release_dead, take_dead
from tests.app.services.leaving import (
    balanced,
    finish,
    freeze,
    go,
    hand_over,
    lease,
    look,
    plan,
    send_what_may,
    states,
    status_of,
)
from tests.factories.campaigns import make_preparing
from tests.factories.departures import make_plan, make_planned, make_warm_up
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed
from tests.fakes.set_clock import START, SetClock

S = CampaignStatus


@pytest.fixture
def clock(monkeypatch) -> SetClock:
    return SetClock(monkeypatch)


@pytest.fixture
def warm(database, clock, monkeypatch):
    """A campaign to 12 people from a domain that may send 3, then 5 a day; chunks hold 4."""
    monkeypatch.setattr(audience, "CHUNK_SIZE", 4)
    with transaction() as session:
        make_warm_up(session, 3, 5)
    return campaign_to(12)


def campaign_to(people: int) -> int:
    with transaction() as session:
        readers = make_list(session)
        make_confirmed(session, readers, people)
        campaign = make_preparing(session, readers).id
    freeze(campaign)
    return campaign


def today(domain: str = "example.test") -> warm_ups.Today:
    with reading() as session:
        return warm_ups.today_of(session, warm_ups.find_warm_up(session, domain))


def days() -> list[tuple[str, int]]:
    with reading() as session:
        return [(one.day, one.quota) for one in session.query(WarmUpDay).order_by(WarmUpDay.day)]


def test_so_many_leave_today_and_the_rest_waits_for_tomorrow(warm, clock):
    assert send_what_may(warm) == 3
    look()
    assert (status_of(warm), plan(warm).waits_for) == (S.WAITING, WaitsFor.QUOTA)
    assert plan(warm).waits_until == datetime(2030, 3, 2, tzinfo=UTC)
    assert balanced(warm).pending == 9
    clock.moment = datetime(2030, 3, 2, 0, 0, 1, tzinfo=UTC)
    look()
    assert send_what_may(warm) == 5
    clock.forward(days=1)
    look()
    assert (status_of(warm), send_what_may(warm)) == (S.SENDING, 4)
    assert finish(warm)
    assert days() == [("2030-03-01", 3), ("2030-03-02", 5)]


def test_what_is_promised_to_one_sender_is_not_given_to_another(warm):
    first = lease(warm, "one")
    assert len(first.rows) == 3
    assert (today().used, today().promised, today().free) == (0, 3, 0)
    assert lease(warm, "two") is None
    look()
    assert status_of(warm) == S.SENDING
    hand_over(first, MessageStatus.SENT, MessageStatus.REFUSED)
    assert (today().used, today().free) == (2, 1)
    assert send_what_may(warm) == 1


def test_a_promise_ends_with_its_lease(warm):
    held = lease(warm, "one")
    go(give_back, held.lease)
    assert today().free == 3
    held = lease(warm, "two")
    with transaction() as session:
        dead = take_dead(session, held.lease)
        release_dead(session, dead, [])
    assert (today().free, send_what_may(warm)) == (3, 3)


def test_a_letter_of_unknown_fate_counts_as_sent(warm):
    hand_over(lease(warm), MessageStatus.UNKNOWN)
    assert today().used == 3
    assert lease(warm) is None


def test_all_campaigns_of_the_domain_share_the_day(warm):
    other = campaign_to(5)
    assert send_what_may(warm) == 3
    assert send_what_may(other) == 0
    look()
    assert (status_of(warm), status_of(other)) == (S.WAITING, S.WAITING)


def test_many_who_lease_at_once_get_no_more_than_the_day_allows(warm):
    campaigns = [warm, campaign_to(12), campaign_to(12)]
    held = []

    def take(place: int) -> None:
        held.append(lease(campaigns[place % 3], f"worker-{place}"))

    threads = [threading.Thread(target=take, args=(place,)) for place in range(9)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(len(one.rows) for one in held if one) == 3


def test_other_domains_are_not_held_back(warm):
    other = campaign_to(5)
    with transaction() as session:
        variant = session.query(Variant).filter_by(campaign_id=other).one()
        variant.envelope = variant.envelope.replace("@example.test", "@elsewhere.test")
    assert send_what_may(other) == 5


def test_days_begin_at_midnight_of_the_plans_zone(database, clock):
    with transaction() as session:
        make_warm_up(session, 3, 5, zone="Asia/Tokyo")
    campaign = campaign_to(12)
    assert send_what_may(campaign) == 3
    look()
    assert plan(campaign).waits_until == datetime(2030, 3, 1, 15, tzinfo=UTC)
    clock.moment = datetime(2030, 3, 1, 15, tzinfo=UTC)
    look()
    assert send_what_may(campaign) == 5


def test_days_without_letters_are_no_steps(warm, clock):
    held = lease(warm)
    go(give_back, held.lease)
    clock.forward(days=3)
    assert send_what_may(warm) == 3
    clock.forward(days=3)
    look()
    assert send_what_may(warm) == 5
    assert days() == [("2030-03-04", 3), ("2030-03-07", 5)]


def test_after_the_last_step_nothing_is_held_back_or_put_in_order(warm, clock):
    for _ in range(2):
        send_what_may(warm)
        clock.forward(days=1)
        look()
    assert send_what_may(warm) == 4
    with reading() as session:
        assert session.get_one(WarmUp, "example.test").finished_at is not None
        assert not warm_ups.any_warm_up(session)


def test_a_plan_that_is_raised_or_stopped_lets_letters_go_at_once(warm):
    send_what_may(warm)
    look()
    go(warm_ups.save_warm_up, "example.test", [6, 9], "UTC")
    look()
    assert (status_of(warm), send_what_may(warm)) == (S.SENDING, 3)
    look()
    go(warm_ups.stop_warm_up, "example.test")
    look()
    assert send_what_may(warm) == 6
    assert states(warm) == {"sent": 12}


def test_a_plan_begun_anew_begins_with_its_first_step(warm):
    send_what_may(warm)
    go(warm_ups.stop_warm_up, "example.test")
    go(warm_ups.save_warm_up, "example.test", [4], "UTC")
    assert (today().step, today().quota, today().used) == (1, 4, 3)


def test_a_canary_larger_than_the_day_goes_on_tomorrow_and_waits_then(database, clock, monkeypatch):
    monkeypatch.setattr(audience, "CHUNK_SIZE", 4)
    with transaction() as session:
        make_warm_up(session, 3, 100)
        campaign = make_planned(session, people=12, canary_count=5).id
    freeze(campaign)
    assert send_what_may(campaign) == 3
    look()
    assert plan(campaign).waits_for == WaitsFor.QUOTA
    clock.forward(days=1)
    look()
    assert send_what_may(campaign) == 2
    look()
    assert plan(campaign).waits_for == WaitsFor.CANARY
    clock.forward(hours=1)
    look()
    assert send_what_may(campaign) == 7


def test_hours_and_quota_are_told_one_after_the_other(warm, clock):
    with transaction() as session:
        make_plan(session, session.get_one(Campaign, warm), from_minute=8 * 60, to_minute=20 * 60)
    send_what_may(warm)
    look()
    assert plan(warm).waits_for == WaitsFor.QUOTA
    clock.moment = datetime(2030, 3, 2, 0, 0, 1, tzinfo=UTC)
    look()
    assert (plan(warm).waits_for, plan(warm).waits_until) == (WaitsFor.HOURS, datetime(2030, 3, 2, 8, tzinfo=UTC))


@pytest.mark.parametrize("steps", [[], [0], [5, 4], [1] * 61, [10_000_001]])
def test_plans_that_make_no_sense_are_refused(steps):
    with pytest.raises(InvalidInput):
        warm_ups.check_steps(steps)


@pytest.mark.parametrize(
    ("letters", "used", "needed"), [(3, 0, 1), (4, 0, 2), (8, 0, 2), (9, 0, 3), (900, 0, 3), (3, 3, 1), (6, 3, 2)]
)
def test_how_many_days_a_campaign_needs(letters, used, needed):
    day = warm_ups.Today("example.test", 1, (3, 5), 3, used, 0, START + timedelta(hours=15))
    assert warm_ups.days_needed(day, letters) == needed
