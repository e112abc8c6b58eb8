"""Letters in one SMTP conversation (RFC 5321, 2920, 6531) as a state machine without I/O: events in, actions out.

Where the server offers PIPELINING, an envelope is one group of commands, and rides behind the letter before it: one
round trip a letter. `connection.py` carries the actions out; what replies mean for a letter stands in `replies.py`.
"""

import re

from app.models.message import Reason
from workers.smtp.actions import (
    Action,
    AskToBegin,
    Close,
    Finished,
    Letter,
    Ready,
    Write,
    WriteBody,
)
from workers.smtp.outcome import Refused, Untouched
from workers.smtp.relay import Relay
from workers.smtp.replies import COMPLETED, GO_AHEAD, SERVICE_CLOSING, Stage, judge, judge_lost
from workers.smtp.reply import Reply
from workers.smtp.welcome import NEXT_STEP, Welcome

LONGEST_TAIL = 1_200
"""No envelope has more octets (RFC 5321 4.5.3.1.4 allows a line 512): so much may stay behind though the dot left."""

BARE_DOT = b".\r\n"
_ENDS_ADDRESS = re.compile(r"[<> \t]")


class Session(Welcome):
    """The client's side of one connection. `_letter` is the one whose reply is awaited, `_next` the one behind it."""

    def __init__(self, relay: Relay, name: str) -> None:
        super().__init__(relay, name)
        self._letter: Letter | None = None
        self._next: Letter | None = None
        self._tail = b""
        self._rides = True
        self._groups = True
        self.handed_over = 0

    @property
    def letter(self) -> Letter | None:
        """The letter under way, if any."""
        return self._letter

    @property
    def takes_ahead(self) -> bool:
        """Whether the next letter's envelope may ride behind the body that is about to leave."""
        return (
            self._open
            and self._groups_commands
            and self._rides
            and self._next is None
            and self.handed_over < self._relay.letters
        )

    @property
    def _groups_commands(self) -> bool:
        return self._groups and self._relay.pipelining and "PIPELINING" in self._extensions

    def lost(self, why: str) -> list[Action]:
        """What to do when the connection broke, timed out or stopped making sense."""
        if not self._open:
            return []
        letter, follower = self._letter, self._next
        self._letter = self._next = None
        if letter is None:
            return super().lost(why)
        self._end()
        return [Finished(letter, judge_lost(self._stage, why)), *_untouched(follower), Close()]

    # Between letters.

    def _ready(self) -> list[Action]:
        self._stage = Stage.MAIL
        if self.handed_over >= self._relay.letters:
            return self.quit()
        return [Ready()]

    def hand_over(self, letter: Letter) -> list[Action]:
        """Begins the transaction of one letter; only after Ready."""
        envelope = _envelope(letter)
        refused = self._unfit(letter, envelope)
        if refused is not None:
            return [refused, Ready()]
        self._letter = letter
        self.handed_over += 1
        self._stage = Stage.MAIL
        if self._groups_commands:
            self._expect_envelope()
            return [Write(envelope, self._relay.timeouts.command)]
        return [self._command(_mail(letter), self._on_mail)]

    def take_ahead(self, letter: Letter) -> list[Action]:
        """Keeps a letter whose envelope rides behind the next body; only where `takes_ahead`."""
        envelope = _envelope(letter)
        refused = self._unfit(letter, envelope)
        if refused is not None:
            return [refused]
        self._next, self._tail = letter, envelope
        self.handed_over += 1
        return []

    def _unfit(self, letter: Letter, envelope: bytes) -> Finished | None:
        if letter.needs_smtputf8 and "SMTPUTF8" not in self._extensions:
            said = "the mail server does not take addresses outside ASCII (SMTPUTF8)"
            return Finished(letter, Refused(Reason.SMTPUTF8_UNSUPPORTED, reply=said))
        fits = _fits_envelope(letter.sender) and _fits_envelope(letter.recipient)
        if not fits or len(envelope) > LONGEST_TAIL:
            return Finished(letter, Refused(Reason.ADDRESS_BAD, reply="the address cannot stand on an envelope"))
        return None

    # The envelope: MAIL, RCPT, DATA; one by one, or as a group whose replies come one after the other.

    def _expect_envelope(self) -> None:
        self._expected.extend((self._on_mail, self._on_rcpt, self._on_data))

    def _on_mail(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != COMPLETED:
            return self._refuse(reply)
        assert self._letter is not None
        self._stage = Stage.RCPT
        if self._expected:
            return []
        return [self._command(f"RCPT TO:<{self._letter.recipient}>", self._on_rcpt)]

    def _on_rcpt(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != COMPLETED:
            return self._refuse(reply)
        self._stage = Stage.DATA
        if self._expected:
            return [Write(b"", self._relay.timeouts.data)]
        return [self._command("DATA", self._on_data, self._relay.timeouts.data)]

    def _on_data(self, reply: Reply) -> list[Action]:
        if reply.code != GO_AHEAD:
            return self._refuse(reply)
        if self._more_follows:
            return self.lost("the server answered ahead of the letter")
        assert self._letter is not None
        return [AskToBegin(self._letter)]

    def _refuse(self, reply: Reply) -> list[Action]:
        """The letter is over before its body; what was sent of its group is still answered, and then taken back."""
        assert self._letter is not None
        stage, letter, self._letter = self._stage, self._letter, None
        finished = Finished(letter, judge(stage, reply))
        self._rides &= stage is Stage.RCPT
        if reply.code == SERVICE_CLOSING or reply.code // 100 <= NEXT_STEP:
            self._end()
            return [finished, Close()]
        if not self._expected:
            self._stage = Stage.MAIL
            return [finished, self._command("RSET", self._on_rset)]
        *others, _last = self._expected
        self._expected.clear()
        self._expected.extend([self._on_moot] * len(others) + [self._on_moot_data])
        return [finished]

    def _on_moot(self, reply: Reply) -> list[Action]:
        """The answer to a command whose letter is over."""
        if reply.code == SERVICE_CLOSING:
            self._end()
            return [Close()]
        return []

    def _on_moot_data(self, reply: Reply) -> list[Action]:
        """A server that wants a letter for nobody gets an empty one, which it cannot deliver, and no further groups."""
        if reply.code == SERVICE_CLOSING:
            self._end()
            return [Close()]
        self._stage = Stage.MAIL
        if reply.code != GO_AHEAD:
            return [self._command("RSET", self._on_rset)]
        self._groups = False
        self._expected.append(self._on_moot_dot)
        return [Write(BARE_DOT, self._relay.timeouts.command)]

    def _on_moot_dot(self, reply: Reply) -> list[Action]:
        """Whatever it says, nobody was sent anything."""
        if reply.code == SERVICE_CLOSING:
            self._end()
            return [Close()]
        return [self._command("RSET", self._on_rset)]

    # The body and its dot.

    def begin(self, *, allowed: bool) -> list[Action]:
        """The answer to AskToBegin. Not allowed: the connection closes without a dot, so nothing is delivered."""
        assert self._letter is not None
        if not allowed:
            letter, follower = self._letter, self._next
            self._letter = self._next = None
            self._end()
            return [Finished(letter, Untouched()), *_untouched(follower), Close()]
        self._stage = Stage.BODY
        self._expected.append(self._on_dot)
        tail = b""
        if self._next is not None:
            tail = self._tail
            self._expect_envelope()
        return [WriteBody(self._letter.body, tail, self._relay.timeouts.block)]

    def body_left(self) -> float:
        """The dot may have left: from here on only the server knows. Returns how long to wait for it."""
        if self._stage is Stage.BODY:
            self._stage = Stage.DOT
        return self._relay.timeouts.dot

    def _on_dot(self, reply: Reply) -> list[Action]:
        if self._stage is Stage.BODY:
            # An answer before the dot left: refuse or give up, but never count it as delivered.
            return self._early_answer(reply)
        assert self._letter is not None
        finished = Finished(self._letter, judge(Stage.DOT, reply))
        self._letter, self._next, follower = self._next, None, self._next
        self._stage = Stage.MAIL
        if reply.code == SERVICE_CLOSING:
            self._letter = None
            self._end()
            return [finished, *_untouched(follower), Close()]
        if follower is None:
            return [finished, *self._ready()]
        return [finished, Write(b"", self._relay.timeouts.command)]

    def _early_answer(self, reply: Reply) -> list[Action]:
        assert self._letter is not None
        letter, follower = self._letter, self._next
        self._letter = self._next = None
        self._end()
        outcome = judge(Stage.BODY, reply) if reply.code // 100 > NEXT_STEP else judge_lost(Stage.BODY, "early answer")
        return [Finished(letter, outcome), *_untouched(follower), Close()]

    def _on_rset(self, reply: Reply) -> list[Action]:
        if reply.code // 100 != COMPLETED:
            self._end()
            return [Close()]
        return self._ready()

    def quit(self) -> list[Action]:
        """Says goodbye; only between letters."""
        return [self._command("QUIT", self._on_quit, self._relay.timeouts.goodbye)]

    def _on_quit(self, _reply: Reply) -> list[Action]:
        self._end()
        return [Close()]


def _untouched(letter: Letter | None) -> list[Action]:
    """A letter whose envelope was on its way when another one's fate ended the connection: no try was made of it."""
    return [] if letter is None else [Finished(letter, Untouched())]


def _mail(letter: Letter) -> str:
    return f"MAIL FROM:<{letter.sender}>{' SMTPUTF8' if letter.needs_smtputf8 else ''}"


def _envelope(letter: Letter) -> bytes:
    return f"{_mail(letter)}\r\nRCPT TO:<{letter.recipient}>\r\nDATA\r\n".encode()


def _fits_envelope(address: str) -> bool:
    return address.isprintable() and _ENDS_ADDRESS.search(address) is None
