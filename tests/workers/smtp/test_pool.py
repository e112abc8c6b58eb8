"""Connections against a mail server that misbehaves: every fault at every verb ends in the table."""

from collections.abc import Iterator

import pytest

from tests.fakes.smtp_server import DROP, HANG, FakeSmtpServer, smtp_server, trusting
from tests.workers.smtp.bag import BODY, Bag, hand_over
from workers.smtp.outcome import Deferred, Refused, Sent, Unknown, Untouched
from workers.smtp.relay import Relay, StartTls, Timeouts

QUICK = Timeouts(connect=2, command=0.3, data=0.3, block=0.3, dot=0.3, goodbye=0.3)
PATIENT = Timeouts(connect=20, command=20, data=20, block=20, dot=20, goodbye=2)


@pytest.fixture(params=[(), ("PIPELINING",)], ids=["lock-step", "pipelining"])
def server(request) -> Iterator[FakeSmtpServer]:
    with smtp_server(extensions=request.param) as one:
        yield one


def relay_to(server: FakeSmtpServer, **changes) -> Relay:
    given = {"timeouts": PATIENT, "trust": trusting(), "connections": 3} | changes
    return Relay("127.0.0.1", server.port, **given)


def test_every_letter_arrives_once_over_reused_connections(server: FakeSmtpServer):
    bag = hand_over(relay_to(server), Bag(40))
    assert sorted(one.recipient for one in server.accepted) == sorted(f"p{number}@example.test" for number in range(40))
    assert all(isinstance(outcome, Sent) for outcome in bag.outcomes.values())
    assert {one.body for one in server.accepted} == {BODY}
    assert server.most_connections <= 3
    assert server.verbs.count("QUIT") == server.connections == 3


def test_fewer_letters_than_connections_open_no_idle_ones(server: FakeSmtpServer):
    hand_over(relay_to(server, connections=10), Bag(2))
    assert server.connections <= 2


def test_a_connection_is_renewed_after_its_letters(server: FakeSmtpServer):
    hand_over(relay_to(server, connections=1, letters=4), Bag(10))
    assert server.connections == 3
    assert [sum(one.connection == number for one in server.accepted) for number in (1, 2, 3)] == [4, 4, 2]


def test_a_big_letter_arrives_whole(server: FakeSmtpServer):
    body = b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" + b"0123456789abcdef\r\n" * 120_000
    hand_over(relay_to(server, timeouts=Timeouts()), Bag(2, body))
    assert [one.body == body for one in server.accepted] == [True, True]


FAULTS = [
    ("MAIL", "450 4.7.1 later", Deferred),
    ("MAIL", "550 5.7.1 not you", Untouched),
    ("MAIL", "421 4.3.2 closing", Deferred),
    ("MAIL", DROP, Deferred),
    ("MAIL", HANG, Deferred),
    ("MAIL", "nonsense", Deferred),
    ("RCPT", "450 4.2.0 greylisted", Deferred),
    ("RCPT", "550 5.1.1 nobody", Refused),
    ("RCPT", "421 4.7.0 too fast", Deferred),
    ("RCPT", DROP, Deferred),
    ("RCPT", HANG, Deferred),
    ("DATA", "451 4.3.0 later", Deferred),
    ("DATA", "554 5.5.1 no", Untouched),
    ("DATA", "250 odd", Deferred),
    ("DATA", DROP, Deferred),
    ("DATA", HANG, Deferred),
    ("DOT", "450 4.2.0 later", Deferred),
    ("DOT", "552 5.2.2 full", Refused),
    ("DOT", "554 5.7.1 spam", Refused),
    ("DOT", "421 4.3.2 closing", Deferred),
    ("DOT", DROP, Unknown),
    ("DOT", HANG, Unknown),
    ("DOT", "nonsense", Unknown),
]


@pytest.mark.parametrize(("verb", "answer", "kind"), FAULTS)
def test_each_fault_at_each_verb_ends_in_the_table_and_harms_nobody_else(
    server: FakeSmtpServer, verb: str, answer: str, kind: type
):
    server.say(verb, *USUAL_FIRST[verb], answer)
    bag = hand_over(relay_to(server, connections=1, timeouts=QUICK if answer == HANG else PATIENT), Bag(3))
    assert [type(bag.outcomes[number]) for number in range(3)] == [Sent, kind, Sent]
    assert [one.recipient for one in server.accepted] == ["p0@example.test", "p2@example.test"]


