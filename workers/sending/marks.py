"""Reads a journal: the last mark of every letter, and every acceptance. What does not parse counts as a begin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.models.message import Reason
from workers.sending.journal import MAGIC, VERSION, Header
from workers.smtp.outcome import Deferred, Refused, Sent

_HEADER = re.compile(rf"{MAGIC} {VERSION} (\S+) (\d+) (\S+) (\S+) (campaign|notices)\n".encode())
_BEGIN = re.compile(rb"B (\d+) (\d+) \d+\n")
_REPLY = re.compile(rb"S (\d+) (\d+) ([2-5]\d\d) (\S+) ([a-z_:]+)(!?) (.*)\n")
_NOT_SENT = re.compile(rb"N (\d+) (\d+) ([a-z]+)\n")
_COMPOSE = re.compile(rb"([CW]) (\d+) (\d+)\n")
_NUMBERS = re.compile(rb"[BSN] (\d+) (\d+) ")
_DIGITS = re.compile(rb"[BSN] (\d+)")

Reply = Sent | Refused | Deferred


@dataclass(frozen=True, slots=True)
class Begun:
    """A begin without an end: only the server knows."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """For certain not delivered. `why` is "lost" (the connection) or "stopped" (we were told to)."""

    why: str


@dataclass(frozen=True, slots=True)
class Composing:
    """The owner was about to write this letter."""


@dataclass(frozen=True, slots=True)
class Composed:
    """The owner had written this letter, and not begun to hand it over."""


Mark = Begun | NotSent | Composing | Composed | Reply


@dataclass(slots=True)
class Marks:
    """`last` is by fence, then by letter. `accepted` holds every 250, whatever its fence. `torn` holds the first
    digits of letters whose begin mark was cut before the number's end; "" could be any. `composing` is the letter (and
    its fence) that the very last line was about to write.
    """

    header: Header | None = None
    last: dict[int, dict[int, Mark]] = field(default_factory=dict)
    accepted: dict[int, Sent] = field(default_factory=dict)
    torn: set[str] = field(default_factory=set)
    composing: tuple[int, int] | None = None

    def of(self, fence: int) -> dict[int, Mark]:
        return self.last.get(fence, {})

    def is_doubtful(self, number: int) -> bool:
        """Whether the absence of a begin mark proves nothing about this letter."""
        return any(str(number).startswith(digits) for digits in self.torn)

    def note(self, number: int, fence: int, mark: Mark) -> None:
        self.last.setdefault(fence, {})[number] = mark
        self.composing = (number, fence) if isinstance(mark, Composing) else None
        if isinstance(mark, Sent):
            self.accepted[number] = mark


def read_marks(data: bytes) -> Marks:
    """Every mark of a journal's bytes. A last line without its end is torn, whatever it holds."""
    first, *lines = data.splitlines(keepends=True) or [b""]
    marks = Marks(header=read_header(first))
    if marks.header is None:
        lines = [first, *lines]
    for line in lines:
        if line.strip():
            for number, fence, mark in read_line(line, marks):
                marks.note(number, fence, mark)
    return marks


def read_header(line: bytes) -> Header | None:
    found = _HEADER.fullmatch(line)
    if found is None:
        return None
    boot, pid, start, namespace, kind = (part.decode("ascii") for part in found.groups())
    return Header(bare(boot), int(pid), bare(start), bare(namespace), kind)


def bare(word: str) -> str:
    return "" if word == "-" else word


def read_line(line: bytes, marks: Marks) -> Iterator[tuple[int, int, Mark]]:
    """The mark of one line; a line that is none counts as a begin, of every letter it may have been about."""
    if found := _BEGIN.fullmatch(line):
        yield int(found[1]), int(found[2]), Begun()
    elif (found := _REPLY.fullmatch(line)) and (reply := read_reply(found)):
        yield int(found[1]), int(found[2]), reply
    elif found := _NOT_SENT.fullmatch(line):
        yield int(found[1]), int(found[2]), NotSent(found[3].decode("ascii"))
    elif found := _COMPOSE.fullmatch(line):
        yield int(found[2]), int(found[3]), Composing() if found[1] == b"C" else Composed()
    elif found := _NUMBERS.match(line):
        yield int(found[1]), int(found[2]), Begun()
    elif not line.startswith((b"C", b"W")):
        digits = _DIGITS.match(line)
        marks.torn.add(digits[1].decode("ascii") if digits else "")


def read_reply(found: re.Match[bytes]) -> Reply | None:
    """The outcome a reply line tells; None where its verdict is not one of ours."""
    kind, _, word = found[5].decode("ascii").partition(":")
    code, enhanced = int(found[3]), bare(found[4].decode("ascii"))
    said = found[7].decode("ascii", "replace")
    if kind == "sent" and not word:
        return Sent(code, enhanced, said)
    if word not in set(Reason) or kind not in {"refused", "deferred"}:
        return None
    if kind == "refused":
        return Refused(Reason(word), code, enhanced, said, suppress=bool(found[6]))
    return Deferred(Reason(word), code, enhanced, said)
