"""After a long absence nothing leaves by itself; a clock on the wall that jumps is no absence."""

from datetime import timedelta

import pytest

from app.clock import now
from app.database.session import reading, transaction
from app.models import Campaign, CampaignStatus, HoldCause, HostBeat
from app.services.scheduling import resume, start_due
from app.services.watch import Stamp, absence, look_after, was_away
from tests.factories.campaigns import make_sending
from tests.factories.ready import make_ready

HERE = "host.boot"


@pytest.fixture
def campaign(database):
    with transaction() as session:
        return make_sending(session).id


def beat(host: str = HERE, seconds: float = 100.0) -> list[int]:
    with transaction() as session:
        return look_after(session, Stamp(host, seconds))


def age(host: str, by: timedelta) -> None:
    with transaction() as session:
        session.get_one(HostBeat, host).at -= by


def state(campaign_id: int) -> tuple[CampaignStatus, HoldCause | None]:
    with reading() as session:
        one = session.get_one(Campaign, campaign_id)
        return one.status, one.hold_cause


def test_a_new_house_was_never_away(campaign):
    assert beat() == []
    assert state(campaign) == (CampaignStatus.SENDING, None)


def test_after_more_than_an_hour_a_campaign_that_was_leaving_is_held_and_asks(campaign):
    beat()
    age(HERE, timedelta(hours=2))
    assert beat("host.nextboot", 5.0) == [campaign]
    assert state(campaign) == (CampaignStatus.HELD, HoldCause.AWAY)
    with transaction() as session:
        resume(session, campaign)
    assert beat("host.nextboot", 10.0) == []
    assert state(campaign) == (CampaignStatus.SENDING, None)


def test_a_short_absence_holds_nothing(campaign):
    beat()
    age(HERE, timedelta(minutes=59))
    assert beat("host.nextboot", 5.0) == []


def test_a_wall_clock_that_jumps_is_no_absence_for_the_host_that_kept_beating(campaign):
    beat(seconds=100.0)
    age(HERE, timedelta(hours=3))
    assert beat(seconds=105.0) == []
    assert state(campaign) == (CampaignStatus.SENDING, None)


def test_a_host_that_was_frozen_counts_by_the_clock_that_nobody_sets(campaign):
    beat(seconds=100.0)
    assert beat(seconds=100.0 + 2 * 3600) == [campaign]


def test_one_host_that_is_awake_is_enough(campaign):
    beat("other.boot", 50.0)
    beat(seconds=100.0)
    assert beat(seconds=100.0 + 2 * 3600) == []


def test_nothing_may_be_leased_before_somebody_looked(campaign):
    beat()
    with reading() as session:
        assert not was_away(session, Stamp(HERE, 101.0))
        assert was_away(session, Stamp(HERE, 101.0 + 3601))
        assert absence(session, Stamp(HERE, 107.0)) == timedelta(seconds=7)


def test_a_campaign_more_than_an_hour_overdue_is_held_and_can_be_sent_or_taken_back(database):
    with transaction() as session:
        one, _ = make_ready(session)
        one.status, one.send_at = CampaignStatus.SCHEDULED, now() - timedelta(minutes=61)
        campaign_id = one.id
    with transaction() as session:
        assert start_due(session) == []
    assert state(campaign_id) == (CampaignStatus.HELD, HoldCause.LATE)
    with transaction() as session:
        assert resume(session, campaign_id).status == CampaignStatus.PREPARING
