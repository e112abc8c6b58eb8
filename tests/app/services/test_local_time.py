"""A local time means one moment, or is refused with both readings."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.services.local_time import parse_local_time

PARIS = "Europe/Paris"
FIRST = datetime.fromisoformat("1990-01-01T00:00")
ZONES = (PARIS, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca", "UTC", "Pacific/Apia")


def refusal(text: str, zone: str = PARIS) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        parse_local_time(text, zone)
    return caught.value.fields


def test_a_local_time_is_read_on_the_zones_clocks():
    assert parse_local_time("2026-05-31T09:30", PARIS) == datetime(2026, 5, 31, 7, 30, tzinfo=UTC)
    assert parse_local_time(" 2026-12-31 09:30 ", PARIS) == datetime(2026, 12, 31, 8, 30, tzinfo=UTC)


def test_an_offset_wins_over_the_zone():
    assert parse_local_time("2026-05-31T09:30-04:00", PARIS) == datetime(2026, 5, 31, 13, 30, tzinfo=UTC)
    assert parse_local_time("2026-05-31T09:30:15Z", PARIS) == datetime(2026, 5, 31, 9, 30, 15, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused_with_both_readings():
    assert refusal("2026-03-29T02:30") == {
        "at": "2026-03-29 02:30 does not exist in Europe/Paris, since the clocks go forward. "
        "Write 2026-03-29T01:30+01:00 or 2026-03-29T03:30+02:00."
    }


def test_a_time_that_happens_twice_is_refused_with_both_readings():
    assert refusal("2026-10-25T02:30") == {
        "at": "2026-10-25 02:30 happens twice in Europe/Paris, since the clocks go back. "
        "Write 2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00."
    }


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-05-31", "2026-13-01T10:00", "2026-02-30T10:00", "1e9", "09:30"])
def test_what_is_no_time_is_refused_under_its_field(text):
    assert set(refusal(text)) == {"at"}


def test_the_ends_of_the_calendar_are_refused_and_do_not_crash():
    assert set(refusal("0001-01-01T00:00")) == {"at"}
    assert set(refusal("9999-12-31T23:59-14:00")) == {"at"}


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "\0"])
def test_an_unknown_zone_is_refused_under_its_field(zone):
    assert set(refusal("2026-05-31T09:30", zone)) == {"zone"}


@settings(max_examples=100, deadline=None)
@given(
    written=st.integers(0, 47 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
    zone=st.sampled_from(ZONES),
)
def test_every_local_time_is_one_moment_or_two_readings_that_are_accepted(written: datetime, zone: str):
    text = written.isoformat(timespec="minutes")
    try:
        moment = parse_local_time(text, zone)
    except InvalidInput as error:
        readings = re.findall(r"Write (\S+) or (\S+)\.", error.fields["at"])[0]
        first, second = (parse_local_time(reading, zone) for reading in readings)
        assert timedelta() < second - first <= timedelta(days=1)
    else:
        assert moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == written
        others = (moment + timedelta(minutes=shift) for shift in (-60, -30, 30, 60))
        assert all(other.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != written for other in others)
