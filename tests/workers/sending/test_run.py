"""A send job's run, from the ledger through a mail server and back, on both databases."""

import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.clock import now
from app.database.session import reading, transaction
from app.models import (
    Campaign,
    CampaignStatus,
    ChunkState,
    HoldCause,
    HostBeat,
    MessageStatus,
    Reason,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Suppression,
)
from app.services.delivery import finish_if_balanced
from app.services.scheduling import pause
from tests.fakes.smtp_server import DROP
from tests.workers.conftest import wait_for
from workers.sending import chunk, journal
from workers.sending.journal import Journal
from workers.sending.run import End
from workers.smtp import pool

S = MessageStatus


def test_everybody_gets_one_letter_and_the_books_balance(sending, server):
    campaign = sending(30)
    assert campaign.send(server) is End.NOTHING_DUE
    assert sorted(one.recipient for one in server.accepted) == sorted(campaign.people)
    assert campaign.books() == {"sent": 30}
    assert all(row.attempts == 1 and row.code == 250 and row.sent_at for row in campaign.messages())
    assert [chunk.state for chunk in campaign.chunks()] == [ChunkState.DONE]
    with transaction() as session:
        assert finish_if_balanced(session, campaign.id)


def test_a_letter_carries_its_own_names(sending, server):
    campaign = sending(2)
    campaign.send(server)
    first, second = (one for one in server.accepted)
    assert first.sender != second.sender
    for one, row in ((first, campaign.message_to(first.recipient)), (second, campaign.message_to(second.recipient))):
        name = one.sender.rpartition("@")[0].rpartition("+")[2]
        assert name.startswith(f"m{row.id}.")
        assert f"Message-ID: <{name}@example.test>\r\n".encode() in one.body
        assert f"<{one.recipient}>".encode() in one.body


def test_a_second_try_carries_the_same_names(sending, server):
    campaign = sending(1)
    server.say("DOT", "451 4.3.0 later")
    campaign.send(server)
    before = [line for _, line in server.commands if line.startswith("MAIL")]
    campaign.make_due()
    campaign.send(server)
    after = [line for _, line in server.commands if line.startswith("MAIL")]
    assert after == before * 2
    assert campaign.messages()[0].attempts == 2


def test_a_bad_address_is_refused_and_suppressed_and_the_others_get_theirs(sending, server):
    campaign = sending(5)
    bad = campaign.people[2]
    server.say_to(bad, "RCPT", "550 5.1.1 no such user")
    campaign.send(server)
    assert campaign.books() == {"sent": 4, "refused": 1}
    row = campaign.message_to(bad)
    assert (row.reason, row.code, row.enhanced, row.reply) == (Reason.ADDRESS_BAD, 550, "5.1.1", "no such user")
    with reading() as session:
        assert session.scalars(select(Suppression.address_hash)).all() == [row.address_hash]


def test_a_temporary_refusal_waits_five_minutes(sending, server):
    campaign = sending(3)
    later = campaign.people[0]
    server.say_to(later, "RCPT", "450 4.2.0 greylisted")
    campaign.send(server)
    row = campaign.message_to(later)
    assert (row.status, row.attempts) == (S.DEFERRED, 1)
    assert timedelta(minutes=4) < row.next_at - now() <= timedelta(minutes=5)
    [chunk] = campaign.chunks()
    assert (chunk.state, chunk.next_at) == (ChunkState.OPEN, row.next_at)
    assert campaign.send(server) is End.NOTHING_DUE
    assert sum(later in line for _, line in server.commands) == 1


def test_after_48_hours_of_tries_a_letter_has_expired(sending, server):
    campaign = sending(1)
    server.always("RCPT", "450 4.2.0 later")
    for _ in range(9):
        campaign.make_due()
        campaign.send(server)
    row = campaign.messages()[0]
    assert (row.status, row.reason, row.attempts) == (S.REFUSED, Reason.EXPIRED, 9)


def test_a_connection_lost_after_the_dot_is_unknown_and_not_sent_again(sending, server):
    campaign = sending(3)
    server.say("DOT", DROP)
    campaign.send(server)
    campaign.make_due()
    campaign.send(server)
    assert campaign.books() == {"sent": 2, "unknown": 1}
    # Not DATA is counted: a process that was kept waiting gives a letter back after the 354, and asks again.
    assert len(server.bodies) == len(set(server.bodies)) == 3


def test_a_person_whose_values_break_the_letter_is_refused_alone(sending, server):
    campaign = sending(3)
    poison = campaign.people[1]
    with transaction() as session:
        session.scalars(select(Subscriber).where(Subscriber.email == poison)).one().email = "a<b@example.test"
    campaign.send(server)
    assert campaign.books() == {"sent": 2, "refused": 1}
    assert campaign.messages()[1].reason is Reason.RENDER_FAILED


