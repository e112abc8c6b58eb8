"""System letters leave, each outcome in its row."""

from datetime import timedelta

import pytest

from app.config import Settings
from app.database.session import reading, transaction
from app.models import Notice, NoticeKind, NoticeStatus
from app.services.notices import queue_notice
from app.services.transports import switch
from tests.factories.transports import make_transport
from tests.fakes.smtp_server import DROP, smtp_server
from workers import runtime
from workers.jobs.notices import send_due


@pytest.fixture
def server():
    with smtp_server() as one:
        yield one


@pytest.fixture
def ready(database: Settings, server):
    runtime.use_settings(database.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{server.port}"}))


def queue(email: str) -> int:
    payload = {"url": "http://127.0.0.1:8000/invitation/abc", "name": "Ada"}
    with transaction() as session:
        return queue_notice(session, NoticeKind.INVITATION, email, payload=payload, lifetime=timedelta(hours=1))


def notice(number: int) -> Notice:
    with reading() as session:
        return session.get_one(Notice, number)


def test_a_notice_leaves_once_with_its_address_inside(ready, server):
    number = queue("ada@example.test")
    send_due()
    send_due()
    [letter] = server.accepted
    assert letter.recipient == "ada@example.test"
    assert b"/invitation/abc" in letter.body
    assert b"Auto-Submitted: auto-generated" in letter.body
    assert notice(number).status is NoticeStatus.SENT


def test_a_refused_notice_has_failed_and_the_others_leave(ready, server):
    bad, good = queue("nobody@example.test"), queue("ada@example.test")
    server.say_to("nobody@example.test", "RCPT", "550 5.1.1 no such user")
    send_due()
    assert notice(bad).status is NoticeStatus.FAILED
    assert "no such user" in notice(bad).reply
    assert notice(good).status is NoticeStatus.SENT


@pytest.mark.parametrize("answer", ["451 4.3.0 later", DROP])
def test_a_notice_that_may_not_have_arrived_is_tried_again(ready, server, answer: str):
    number = queue("ada@example.test")
    server.say("DOT", answer)
    send_due()
    row = notice(number)
    assert (row.status, row.attempts) == (NoticeStatus.PENDING, 1)
    assert row.next_at is not None
    with transaction() as session:
        session.get_one(Notice, number).next_at = None
    send_due()
    assert notice(number).status is NoticeStatus.SENT


def test_a_server_that_is_away_costs_a_try_and_is_told(ready, server):
    number = queue("ada@example.test")
    server.close()
    send_due()
    row = notice(number)
    assert row.status is NoticeStatus.PENDING
    assert str(server.port) in row.reply


def test_without_a_way_out_no_try_is_counted(database: Settings):
    runtime.use_settings(database)
    number = queue("ada@example.test")
    send_due()
    assert notice(number).attempts == 0


def test_notices_leave_by_transports_and_by_the_next_where_one_is_away(ready, server):
    with smtp_server() as away:
        port = away.port
    with transaction() as session:
        make_transport(session, "Away", port, weight=1_000)
        make_transport(session, "There", server.port, weight=1)
    queued = [queue(f"a{number}@example.test") for number in range(3)]
    send_due()
    assert {notice(number).status for number in queued} == {NoticeStatus.SENT}
    assert len(server.accepted) == 3


def test_a_transport_whose_day_is_over_leaves_notices_for_later(ready, server, database, valkey):
    runtime.use_settings(database.model_copy(update={"redis_url": valkey}))
    with transaction() as session:
        make_transport(session, "Small", server.port, per_day=2)
    queued = [queue(f"a{number}@example.test") for number in range(3)]
    send_due()
    assert len(server.accepted) == 2
    waiting = [one for one in map(notice, queued) if one.status is NoticeStatus.PENDING]
    assert ["limit" in one.reply for one in waiting] == [True]


def test_a_refusal_of_what_we_do_is_asked_of_the_next_transport(ready, server):
    with smtp_server() as strict:
        strict.always("MAIL", "550 5.7.1 sender not verified")
        with transaction() as session:
            make_transport(session, "Strict", strict.port, weight=1_000)
            make_transport(session, "There", server.port, weight=1)
        number = queue("ada@example.test")
        send_due()
    assert notice(number).status is NoticeStatus.SENT


def test_while_all_transports_are_off_a_notice_waits_and_says_so(ready, server):
    with transaction() as session:
        switch(session, make_transport(session, "Off", server.port).id, on=False)
    number = queue("ada@example.test")
    send_due()
    assert notice(number).status is NoticeStatus.PENDING
    assert "switched off" in notice(number).reply
    assert not server.accepted
