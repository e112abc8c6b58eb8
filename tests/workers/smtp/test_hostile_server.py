"""Each fault at each verb ends in the table of replies, with pipelining and without; `-s` prints the matrix.

Of three letters the second meets the fault (or the first connection does); the others must arrive whatever it is.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.hostile_smtp_server import NO_TLS, RESET, TRICKLE, HostileSmtpServer, flood, hostile_server
from tests.fakes.smtp_server import DROP, HANG, USUAL, trusting
from tests.workers.conftest import wait_for
from tests.workers.smtp.bag import Bag, hand_over
from workers.smtp.outcome import Deferred, Outcome, Refused, Sent, Unknown, Untouched
from workers.smtp.relay import Relay, StartTls, Timeouts

STALL = Timeouts(connect=2, command=0.25, data=0.25, block=0.25, dot=0.25, goodbye=0.25)
PATIENT = Timeouts(connect=20, command=20, data=20, block=20, dot=20, goodbye=2)
BIG = b"Subject: big\r\n\r\n" + b"0123456789abcdef\r\n" * 600_000
EHLO = "250-sink.example.test\n250-STARTTLS\n250-AUTH PLAIN\n250 PIPELINING"
LETTERS = 3

# What a server may say where; the usual answer first, so that deeds know what to do it with.
COMMON = {
    "4xx": "451 4.3.0 later",
    "5xx": "554 5.3.0 no",
    "421": "421 4.3.2 closing",
    "drop": DROP,
    "stall": HANG,
    "600 lines": flood(250),
    "garbage": "HTTP/1.1 200 OK",
    "other code": "220 who are you",
    "two answers": "250 yes\n250 yes",
    "codes change": "250-yes\n251 yes",
}
BEFORE = dict.fromkeys(COMMON, "trouble") | {"byte by byte": "none"}
ABOUT_US = dict.fromkeys(COMMON, Deferred) | {"5xx": Untouched, "byte by byte": Sent, "reset": Deferred}
MATRIX: dict[str, dict[str, object]] = {
    "GREETING": BEFORE | {"other code": "none", "two answers": "trouble"},
    "EHLO": BEFORE | {"two answers": "none", "no extension": "none", "HELO only": "none", "other code": "none"},
    "STARTTLS": BEFORE | {"other code": "none", "no handshake": "trouble"},
    "AUTH": BEFORE | {"two answers": "none", "refused": "trouble", "other code": "none"},
    "MAIL": ABOUT_US | {"other code": Sent},
    "RCPT": ABOUT_US
    | {"5xx": Refused, "address": Refused, "policy": Refused, "full": Refused}
    | {"full now": Deferred, "other code": Sent},
    "DATA": ABOUT_US | {"reset": (Unknown, Deferred)},
    "BODY": {"drop": Deferred, "stall": Deferred, "4xx": Deferred, "5xx": Refused}
    | {"421": Deferred, "other code": Deferred},
    "DOT": dict.fromkeys(COMMON, Unknown)
    | {"4xx": Deferred, "5xx": Refused, "421": Deferred, "other code": Sent, "byte by byte": Sent, "reset": Sent}
    | {"two answers": Sent, "policy": Refused, "full": Refused},
    "RSET": dict.fromkeys(COMMON, Refused) | {"byte by byte": Refused, "reset": Refused},
    "QUIT": dict.fromkeys(COMMON, Sent) | {"byte by byte": Sent, "reset": Sent},
}  # fmt: skip
USUAL_AT = USUAL | {"EHLO": EHLO, "DOT": "250 2.0.0 kept"}
SPECIAL = {
    "address": "550 5.1.1 nobody",
    "policy": "550 5.7.1 blocked",
    "full": "552 5.2.2 full",
    "full now": "452 4.2.2 full",
    "no extension": "250 mail.example.test",
    "HELO only": "502 5.5.1 what",
    "refused": "535 5.7.8 wrong",
    "no handshake": f"220 go|{NO_TLS}",
}
CELLS = [(verb, fault) for verb, faults in MATRIX.items() for fault in faults]
SEEN: dict[tuple[str, str, bool], str] = {}


@dataclass
class Cell:
    verb: str
    fault: str
    pipelining: bool

    @property
    def answer(self) -> str:
        deeds = {"byte by byte": TRICKLE, "reset": RESET}
        if self.fault in deeds:
            return f"{USUAL_AT[self.verb]}|{deeds[self.fault]}"
        return SPECIAL.get(self.fault) or COMMON[self.fault]

    @property
    def expected(self) -> object:
        return MATRIX[self.verb][self.fault]

    @property
    def before_a_letter(self) -> bool:
        return self.verb in {"GREETING", "EHLO", "STARTTLS", "AUTH"}


@pytest.fixture(scope="module", autouse=True)
def matrix() -> Iterator[None]:
    yield
    for (verb, fault, pipelining), outcome in sorted(SEEN.items()):
        print(f"{verb:9} {fault:13} {'pipelining' if pipelining else 'lock-step':11} {outcome}")
    print(f"{len(SEEN)} cells")


def server_for(cell: Cell):
    given = {"extensions": ("PIPELINING",) if cell.pipelining else ()}
    if cell.verb == "STARTTLS":
        given["tls"] = "starttls"
    if cell.verb == "AUTH":
        given["users"] = {"ada": "secret"}
    return hostile_server(**given)


def relay_for(cell: Cell, server: HostileSmtpServer) -> Relay:
    given = {"user": "ada", "password": "secret", "starttls": StartTls.NEVER} if cell.verb == "AUTH" else {}
    if cell.verb == "STARTTLS":
        given["starttls"] = StartTls.REQUIRE
    times = STALL if cell.fault == "stall" or cell.verb in {"BODY", "QUIT"} else PATIENT
    return Relay("127.0.0.1", server.port, connections=1, trust=trusting(), timeouts=times, **given)


def set_the_trap(cell: Cell, server: HostileSmtpServer) -> None:
    if cell.before_a_letter or cell.verb == "QUIT":
        server.say(cell.verb, cell.answer)
        return
    if cell.verb == "RSET":
        server.say("RCPT", USUAL["RCPT"], "550 5.1.1 nobody")
        server.say("RSET", cell.answer)
        return
    usual = "" if cell.verb == "BODY" else USUAL[cell.verb]
    server.say(cell.verb, usual, cell.answer)


@pytest.mark.parametrize("pipelining", [False, True], ids=["lock-step", "pipelining"])
@pytest.mark.parametrize(("verb", "fault"), CELLS, ids=[f"{verb}-{fault}" for verb, fault in CELLS])
def test_a_fault_ends_as_the_table_says(verb: str, fault: str, pipelining: bool):
    cell = Cell(verb, fault, pipelining)
    with server_for(cell) as server:
        set_the_trap(cell, server)
        open_before = open_files()
        bag = Bag(LETTERS)
        if verb == "BODY":
            bag.left[1] = bag.left[1]._replace(body=BIG)
        hand_over(relay_for(cell, server), bag)
        wait_for(lambda: not server.open_connections and open_files() <= open_before, "sockets that stay open")
        SEEN[verb, fault, pipelining] = told(bag.outcomes[1], bag)
        check_outcomes(cell, bag)
        check_what_arrived(server, bag)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def told(outcome: Outcome, bag: Bag) -> str:
    words = [type(outcome).__name__.lower(), str(getattr(outcome, "reason", None) or "")]
    return " ".join([*filter(None, words), *(f"({trouble})" for trouble in bag.troubles[:1])])


def check_outcomes(cell: Cell, bag: Bag) -> None:
    assert sum(Counter(type(one) for one in bag.outcomes.values()).values()) == LETTERS
    assert isinstance(bag.outcomes[0], Sent)
    # A second answer to the dot is taken for the next one's MAIL, which then ends without a letter.
    misled = cell.pipelining and (cell.verb, cell.fault) == ("DOT", "two answers")
    # A reset after a right answer meets whoever is next.
    third = (Sent, Deferred) if cell.fault == "reset" else Deferred if misled else Sent
    assert isinstance(bag.outcomes[2], third)
    if cell.before_a_letter:
        assert isinstance(bag.outcomes[1], Sent)
        assert bool(bag.troubles) == (cell.expected == "trouble"), bag.troubles
    else:
        expected = cell.expected if isinstance(cell.expected, tuple) else (cell.expected,)
        assert type(bag.outcomes[1]) in expected, bag.outcomes[1]
        assert not bag.troubles


def check_what_arrived(server: HostileSmtpServer, bag: Bag) -> None:
    """Nobody got an empty letter, or one twice; whoever counts as sent got it; reconnecting stayed within bounds."""
    arrived = [int(one.recipient[1:].split("@")[0]) for one in server.accepted]
    assert len(arrived) == len(set(arrived))
    sent = {number for number, outcome in bag.outcomes.items() if isinstance(outcome, Sent)}
    unknown = {number for number, outcome in bag.outcomes.items() if isinstance(outcome, Unknown)}
    assert sent <= set(arrived) <= sent | unknown
    assert (server.lone_dots, server.empty) == (0, 0)
    assert server.connections <= LETTERS + 1


@pytest.mark.parametrize("pipelining", [False, True], ids=["lock-step", "pipelining"])
@pytest.mark.parametrize("refusal", ["550 5.1.1 nobody", "451 4.3.0 later"])
def test_a_354_after_a_refused_recipient_is_answered_without_a_letter(refusal: str, pipelining: bool):
    with hostile_server(extensions=("PIPELINING",) if pipelining else ()) as server:
        server.lenient = True
        server.say("RCPT", USUAL["RCPT"], refusal)
        bag = hand_over(relay_for(Cell("RCPT", "5xx", pipelining), server), Bag(4))
        assert [type(bag.outcomes[number]) for number in (0, 2, 3)] == [Sent] * 3
        assert isinstance(bag.outcomes[1], Refused if refusal[0] == "5" else Deferred)
        assert (server.lone_dots, len(server.accepted)) == (0, 3)
        assert server.connections == 1


@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize("fault", ["421", "drop", "garbage", "4xx"])
def test_a_server_that_never_mends_is_not_hammered(verb: str, fault: str):
    cell = Cell(verb, fault, pipelining=True)
    with hostile_server() as server:
        server.always(verb, cell.answer)
        bag = Bag(LETTERS)
        relay = relay_for(cell, server)
        if cell.before_a_letter:
            hand_over(relay, bag, until=lambda: len(bag.troubles) >= 3)
            assert bag.outcomes == {}
            assert server.connections <= 4
        else:
            hand_over(relay, bag)
            assert {type(one) for one in bag.outcomes.values()} == {MATRIX[verb][fault]}
            assert server.connections <= LETTERS + 1
        assert server.verbs.count("MAIL") <= 2 * LETTERS + 1
        assert server.lone_dots == 0