@pytest.mark.parametrize("verb", ["MAIL", "DATA"])
def test_a_server_that_refuses_us_five_times_holds_the_campaign_and_loses_nobody(sending, server, verb: str):
    campaign = sending(40)
    server.always(verb, "554 5.7.1 you are not welcome")
    assert campaign.send(server) is End.HELD
    assert campaign.books() == {"pending": 40}
    assert {row.attempts for row in campaign.messages()} == {0}
    assert campaign.campaign().status == CampaignStatus.HELD
    assert campaign.campaign().hold_cause == HoldCause.REFUSALS
    assert "554 5.7.1 you are not welcome" in campaign.campaign().trouble
    assert server.verbs.count(verb) <= 10
    server.as_usual(verb)
    campaign.resume()
    campaign.make_due()
    campaign.send(server)
    assert campaign.books() == {"sent": 40}
    assert campaign.campaign().trouble == ""


def test_the_same_refusal_after_the_pause_holds_a_campaign_to_few_people(sending, server):
    campaign = sending(2)
    server.always("MAIL", "554 5.7.1 you are not welcome")
    assert campaign.send(server) is End.NOTHING_DUE
    assert campaign.campaign().status == CampaignStatus.SENDING
    assert "you are not welcome" in campaign.campaign().trouble
    assert campaign.send(server) is End.NOTHING_DUE
    assert server.verbs.count("MAIL") == 2
    campaign.make_due()
    assert campaign.send(server) is End.HELD


def test_a_server_that_stays_away_holds_the_campaign_and_loses_nobody(sending, server, monkeypatch):
    monkeypatch.setattr(pool, "LONGEST_PAUSE_SECONDS", 0.05)
    campaign = sending(10)
    server.close()
    assert campaign.send(server) is End.HELD
    assert campaign.books() == {"pending": 10}
    assert {row.attempts for row in campaign.messages()} == {0}
    assert campaign.campaign().hold_cause == HoldCause.RELAY
    assert f"127.0.0.1:{server.port}" in campaign.campaign().trouble
    assert [chunk.state for chunk in campaign.chunks()] == [ChunkState.OPEN]
    server.reopen()
    campaign.resume()
    campaign.send(server)
    assert campaign.books() == {"sent": 10}
    assert campaign.campaign().trouble == ""


def test_a_server_that_comes_back_in_time_costs_nothing_but_time(sending, server):
    campaign = sending(10)
    server.close()
    threading.Timer(1.0, server.reopen).start()
    assert campaign.send(server) is End.NOTHING_DUE
    assert campaign.books() == {"sent": 10}
    assert campaign.campaign().trouble == ""


def test_more_than_ten_refusals_of_what_we_are_hold_the_campaign_and_suppress_nobody(sending, server):
    campaign = sending(60)
    for address in campaign.people[:20]:
        server.say_to(address, "RCPT", "550 5.7.26 unauthenticated mail is not accepted")
    assert campaign.send(server, connections=1) is End.HELD
    assert campaign.campaign().hold_cause == HoldCause.POLICY
    assert "SPF and DKIM" in campaign.campaign().trouble
    assert campaign.books() == {"refused": 11, "pending": 49}
    with reading() as session:
        assert session.scalars(select(Suppression.id)).all() == []


@pytest.mark.parametrize("stop", [CampaignStatus.PAUSED, CampaignStatus.CANCELLED])
def test_no_letter_begins_later_than_a_second_after_a_stop(sending, server, stop: CampaignStatus):
    campaign = sending(400)
    server.delay = 0.01
    stopped_at: list[float] = []

    def stop_midway() -> None:
        wait_for(lambda: len(server.accepted) >= 20, "the first letters")
        with transaction() as session:
            session.get_one(Campaign, campaign.id).move_to(stop)
        stopped_at.append(time.monotonic())

    thread = threading.Thread(target=stop_midway)
    thread.start()
    assert campaign.send(server) is End.NOT_SENDING
    thread.join()
    assert max(one.begun_at for one in server.accepted) <= stopped_at[0] + 1
    left = "pending" if stop is CampaignStatus.PAUSED else "cancelled"
    assert campaign.books() == {"sent": len(server.accepted), left: 400 - len(server.accepted)}
    assert all(chunk.state is not ChunkState.LEASED for chunk in campaign.chunks())


def test_a_paused_campaign_goes_on_where_it_stopped(sending, server):
    campaign = sending(5)
    with transaction() as session:
        session.get_one(Campaign, campaign.id).move_to(CampaignStatus.PAUSED)
    assert campaign.send(server) is End.NOT_SENDING
    assert server.accepted == []
    with transaction() as session:
        session.get_one(Campaign, campaign.id).move_to(CampaignStatus.SENDING)
    campaign.send(server)
    assert campaign.books() == {"sent": 5}


