"""The mail server of the trials and their ground truth: writes down every letter it accepts before it says so.

`python -m tests.chaos.sink LOG` prints its port and serves until it is ended. One line a letter, see `accepted.py`.
A letter counts as accepted when its dot arrived, even where the sender dies before it hears the 250.
"""

import argparse
import asyncio
import os
import time
from dataclasses import dataclass

from tests.servers.lifetime import die_with_parent

END = b"\r\n.\r\n"
REPLIES = {b"MAIL": b"250 2.1.0 fine\r\n", b"RCPT": b"250 2.1.5 fine\r\n", b"RSET": b"250 2.0.0 forgotten\r\n"}
ACCEPTED, BROKEN = "accepted", "broken"


@dataclass(frozen=True)
class Habits:
    """How long the sink takes over its answers, in seconds, and whether it offers PIPELINING."""

    mail_delay: float = 0.0
    dot_delay: float = 0.02
    pipelining: bool = True


def milliseconds() -> float:
    """The clock that senders write into their begin marks: nobody sets it."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) / 1e6


def address_in(line: bytes) -> str:
    return line.partition(b"<")[2].partition(b">")[0].decode("latin-1") or "-"


class Conversation(asyncio.Protocol):
    """One connection. What arrives while an answer is held back waits its turn, so that answers keep their order."""

    def __init__(self, log: int, habits: Habits) -> None:
        self.log = log
        self.habits = habits
        self.waiting = bytearray()
        self.answering = False
        self.sender = self.recipient = "-"
        self.in_body = False
        self.begun_at: float | None = None
        self.size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        transport.write(b"220 sink.example.test ready\r\n")

    def connection_lost(self, _error: Exception | None) -> None:
        if self.in_body and self.begun_at is not None:
            self.write_down(BROKEN, "-", self.size + len(self.waiting))

    def data_received(self, data: bytes) -> None:
        if self.in_body and self.begun_at is None:
            self.begun_at = milliseconds()
        self.waiting += data
        self.go_on()

    def go_on(self) -> None:
        while self.waiting and not self.answering:
            if not (self.take_body() if self.in_body else self.take_command()):
                return

    def take_command(self) -> bool:
        end = self.waiting.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self.waiting[:end])
        del self.waiting[: end + 2]
        verb = line[:4].upper()
        if verb == b"MAIL":
            self.sender = address_in(line)
        elif verb == b"RCPT":
            self.recipient = address_in(line)
        elif verb == b"DATA":
            self.in_body, self.size = True, 0
            self.begun_at = milliseconds() if self.waiting else None
            # The line before a body has ended: a dot at its very beginning is the end of an empty letter.
            self.waiting[:0] = b"\r\n"
        self.answer(self.reply_to(verb), self.habits.mail_delay if verb == b"MAIL" else 0.0)
        return True

    def reply_to(self, verb: bytes) -> bytes:
        if verb == b"EHLO":
            offers = b"250-PIPELINING\r\n" if self.habits.pipelining else b""
            return b"250-sink.example.test\r\n" + offers + b"250-ENHANCEDSTATUSCODES\r\n250 SMTPUTF8\r\n"
        if verb == b"DATA":
            return b"354 end with a dot\r\n"
        if verb == b"QUIT":
            return b"221 2.0.0 bye\r\n"
        return REPLIES.get(verb, b"250 2.0.0 fine\r\n")

    def take_body(self) -> bool:
        end = self.waiting.find(END)
        if end < 0:
            kept = len(END) - 1
            self.size += max(len(self.waiting) - kept, 0)
            del self.waiting[:-kept]
            return False
        self.size += end
        del self.waiting[: end + len(END)]
        self.in_body = False
        self.write_down(ACCEPTED, f"{milliseconds():.3f}", self.size)
        self.answer(b"250 2.0.0 kept\r\n", self.habits.dot_delay)
        return True

    def write_down(self, what: str, dot_at: str, size: int) -> None:
        """One write on an appending descriptor: whole lines, in order, whoever else reads."""
        line = f"{what} {self.recipient} {self.sender} {self.begun_at or 0:.3f} {dot_at} {size}\n"
        os.write(self.log, line.encode("latin-1"))

    def answer(self, reply: bytes, delay: float) -> None:
        if not delay:
            self.transport.write(reply)
            return
        self.answering = True
        asyncio.get_running_loop().call_later(delay, self.answered, reply)

    def answered(self, reply: bytes) -> None:
        self.answering = False
        if not self.transport.is_closing():
            self.transport.write(reply)
            self.go_on()


async def serve(log_path: str, habits: Habits) -> None:
    log = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    server = await asyncio.get_running_loop().create_server(lambda: Conversation(log, habits), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.sink", description=__doc__)
    parser.add_argument("log")
    parser.add_argument("--mail-delay", type=float, default=0.0, help="seconds before every answer to MAIL")
    parser.add_argument("--dot-delay", type=float, default=0.02, help="seconds before every answer to a letter's dot")
    parser.add_argument("--pipelining", action="store_true", help="offer it")
    given = parser.parse_args()
    die_with_parent()
    asyncio.run(serve(given.log, Habits(given.mail_delay, given.dot_delay, given.pipelining)))


if __name__ == "__main__":
    main()
