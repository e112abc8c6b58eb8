"""How many letters a transport takes a minute."""

from datetime import UTC, datetime, timedelta

import pytest

from app.jobs import init_queue
from app.services import transport_rates
from app.services.transport_rates import note, rates

AT = datetime(2026, 3, 4, 5, 6, 45, tzinfo=UTC)


@pytest.fixture
def queue(settings, valkey, monkeypatch):
    init_queue(settings.model_copy(update={"redis_url": valkey}))
    clock = [AT]
    monkeypatch.setattr(transport_rates, "now", lambda: clock[0])
    return clock


def test_letters_of_the_last_minute_are_counted_by_transport(queue):
    note(1, 30)
    note(1, 10)
    note(2, 5)
    assert rates([1, 2, 3], AT) == {1: 40, 2: 5, 3: 0}
    assert rates([1], AT + timedelta(seconds=30)) == {1: 30}
    assert rates([1], AT + timedelta(minutes=2)) == {1: 0}
    assert rates([], AT) == {}


def test_while_redis_is_away_nothing_is_known_and_nothing_fails(queue, settings):
    init_queue(settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"}))
    note(1, 30)
    assert rates([1], AT) == {1: 0}