def test_a_run_that_is_over_gives_back_what_is_left(sending, server):
    campaign = sending(300)
    server.delay = 0.01
    assert campaign.send(server, seconds=0.8) is End.MORE
    books = campaign.books()
    assert books["sent"] == len(server.accepted) < 300
    assert books["pending"] == 300 - books["sent"]
    [chunk] = campaign.chunks()
    assert (chunk.state, chunk.next_at) == (ChunkState.OPEN, None)


def test_a_second_run_takes_up_what_the_first_one_left(sending, server):
    campaign = sending(600)
    server.delay = 0.001
    assert campaign.send(server, seconds=1) is End.MORE
    assert campaign.send(server) is End.NOTHING_DUE
    assert sorted(one.recipient for one in server.accepted) == sorted(campaign.people)


def test_whoever_leaves_while_the_chunk_is_leased_gets_no_letter(sending, server):
    campaign = sending(300)
    server.delay = 0.01
    last = campaign.people[-1]
    left_at: list[float] = []

    def leave() -> None:
        wait_for(lambda: len(server.accepted) >= 5, "the first letters")
        with transaction() as session:
            person = session.scalars(select(Subscriber).where(Subscriber.email == last)).one()
            [one] = session.scalars(select(Subscription).where(Subscription.subscriber_id == person.id))
            one.move_to(SubscriptionStatus.UNSUBSCRIBED)
        left_at.append(time.monotonic())

    thread = threading.Thread(target=leave)
    thread.start()
    assert campaign.send(server) is End.NOTHING_DUE
    thread.join()
    assert last not in [one.recipient for one in server.accepted]
    row = campaign.message_to(last)
    assert (row.status, row.reason) == (S.SKIPPED, Reason.OPTED_OUT_MEANWHILE)
    assert campaign.books() == {"sent": 299, "skipped": 1}


def test_a_campaign_paused_and_resumed_in_one_breath_goes_on_in_a_new_run(sending, server):
    campaign = sending(200)
    server.delay = 0.04

    def breathe() -> None:
        wait_for(lambda: len(server.accepted) >= 5, "the first letters")
        with transaction() as session:
            pause(session, campaign.id)
        campaign.resume()

    thread = threading.Thread(target=breathe)
    thread.start()
    assert campaign.send(server) is End.MORE
    thread.join()
    campaign.send(server)
    assert campaign.books() == {"sent": 200}
    assert len(server.accepted) == 200


def test_a_run_whose_journal_has_no_room_begins_nothing_and_goes_on_when_it_has(sending, server, monkeypatch):
    campaign = sending(40)
    full = threading.Event()
    full.set()
    begin = Journal.begin
    monkeypatch.setattr(Journal, "begin", lambda self, *mark: not full.is_set() and begin(self, *mark))
    threading.Timer(1.5, full.clear).start()
    assert campaign.send(server) is End.NOTHING_DUE
    assert campaign.books() == {"sent": 40}
    assert len(server.accepted) == 40


def test_a_letter_whose_begin_mark_was_cut_waits_for_the_next_lease(sending, server, monkeypatch):
    begun, cut = [], []

    def write(file: int, data: bytes) -> int:
        if data.lstrip().startswith(b"B"):
            begun.append(tuple(data.split()[1:3]))
            if not cut:
                cut.append(data.split()[1])
                return os_write(file, data[:-1])
        return os_write(file, data)

    os_write = os.write
    campaign = sending(10)
    monkeypatch.setattr(journal.os, "write", write)
    campaign.send(server)
    campaign.send(server)
    assert campaign.books() == {"sent": 10}
    assert len(begun) == len(set(begun)) == 11
    assert [number for number, _fence in begun].count(cut[0]) == 2


def test_who_is_told_to_leave_while_the_database_stays_away_leaves_and_its_journal_stays(sending, server, monkeypatch):
    tries = []

    def away(*_given) -> None:
        """It is told at its second try, when all letters are recorded and nothing but this is left to do."""
        tries.append(None)
        if len(tries) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        raise OperationalError("UPDATE", {}, Exception("away"))

    campaign = sending(5)
    monkeypatch.setattr(chunk, "give_back_unheld", away)
    assert campaign.send(server) is End.NOTHING_DUE
    assert len(tries) >= 2
    assert campaign.books() == {"sent": 5}
    assert list(campaign.settings.journals.glob("*.journal"))


def test_nothing_is_leased_after_a_long_absence(sending, server):
    campaign = sending(3)
    with transaction() as session:
        session.add(HostBeat(host="gone.boot", at=now() - timedelta(hours=2), boot_seconds=1.0))
    assert campaign.send(server) is End.NOTHING_DUE
    assert server.accepted == []
    assert campaign.books() == {"pending": 3}