USUAL_FIRST = {
    "MAIL": ["250 ok"],
    "RCPT": ["250 ok"],
    "DATA": ["354 go"],
    "DOT": ["250 ok"],
}


def test_a_connection_cut_inside_a_big_body_defers(server: FakeSmtpServer):
    server.always("BODY", DROP)
    bag = Bag(1, b"x" * 70 + b"\r\n" + b"0123456789abcdef\r\n" * 600_000)
    hand_over(relay_to(server, connections=1, timeouts=QUICK), bag)
    assert isinstance(bag.outcomes[0], Deferred)


def test_a_server_that_stops_reading_inside_a_big_body_defers(server: FakeSmtpServer):
    server.always("BODY", HANG)
    bag = hand_over(
        relay_to(server, connections=1, timeouts=QUICK), Bag(1, b"x" * 70 + b"\r\n" + b"0123456789abcdef\r\n" * 600_000)
    )
    assert isinstance(bag.outcomes[0], Deferred)


def test_a_letter_that_may_not_begin_leaves_no_trace_at_the_server(server: FakeSmtpServer):
    bag = Bag(1)
    bag.allowed = False
    hand_over(relay_to(server), bag)
    assert bag.outcomes[0] == Untouched()
    assert server.accepted == []


@pytest.mark.parametrize("verb", ["GREETING", "EHLO"])
@pytest.mark.parametrize("answer", ["554 5.3.2 no service", "421 4.3.2 busy", DROP, HANG, "nonsense"])
def test_trouble_before_the_first_letter_touches_nobody_and_passes(server: FakeSmtpServer, verb: str, answer: str):
    server.always(verb, answer)
    bag = Bag(3)

    def cured() -> bool:
        if bag.troubles:
            server.as_usual(verb)
        return len(bag.outcomes) == 3

    hand_over(relay_to(server, timeouts=QUICK if answer == HANG else PATIENT), bag, until=cured)
    assert all(isinstance(outcome, Sent) for outcome in bag.outcomes.values())
    assert f"127.0.0.1:{server.port}" in bag.troubles[0]


def test_a_server_that_is_away_touches_nobody_and_is_not_hammered(server: FakeSmtpServer):
    server.close()
    bag = Bag(5)
    hand_over(relay_to(server, connections=1), bag, until=lambda: len(bag.troubles) >= 4)
    assert bag.outcomes == {}
    assert "refused" in bag.troubles[0].lower()
    assert len(bag.troubles) <= 5


def test_a_server_that_goes_away_midway_and_returns_gets_the_rest(server: FakeSmtpServer):
    bag = Bag(60)
    server.delay = 0.002

    def interrupted() -> bool:
        if len(bag.outcomes) == 20:
            server.close()
            server.reopen()
        return len(bag.outcomes) == 60

    hand_over(relay_to(server), bag, until=interrupted)
    sent = {number for number, outcome in bag.outcomes.items() if isinstance(outcome, Sent)}
    accepted = [int(one.recipient[1:].split("@")[0]) for one in server.accepted]
    assert len(accepted) == len(set(accepted))
    assert sent <= set(accepted)
    assert all(isinstance(bag.outcomes[number], Unknown) for number in set(accepted) - sent)
    assert len(bag.outcomes) - len(sent) <= 6


def test_draining_lets_the_letter_under_way_finish(server: FakeSmtpServer):
    server.delay = 0.05
    bag = Bag(50)
    hand_over(relay_to(server, timeouts=Timeouts()), bag, until=lambda: len(server.accepted) >= 2)
    assert all(isinstance(outcome, Sent) for outcome in bag.outcomes.values())
    assert len(bag.outcomes) == len(server.accepted) < 50


@pytest.mark.parametrize(("extensions", "trips"), [((), 4), (("PIPELINING",), 1)])
def test_with_pipelining_a_letter_costs_one_round_trip(extensions, trips):
    with smtp_server(extensions=extensions) as server:
        hand_over(relay_to(server, connections=1, timeouts=Timeouts()), Bag(40))
        # EHLO, QUIT, the end and the first envelope are trips of their own.
        assert trips * 40 <= server.trips <= trips * 40 + 4


