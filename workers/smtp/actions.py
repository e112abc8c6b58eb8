"""What a session asks its connection to do, and the letter it is about: plain values.

Those that every letter needs are tuples, which are made in a third of the time.
"""

from dataclasses import dataclass
from typing import NamedTuple

from workers.smtp.outcome import Outcome


class Letter(NamedTuple):
    """One letter for one person. `body` is the complete message, dot-stuffed, ending in CRLF."""

    number: int
    sender: str
    recipient: str
    body: bytes

    @property
    def needs_smtputf8(self) -> bool:
        return not (self.sender.isascii() and self.recipient.isascii())


class Write(NamedTuple):
    """Bytes for the server, and how many seconds to wait for its answer; no bytes where only the waiting is new."""

    data: bytes
    patience: float


class WriteBody(NamedTuple):
    """The letter after its 354, its dot, and `tail`, the next letter's envelope where one rides behind it.

    The caller reports `body_left` once the dot may have left this process.
    """

    body: bytes
    tail: bytes
    patience: float


@dataclass(frozen=True, slots=True)
class Encrypt:
    """The server agreed to STARTTLS; the caller reports `encrypted` afterwards."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A letter may begin."""


class AskToBegin(NamedTuple):
    """354 came. The caller answers with `begin(allowed=...)` just before the first byte of the body."""

    letter: Letter


class Finished(NamedTuple):
    letter: Letter
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Close:
    """The connection ends here. `trouble` says what is wrong with the server or our settings; "" is an ordinary end."""

    trouble: str = ""


Action = Write | WriteBody | Encrypt | Ready | AskToBegin | Finished | Close
