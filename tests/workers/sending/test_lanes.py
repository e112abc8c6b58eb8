"""A campaign by several transports: shares, failover, limits, what is set aside, and held only when none is left."""

import threading
import time
from datetime import timedelta

import pytest

from app.clock import now
from app.database.session import reading, transaction
from app.jobs import init_queue
from app.models import CampaignStatus, Transport
from app.queries.transports import letters_of_a_day
from app.services.transport_ways import set_aside
from app.services.transports import switch
from app.services.warm_ups import domain_of_campaign
from tests.factories.transports import make_transport
from tests.fakes.smtp_server import DROP, smtp_server
from workers.sending.run import End
from workers.sending.way_out import ways_out


@pytest.fixture
def servers():
    with smtp_server() as first, smtp_server() as second:
        yield first, second


@pytest.fixture
def queue(database, valkey):
    init_queue(database.model_copy(update={"redis_url": valkey}))


def two(servers, **facts) -> tuple[int, int]:
    with transaction() as session:
        return tuple(
            make_transport(session, name, server.port, **facts).id
            for name, server in zip(("First", "Second"), servers, strict=True)
        )


def arrived(servers) -> list[str]:
    return sorted(letter.recipient for server in servers for letter in server.accepted)


def transport(number: int) -> Transport:
    with reading() as session:
        return session.get_one(Transport, number)


def test_letters_are_shared_by_weight_and_counted(sending, servers):
    campaign = sending(400)
    with transaction() as session:
        heavy = make_transport(session, "Heavy", servers[0].port, weight=30).id
        light = make_transport(session, "Light", servers[1].port, weight=10).id
    for server in servers:
        server.delay = 0.001
    assert campaign.send_by_transports() is End.NOTHING_DUE
    assert arrived(servers) == sorted(campaign.people)
    assert campaign.books() == {"sent": 400}
    assert 70 <= len(servers[1].accepted) <= 130
    with reading() as session:
        counted = letters_of_a_day(session)
    assert counted == {heavy: len(servers[0].accepted), light: len(servers[1].accepted)}


def test_one_that_dies_amid_a_campaign_loses_and_doubles_nothing(sending, servers):
    campaign = sending(300)
    two(servers)
    for server in servers:
        server.delay = 0.003
    dying = threading.Thread(target=lambda: (wait_until(lambda: len(servers[0].accepted) > 30), servers[0].close()))
    dying.start()
    campaign.send_by_transports(seconds=6)
    dying.join()
    while campaign.books().keys() & {"pending", "deferred"}:
        campaign.make_due()
        campaign.send_by_transports(seconds=3)
    books = campaign.books()
    came = arrived(servers)
    assert len(came) == len(set(came))
    unknown = {one.id for one in campaign.messages() if one.status == "unknown"}
    assert len(unknown) <= 10
    assert books["sent"] + len(unknown) == 300
    assert books["sent"] <= len(came) <= books["sent"] + len(unknown)


def wait_until(happened) -> None:
    until = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_one_that_never_answers_is_set_aside_and_the_others_carry_everything(sending, servers, monkeypatch):
    campaign = sending(60)
    first, second = two(servers)
    servers[0].always("GREETING", "554 5.3.0 go away")
    monkeypatch.setattr("workers.sending.lanes.MOST_TROUBLES", 2)
    servers[1].delay = 0.02
    assert campaign.send_by_transports() is End.NOTHING_DUE
    assert campaign.books() == {"sent": 60}
    assert len(servers[1].accepted) == 60
    assert "go away" in transport(first).aside_reason
    assert transport(first).aside_until > now()
    assert transport(second).aside_until is None


def test_the_campaign_is_held_when_none_is_left_with_each_reason(sending, servers, monkeypatch):
    monkeypatch.setattr("workers.sending.lanes.MOST_TROUBLES", 2)
    campaign = sending(10)
    two(servers)
    servers[0].always("GREETING", "554 5.3.0 go away")
    servers[1].close()
    assert campaign.send_by_transports() is End.HELD
    held = campaign.campaign()
    assert held.status == CampaignStatus.HELD
    assert "No transport is left" in held.trouble
    assert "go away" in held.trouble
    assert "Connection refused" in held.trouble
    assert campaign.books() == {"pending": 10}
    # Mended and resumed: what was set aside is tried at once, and a success takes it back.
    servers[1].reopen()
    campaign.resume()
    assert campaign.send_by_transports() is End.NOTHING_DUE
    assert campaign.books() == {"sent": 10}
    assert sorted(bool(transport(number).aside_until) for number in (1, 2)) == [False, True]


