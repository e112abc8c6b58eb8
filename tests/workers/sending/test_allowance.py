"""Limits of a transport: shared by all hosts, never more in any stretch of a window, and true after FLUSHALL."""

import time

import pytest
from redis import Redis

from workers.sending.allowance import Allowance, Counted, draw_letters, seeds


@pytest.fixture
def redis(valkey):
    connection = Redis.from_url(valkey)
    yield connection
    connection.close()


FRESH = Counted()


def test_a_day_and_an_hour_give_what_is_left_of_them_and_no_more(redis):
    limits = {"per_hour": 30, "per_day": 100}
    assert draw_letters(redis, 1, limits, 20) is None
    assert draw_letters(redis, 1, limits, 20, FRESH) == 20
    assert draw_letters(redis, 1, limits, 20) == 10
    assert draw_letters(redis, 1, limits, 20) == 0
    assert draw_letters(redis, 2, limits, 20, FRESH) == 20


def test_what_is_given_back_may_be_drawn_again(redis):
    draw_letters(redis, 1, {"per_day": 10}, 10, FRESH)
    draw_letters(redis, 1, {"per_day": 10}, -4)
    assert draw_letters(redis, 1, {"per_day": 10}, 10) == 4
    draw_letters(redis, 1, {"per_day": 10}, -100)
    assert draw_letters(redis, 1, {"per_day": 10}, 100) == 10


@pytest.mark.parametrize("limit", ["per_second", "per_minute"])
def test_short_windows_begin_as_if_all_had_been_used(redis, limit):
    assert draw_letters(redis, 1, {limit: 1}, 5, FRESH) == 0
    redis.flushall()
    assert draw_letters(redis, 1, {limit: 1}, 5) is None


def test_long_windows_begin_with_what_the_database_has_counted(redis):
    counted = Counted(lately=25, hours=[(0.0, 25), (7_200.0, 60), (90_000.0, 1_000)])
    assert draw_letters(redis, 1, {"per_day": 100}, 50, counted) == 15
    assert draw_letters(redis, 2, {"per_hour": 30}, 50, counted) == 5


def test_no_stretch_of_a_second_gets_more_than_its_limit(redis):
    draw_letters(redis, 1, {"per_second": 20}, 1, FRESH)
    drawn: list[tuple[float, int]] = []
    begun = time.monotonic()
    while time.monotonic() - begun < 1.6:
        given = draw_letters(redis, 1, {"per_second": 20}, 7)
        drawn.append((time.monotonic(), given))
        time.sleep(0.01)
    for at, _ in drawn:
        # Each draw was asked for before its time here, so that a shorter stretch is held.
        assert sum(given for other, given in drawn if at - 0.9 < other <= at) <= 20
    assert sum(given for _, given in drawn) > 0


def test_a_limit_that_is_added_later_is_seeded_too(redis):
    draw_letters(redis, 1, {"per_day": 100}, 40, FRESH)
    assert draw_letters(redis, 1, {"per_day": 100, "per_hour": 10}, 40) is None
    assert draw_letters(redis, 1, {"per_day": 100, "per_hour": 10}, 40, Counted(lately=8)) == 2


def test_seeds_are_spread_over_their_window_and_add_up():
    spread = seeds("per_minute", 90, FRESH)
    assert sum(letters for _, letters in spread) == 90
    assert max(letters for _, letters in spread) == 2
    assert seeds("per_hour", 90, FRESH) == []


def test_without_limits_nothing_is_counted_and_with_them_nothing_goes_before_it_was_drawn():
    free, held = Allowance({}), Allowance({"per_second": 4, "per_day": 1_000})
    assert free.may_go
    free.spend()
    assert free.may_go
    assert not held.may_go
    assert held.wanted(500) == 2
    held.take_in(2)
    held.spend()
    assert held.may_go
    assert held.hand_in() == 1
    held.without_redis(100)
    assert not held.may_go
    assert Allowance({"per_day": 10}).wanted(7) == 7