def test_a_server_that_wants_a_letter_for_a_refused_recipient_gets_a_bare_dot_and_no_groups_any_more():
    with smtp_server(extensions=("PIPELINING",)) as server:
        server.lenient = True
        server.say("RCPT", "250 ok", "550 5.1.1 nobody")
        bag = hand_over(relay_to(server, connections=1), Bag(4))
        assert [type(bag.outcomes[number]) for number in range(4)] == [Sent, Refused, Sent, Sent]
        assert {one.body for one in server.accepted} == {BODY}
        assert [one.recipient for one in server.accepted] == [f"p{number}@example.test" for number in (0, 2, 3)]
        assert server.empty == 1


def test_whoever_was_next_when_the_dot_was_not_answered_is_tried_again_and_nobody_twice(server: FakeSmtpServer):
    server.say("DOT", "250 kept", DROP, "250 kept", "421 4.3.2 closing")
    bag = hand_over(relay_to(server, connections=1), Bag(12))
    assert [number for number, outcome in bag.outcomes.items() if not isinstance(outcome, Sent)] == [1, 3]
    assert len({one.recipient for one in server.accepted}) == len(server.accepted) == 10


def test_draining_gives_up_on_a_server_that_does_not_answer(server: FakeSmtpServer):
    server.always("DOT", HANG)
    bag = Bag(5)
    relay = relay_to(server, connections=1, timeouts=Timeouts())
    hand_over(relay, bag, until=lambda: "DATA" in server.verbs, drain=0.3)
    assert [type(outcome) for outcome in bag.outcomes.values()] == [Unknown]


@pytest.mark.parametrize("tls", ["starttls", "smtps"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_letters_leave_encrypted_and_signed_in(tls: str, mechanism: str):
    with smtp_server(tls=tls, users={"ada": "löve lace"}) as server:
        server.mechanisms = mechanism
        starttls = StartTls.REQUIRE if tls == "starttls" else StartTls.OPPORTUNISTIC
        relay = relay_to(server, tls=tls == "smtps", starttls=starttls, user="ada", password="löve lace")
        bag = hand_over(relay, Bag(5))
        assert all(isinstance(outcome, Sent) for outcome in bag.outcomes.values())
        assert len(server.accepted) == 5


def test_a_big_letter_arrives_whole_under_tls():
    body = b"Subject: big\r\n\r\n" + b"0123456789abcdef\r\n" * 120_000
    with smtp_server(tls="starttls") as server:
        hand_over(relay_to(server, timeouts=Timeouts()), Bag(2, body))
        assert [one.body == body for one in server.accepted] == [True, True]


def test_a_wrong_password_is_trouble_with_a_cure():
    with smtp_server(tls="smtps", users={"ada": "right"}) as server:
        bag = Bag(2)
        relay = relay_to(server, tls=True, user="ada", password="wrong")
        hand_over(relay, bag, until=lambda: bag.troubles)
        assert "535" in bag.troubles[0]
        assert "password" in bag.troubles[0]
        assert bag.outcomes == {}


@pytest.mark.parametrize("tls", ["starttls", "smtps"])
def test_a_certificate_nobody_signed_is_refused_unless_told_otherwise(tls: str):
    with smtp_server(tls=tls) as server:
        bag = Bag(1)
        hand_over(relay_to(server, tls=tls == "smtps", trust=None), bag, until=lambda: bag.troubles)
        assert "certificate" in bag.troubles[0]
        assert server.accepted == []
        bag = hand_over(relay_to(server, tls=tls == "smtps", trust=None, verify=False), Bag(1))
        assert isinstance(bag.outcomes[0], Sent)


def test_too_many_connections_for_the_server_is_no_trouble_while_one_stands(server: FakeSmtpServer):
    server.say("GREETING", "220 hi")
    server.always("GREETING", "421 4.7.0 too many connections")
    server.delay = 0.02
    bag = hand_over(relay_to(server), Bag(12))
    assert all(isinstance(outcome, Sent) for outcome in bag.outcomes.values())
