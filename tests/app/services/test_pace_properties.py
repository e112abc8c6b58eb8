"""Any sequence of wishes for patience and clean minutes: a pace is halved once a wish, and free again in the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.models import DomainPace
from app.services import paces
from app.services.paces import CLEAN, FREE_A_MINUTE, LEAST_A_MINUTE, ONE_SIGNAL, RAISED_BY

BEGAN = datetime(2026, 11, 24, 9, tzinfo=UTC)
GROUPS = st.sampled_from(["google.com", "outlook.com"])
MEASURED = st.floats(0, 100_000)
SECONDS = st.integers(0, 3_000)
WISH = st.tuples(st.just("wish"), SECONDS, GROUPS, MEASURED)
QUIET = st.tuples(st.just("quiet"), SECONDS)
STEPS = st.lists(st.one_of(WISH, QUIET), max_size=25)


class Clock:
    def __init__(self) -> None:
        self.moment = BEGAN

    def __call__(self) -> datetime:
        return self.moment


@contextmanager
def ledger() -> Iterator[tuple[Session, Clock]]:
    engine = create_engine("sqlite://")
    DomainPace.__table__.create(engine)
    clock = Clock()
    with Session(engine) as session, patch("app.services.paces.now", clock):
        yield session, clock
    engine.dispose()


def step(session: Session, clock: Clock, act: tuple) -> None:
    """Does one act and holds what it must never do against what it did."""
    clock.moment += timedelta(seconds=act[1])
    before = {
        row.domain: (row.per_minute, row.slowed_at, row.changed_at) for row in session.scalars(select(DomainPace))
    }
    if act[0] == "wish":
        _, _, group, measured = act
        pace = paces.slow_down(session, group, measured=measured, said="421 4.7.0 too fast")
        had, slowed_at, _ = before.get(group, (measured, BEGAN - ONE_SIGNAL, BEGAN))
        repeated = group in before and slowed_at > clock.moment - ONE_SIGNAL
        expected = had if repeated else max(LEAST_A_MINUTE, min(had, FREE_A_MINUTE) / 2)
        assert pace == pytest.approx(expected)
        others = {name: kept[0] for name, kept in before.items() if name != group}
        assert {name: pace for name, pace in paces.paces(session).items() if name != group} == others
    else:
        paces.speed_up(session)
        once = paces.paces(session)
        paces.speed_up(session)  # every host does so, at the same moment as well
        assert paces.paces(session) == once
        for name, (had, _, changed_at) in before.items():
            clean = changed_at <= clock.moment - CLEAN
            expected = had * RAISED_BY if clean else had
            assert once.get(name) == (pytest.approx(expected) if expected <= FREE_A_MINUTE else None)
    assert all(LEAST_A_MINUTE <= pace <= FREE_A_MINUTE for pace in paces.paces(session).values())


@given(STEPS)
@settings(max_examples=40)
def test_a_wish_halves_its_group_alone_and_ten_clean_minutes_add_a_tenth(steps):
    with ledger() as (session, clock):
        for act in steps:
            step(session, clock, act)


@given(MEASURED, st.integers(1, 8))
@settings(max_examples=15)
def test_however_often_it_was_slowed_a_group_is_free_after_clean_hours(measured, wishes):
    with ledger() as (session, clock):
        for _ in range(wishes):
            paces.slow_down(session, "google.com", measured=measured, said="")
            clock.moment += ONE_SIGNAL
        for _ in range(13 * 6):
            clock.moment += CLEAN
            paces.speed_up(session)
        assert paces.paces(session) == {}
