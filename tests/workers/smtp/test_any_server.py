"""Whatever a server answers, in whatever pieces: each letter ends once, and none counts as sent without its own 250.

The server is a model in memory that is held to nothing: it answers each command by chance, also wrongly.
"""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from workers.smtp.actions import AskToBegin, Close, Finished, Letter, Ready, Write, WriteBody
from workers.smtp.outcome import Sent, Unknown, Untouched
from workers.smtp.relay import Relay
from workers.smtp.session import Session

LETTERS = 6
BODY = "body of {} ends\r\n"
USUAL = {
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go",
    ".": "250 2.0.0 kept",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}
ODD = (
    "250 ok",
    "354 go",
    "450 4.2.0 later",
    "550 5.1.1 nobody",
    "421 4.3.2 closing",
    "554 5.7.1 no",
    "",
    "250-a\r\n250 b",
    "nonsense",
    "250 ok\r\n250 ok",
    "220 hi",
)
ANSWERS = st.lists(st.one_of(st.none(), st.none(), st.none(), st.sampled_from(ODD)), max_size=60)


class ModelServer:
    """Keeps whose body came, and what was said to its dot; reads commands and bodies from one stream."""

    def __init__(self, answers) -> None:
        self.answers = deque(answers)
        self.stream = b""
        self.wants_body = False
        self.kept: list[str] = []
        self.bodies: list[str] = []
        self.empty = 0
        self.recipients: list[str] = []
        self.envelope_for = ""

    def read(self, data: bytes) -> bytes:
        self.stream += data
        said = b""
        while True:
            if self.wants_body:
                body, dot, rest = (b"\r\n" + self.stream).partition(b"\r\n.\r\n")
                if not dot:
                    return said
                self.stream, self.wants_body = rest, False
                said += self.take_body(body.removeprefix(b"\r\n").decode())
                continue
            line, end, rest = self.stream.partition(b"\r\n")
            if not end:
                return said
            self.stream = rest
            said += self.take_command(line.decode())

    def answer(self, verb: str) -> str:
        return (self.answers.popleft() if self.answers else None) or USUAL[verb]

    def take_body(self, body: str) -> bytes:
        said = self.answer(".")
        if body:
            self.bodies.append(body)
            if said.startswith("2"):
                self.kept.append(body)
        else:
            self.empty += 1
        return f"{said}\r\n".encode()

    def take_command(self, line: str) -> bytes:
        verb = line.split(" ", maxsplit=1)[0].split(":", maxsplit=1)[0]
        assert verb in USUAL, f"{line!r} is no command: a body was written where none was wanted"
        said = self.answer(verb)
        self.wants_body = verb == "DATA" and said.startswith("354")
        return f"{said}\r\n".encode()


class Client:
    """Does what a session asks, as a connection would, with letters of its own."""

    def __init__(self, session: Session, server: ModelServer, allowed) -> None:
        self.session, self.server = session, server
        self.left = deque(Letter(n, f"b{n}@n.test", f"p{n}@e.test", BODY.format(n).encode()) for n in range(LETTERS))
        self.allowed = deque(allowed)
        self.outcomes: dict[int, object] = {}
        self.wire = b""
        self.closed = False
        self.begun: list[int] = []

    def act(self, actions) -> None:
        queue = deque(actions)
        while queue:
            queue.extendleft(reversed(self.carry_out(queue.popleft())))

    def carry_out(self, action) -> list:
        if self.session.closed and not isinstance(action, Finished | Close):
            return []
        match action:
            case Write(data=data):
                self.wire += self.server.read(data)
            case Finished(letter=letter, outcome=outcome):
                assert letter.number not in self.outcomes, "a letter ended twice"
                self.outcomes[letter.number] = outcome
            case Ready():
                return self.session.hand_over(self.left.popleft()) if self.left else self.session.quit()
            case AskToBegin(letter=letter):
                return self.begin(letter)
            case WriteBody(body=body, tail=tail):
                self.wire += self.server.read(body + b".\r\n" + tail)
                self.session.body_left()
            case Close():
                self.closed = True
        return []

    def begin(self, letter: Letter) -> list:
        told = []
        while self.session.takes_ahead and self.left:
            told += self.session.take_ahead(self.left.popleft())
        may = self.allowed.popleft() if self.allowed else True
        self.begun += [letter.number] * may
        return [*told, *self.session.begin(allowed=may)]

    def run(self, cuts) -> None:
        self.act(self.session.receive(b"220 hi\r\n"))
        sizes = deque(cuts)
        while self.wire and not self.closed:
            size = sizes.popleft() if sizes else 1 << 20
            piece, self.wire = self.wire[:size], self.wire[size:]
            self.act(self.session.receive(piece))
        self.act(self.session.lost("the connection was dropped"))


@given(
    answers=ANSWERS,
    allowed=st.lists(st.sampled_from([True, True, True, False]), max_size=LETTERS),
    cuts=st.lists(st.integers(1, 30), max_size=60),
    groups=st.booleans(),
    renewed_after=st.integers(1, LETTERS + 1),
)
def test_each_letter_ends_once_and_only_its_own_250_counts(answers, allowed, cuts, groups, renewed_after):
    server = ModelServer(answers)
    session = Session(Relay("mail.test", letters=renewed_after), "me.test")
    client = Client(session, server, allowed)
    greeting = b"250-hello\r\n250 PIPELINING\r\n" if groups else b"250 hello\r\n"
    server.take_command = greeted(server, server.take_command, greeting)
    client.run(cuts)
    taken = set(range(LETTERS)) - {letter.number for letter in client.left}
    assert set(client.outcomes) == taken
    sent = {number for number, outcome in client.outcomes.items() if isinstance(outcome, Sent)}
    unknown = {number for number, outcome in client.outcomes.items() if isinstance(outcome, Unknown)}
    kept = {number for number in range(LETTERS) if BODY.format(number).strip("\r\n") in server.kept}
    assert len(server.bodies) == len(set(server.bodies)), "a body went twice"
    assert kept <= sent | unknown, "an accepted letter counts as not sent"
    assert sent | unknown <= set(client.begun), "something counts that never began"
    for number in taken - set(client.begun):
        assert not isinstance(client.outcomes[number], Sent | Unknown)
    assert sum(isinstance(one, Untouched) and one.code is None for one in client.outcomes.values()) <= 2


def greeted(server, usual, greeting):
    def take(line: str) -> bytes:
        return greeting if line.startswith("EHLO") else usual(line)

    return take
