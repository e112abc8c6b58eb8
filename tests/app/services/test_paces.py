"""How fast a domain may be written to: halved once a wish, raised by clean minutes, free again in the end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.models import Chunk, DomainPace
from app.services import paces
from tests.factories.campaigns import make_sending
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed


def slow_down(domain="slow.test", measured=600.0, said="421 4.7.0 too fast"):
    with transaction() as session:
        return paces.slow_down(session, domain, measured=measured, said=said)


def let_pass(**time):
    with transaction() as session:
        for row in session.scalars(select(DomainPace)):
            row.slowed_at -= timedelta(**time)
            row.changed_at -= timedelta(**time)


def speed_up():
    with transaction() as session:
        paces.speed_up(session)
    with reading() as session:
        return paces.paces(session)


def test_a_wish_for_patience_halves_and_many_at_once_are_one(database):
    assert slow_down() == 300
    assert slow_down(measured=5_000) == 300
    let_pass(seconds=11)
    assert slow_down(measured=5_000) == 150
    with reading() as session:
        assert session.get_one(DomainPace, "slow.test").said == "421 4.7.0 too fast"
        assert paces.paces(session) == {"slow.test": 150}


def test_nobody_is_slowed_below_six_a_minute(database):
    for _ in range(12):
        slow_down()
        let_pass(seconds=11)
    assert slow_down() == paces.LEAST_A_MINUTE


def test_ten_clean_minutes_add_a_tenth_and_a_fast_domain_is_free_again(database):
    slow_down()
    assert speed_up() == {"slow.test": 300}
    let_pass(minutes=10)
    assert speed_up() == {"slow.test": pytest.approx(330)}
    assert speed_up() == {"slow.test": pytest.approx(330)}
    with transaction() as session:
        session.get_one(DomainPace, "slow.test").per_minute = 5_900
    let_pass(minutes=10)
    assert speed_up() == {}


def test_open_chunks_of_that_domain_alone_wait_and_no_others(database):
    with transaction() as session:
        mailing_list = make_list(session)
        make_confirmed(session, mailing_list, 3)
        campaign = make_sending(session, mailing_list)
        [chunk] = session.scalars(select(Chunk).where(Chunk.campaign_id == campaign.id))
        session.add(Chunk(campaign_id=campaign.id, first_id=9_000, last_id=9_001, domain_group="slow.test"))
        paces.park(session, campaign.id, {"slow.test": 5.0})
    with reading() as session:
        parked = session.scalars(select(Chunk).where(Chunk.domain_group == "slow.test")).one()
        assert timedelta(seconds=3) < parked.next_at - now() <= timedelta(seconds=5)
        free = session.get_one(Chunk, chunk.id)
        assert free.next_at is None or free.next_at <= now()
