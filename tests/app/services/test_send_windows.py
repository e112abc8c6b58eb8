"""Hours at which letters may leave, through every change of clocks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.send_windows import ALL_DAYS, WHOLE_DAY, Hours, is_open, next_midnight, next_opening

ZONES = ("UTC", "Europe/Paris", "America/Sao_Paulo", "America/St_Johns", "Asia/Kolkata", "Pacific/Apia", "Africa/Cairo")
WORK = Hours(frozenset(range(5)), 9 * 60, 17 * 60, "Europe/Paris")
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2035, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001
HOURS = st.builds(
    Hours,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, WHOLE_DAY),
    st.integers(0, WHOLE_DAY),
    st.sampled_from(ZONES),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2030-03-01T07:59+00:00", "2030-03-01T08:00+00:00"),
        ("2030-03-01T08:00+00:00", "2030-03-01T08:00+00:00"),
        ("2030-03-01T15:59+00:00", "2030-03-01T15:59+00:00"),
        ("2030-03-01T16:00+00:00", "2030-03-04T08:00+00:00"),
        ("2030-03-29T18:00+00:00", "2030-04-01T07:00+00:00"),  # the clocks went forward meanwhile
    ],
)
def test_working_hours_in_paris(moment, opens):
    assert next_opening(WORK, at(moment)) == at(opens)
    assert is_open(WORK, at(moment)) == (moment == opens)


def test_a_night_belongs_to_the_day_it_begins_on():
    friday_night = Hours(frozenset({4}), 22 * 60, 2 * 60, "UTC")
    assert is_open(friday_night, at("2030-03-02T01:59+00:00"))
    assert not is_open(friday_night, at("2030-03-02T02:00+00:00"))
    assert not is_open(friday_night, at("2030-03-01T01:00+00:00"))


def test_every_day_and_hour_is_always():
    assert Hours().always
    assert not Hours(ALL_DAYS, 0, 60).always


def test_a_day_begins_when_its_clocks_show_midnight():
    assert next_midnight(at("2030-03-31T12:00+00:00"), "Europe/Paris") == at("2030-03-31T22:00+00:00")


@given(hours=HOURS, moment=MOMENTS)
def test_it_opens_within_nine_days_and_not_a_minute_earlier(hours, moment):
    opens = next_opening(hours, moment)
    assert moment <= opens <= moment + timedelta(days=9)
    assert is_open(hours, opens)
    if opens > moment:
        assert not is_open(hours, moment)
        assert not is_open(hours, opens - timedelta(minutes=1)) or opens - moment < timedelta(minutes=1)