def test_one_that_refuses_what_we_do_is_set_aside_and_nobody_is_given_up(sending, servers):
    campaign = sending(40)
    first, _ = two(servers, connections=1)
    servers[0].always("MAIL", "550 5.7.1 sender not verified")
    campaign.send_by_transports(seconds=4)
    while campaign.books().get("pending"):
        campaign.make_due()
        campaign.send_by_transports(seconds=4)
    assert campaign.books() == {"sent": 40}
    assert not servers[0].accepted
    assert "sender not verified" in transport(first).aside_reason


def test_the_limit_of_a_day_holds_and_still_holds_after_everything_in_redis_is_gone(
    sending, servers, queue, valkey_server
):
    campaign = sending(40)
    with transaction() as session:
        number = make_transport(session, "Only", servers[0].port, per_day=25).id
    campaign.send_by_transports(seconds=2)
    assert len(servers[0].accepted) == 25
    valkey_server.flush()
    campaign.send_by_transports(seconds=2)
    assert len(servers[0].accepted) == 25
    assert campaign.books() == {"sent": 25, "pending": 15}
    with reading() as session:
        assert letters_of_a_day(session) == {number: 25}


def test_what_one_may_not_take_goes_by_the_others(sending, servers, queue):
    campaign = sending(60)
    with transaction() as session:
        make_transport(session, "Small", servers[0].port, per_day=10)
        make_transport(session, "Large", servers[1].port)
    assert campaign.send_by_transports() is End.NOTHING_DUE
    assert campaign.books() == {"sent": 60}
    assert len(servers[0].accepted) <= 10


def test_while_redis_is_away_a_limited_one_goes_at_half_its_pace(sending, servers, database):
    init_queue(database.model_copy(update={"redis_url": "redis://127.0.0.1:1"}))
    campaign = sending(60)
    with transaction() as session:
        make_transport(session, "Only", servers[0].port, per_minute=600)
    campaign.send_by_transports(seconds=2)
    assert 0 < len(servers[0].accepted) <= 25


def test_a_transport_that_names_the_domain_carries_its_letters_alone(sending, servers):
    campaign = sending(20)
    with transaction() as session:
        make_transport(session, "General", servers[0].port)
        make_transport(session, "Own", servers[1].port, domains=domain_of_campaign(session, campaign.id))
    assert campaign.send_by_transports() is End.NOTHING_DUE
    assert len(servers[1].accepted) == 20
    assert not servers[0].accepted


def test_switching_one_off_amid_a_run_ends_the_run_and_the_next_goes_by_the_other(sending, servers, monkeypatch):
    monkeypatch.setattr("workers.sending.lanes.LOOK_SECONDS", 0.2)
    campaign = sending(200)
    first, _ = two(servers)
    for server in servers:
        server.delay = 0.02

    def switch_off():
        wait_until(lambda: len(servers[0].accepted) > 3)
        with transaction() as session:
            switch(session, first, on=False)

    thread = threading.Thread(target=switch_off)
    thread.start()
    assert campaign.send_by_transports() is End.MORE
    thread.join()
    before = len(servers[0].accepted)
    servers[1].delay = 0
    assert campaign.send_by_transports() is End.NOTHING_DUE
    assert len(servers[0].accepted) == before
    assert campaign.books() == {"sent": 200}


def test_letters_whose_answer_never_came_are_unknown_whichever_way_they_went(sending, servers):
    campaign = sending(6)
    two(servers, connections=1)
    for server in servers:
        server.say("DOT", DROP)
    campaign.send_by_transports(seconds=3)
    books = campaign.books()
    assert books["unknown"] in {1, 2}
    assert books["sent"] == 6 - books["unknown"]


def test_what_is_set_aside_rests_and_returns_on_probation(sending, servers):
    campaign = sending(30)
    first, _ = two(servers)
    with transaction() as session:
        set_aside(session, first, "it failed")
    assert campaign.send_by_transports() is End.NOTHING_DUE
    assert not servers[0].accepted
    again = sending(30)
    with transaction() as session:
        session.get_one(Transport, first).aside_until = now() - timedelta(seconds=1)
    for server in servers:
        server.delay = 0.002
    assert again.send_by_transports() is End.NOTHING_DUE
    assert servers[0].accepted
    assert transport(first).aside_until is None


def test_without_rows_the_settings_decide(sending, database):
    campaign = sending(1)
    settings = database.model_copy(update={"smtp_url": "smtp://127.0.0.1:2525"})
    assert ways_out(settings, campaign.id).port == 2525
