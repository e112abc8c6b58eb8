"""Letters go no faster than a domain or the mail server takes them, and one slow domain holds up no other."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from redis import Redis
from sqlalchemy import select

from app.clock import now
from app.database.session import reading, transaction
from app.models import DomainPace, Subscriber
from tests.servers.valkey import start_valkey
from workers.sending.pace import RELAY, Pace, asks_for_patience, draw
from workers.smtp.outcome import Deferred
from workers.smtp.relay import Relay, parse_relay


@pytest.fixture
def valkey(tmp_path, monkeypatch):
    (tmp_path / "valkey").mkdir()
    server = start_valkey(tmp_path / "valkey")
    connection = Redis.from_url(server.address)
    monkeypatch.setattr("workers.sending.pace.queue_connection", lambda: connection)
    yield connection
    connection.close()
    server.stop()


def test_a_bucket_begins_empty_fills_at_its_rate_and_runs_over_at_its_brim(valkey):
    def taken(wanted=100):
        return draw(valkey, "gmail.test", a_second=50, most=10, wanted=wanted)

    assert taken() == 0
    time.sleep(0.1)
    first = taken()
    assert 4 <= first <= 10
    time.sleep(0.5)
    assert taken(3) == 3
    assert taken() in range(7, 11)
    valkey.flushall()
    assert taken() == 0


def test_two_hosts_together_get_no_more_than_one(valkey):
    draw(valkey, "gmail.test", a_second=100, most=1_000, wanted=1)
    begun = time.monotonic()
    with ThreadPoolExecutor(2) as pool:

        def draws(_host):
            return sum(draw(valkey, "gmail.test", a_second=100, most=1_000, wanted=5) for _ in range(60))

        got = sum(pool.map(draws, range(2)))
    assert got <= (time.monotonic() - begun) * 100 + 1


def slow_people(campaign, count):
    """The first so many readers move to another domain."""
    with transaction() as session:
        for number, email in enumerate(campaign.people[:count]):
            person = session.scalars(select(Subscriber).where(Subscriber.email == email)).one()
            person.email = campaign.people[number] = f"r{number}@slow.test"


def test_one_domain_that_asks_for_patience_is_slowed_and_the_others_are_not(sending, server, valkey):
    campaign = sending(120)
    slow_people(campaign, 60)
    for email in campaign.people[:60]:
        server.say_to(email, "RCPT", "450 4.7.1 you are too fast")
    campaign.send(server, seconds=6)
    sent = {one.recipient for one in server.accepted}
    assert set(campaign.people[60:]) <= sent
    asked = [line for _, line in server.commands if line.startswith("RCPT") and "slow.test" in line]
    # Those that were on their way at once, then no more than a token in a while: not sixty.
    assert 1 <= len(asked) < 30
    with reading() as session:
        row = session.get_one(DomainPace, "slow.test")
    assert row.said == "450 4.7.1 you are too fast"
    assert row.per_minute < 60
    assert campaign.books()["sent"] == 60


def test_rows_of_a_slow_domain_wait_in_the_ledger_and_go_later(sending, server, valkey):
    campaign = sending(8)
    slow_people(campaign, 4)
    with transaction() as session:
        session.add(pace_of("slow.test", 6))
    campaign.send(server, seconds=2)
    assert campaign.books() == {"sent": 4, "pending": 4}
    with transaction() as session:
        session.get_one(DomainPace, "slow.test").per_minute = 5_000
    campaign.make_due()
    campaign.send(server, seconds=20)
    assert campaign.books() == {"sent": 8}


def pace_of(domain, per_minute):
    return DomainPace(domain=domain, per_minute=per_minute, slowed_at=now(), changed_at=now(), said="")


def test_the_mail_servers_own_limit_is_kept(sending, server, valkey):
    campaign = sending(60)
    begun = time.monotonic()
    campaign.send(server, seconds=3, per_minute=600)
    seconds = time.monotonic() - begun
    assert 5 <= len(server.accepted) <= seconds * 10 + 1
    assert campaign.books().get("pending", 0) == 60 - len(server.accepted)


def test_without_redis_a_run_goes_on_at_half_the_pace_by_itself(sending, server):
    campaign = sending(60)
    begun = time.monotonic()
    campaign.send(server, seconds=3, per_minute=600)
    assert 1 <= len(server.accepted) <= (time.monotonic() - begun) * 5 + 2


def test_a_wish_holds_although_the_database_is_asked_before_it_knows(monkeypatch):
    known = Event()
    monkeypatch.setattr("workers.sending.pace.slow_down", lambda *_told: known.wait(30))
    monkeypatch.setattr("workers.sending.pace.read_paces", lambda _speeds_up: {})
    with ThreadPoolExecutor(2) as executor:
        pace = Pace(executor, Relay("mail.test"), lambda: None)
        pace.hear("slow.test", Deferred(None, 421, "4.7.0"))
        asyncio.run(pace.begin())
        assert not pace.may_go("slow.test")
        known.set()
        pace._heard["slow.test"][1].result(30)
        asyncio.run(pace.begin())
        assert pace.may_go("slow.test")


def test_only_421_and_temporary_policy_ask_for_patience():
    assert asks_for_patience(Deferred(None, 421, "4.3.2"))
    assert asks_for_patience(Deferred(None, 450, "4.7.28"))
    assert not asks_for_patience(Deferred(None, 450, "4.2.2"))
    assert not asks_for_patience(Deferred(None))


def test_a_relay_without_a_limit_holds_nobody_back():
    pace = Pace(ThreadPoolExecutor(1), Relay("mail.test"), lambda: None)
    assert pace.limit_of(RELAY) is None
    assert all(pace.may_go("gmail.test") for _ in range(10_000))
    assert parse_relay("smtp://mail.test?per_minute=840").per_minute == 840
