"""A mail server with bad manners: says right things a byte at a time, wrong ones at length, and hangs up by a reset.

An answer may carry a deed behind a bar: "250 fine|trickle". For "BODY" an answer is said while the letter still comes.
"""

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fakes.smtp_server import Conversation, Ended, FakeSmtpServer

TRICKLE = "trickle"
RESET = "reset"
NO_TLS = "no tls"
BEFORE_RESET_SECONDS = 0.02
STALL_SECONDS = 0.01
LONG_STALL_SECONDS = 0.6


def flood(code: int, lines: int = 600) -> str:
    return "\n".join([f"{code}-and another thing"] * (lines - 1) + [f"{code} done"])


class HostileSmtpServer(FakeSmtpServer):
    """`lone_dots` counts letters without an octet for somebody whom it had accepted: none may ever come."""

    def __init__(self, **given) -> None:
        super().__init__(**given)
        self.lone_dots = 0

    async def _write(self, talk: Conversation, text: str) -> None:
        said, _, deed = text.partition("|")
        if deed == TRICKLE:
            await self._trickle(talk, said)
        else:
            await super()._write(talk, said)
        if deed == RESET:
            await asyncio.sleep(BEFORE_RESET_SECONDS)
            reset(talk)
        if deed == NO_TLS:
            await super()._write(talk, "and now for something else")

    async def _trickle(self, talk: Conversation, said: str) -> None:
        for octet in said.replace("\n", "\r\n").encode() + b"\r\n":
            talk.writer.write(bytes([octet]))
            await talk.writer.drain()
            await asyncio.sleep(0)

    async def _on_starttls(self, talk: Conversation, text: str) -> None:
        if not self._peek("STARTTLS").endswith(NO_TLS):
            await super()._on_starttls(talk, text)
            return
        await self._reply(talk, "STARTTLS")
        await talk.reader.read(100)
        raise Ended

    async def _on_auth(self, talk: Conversation, text: str) -> None:
        await super()._on_auth(talk, text)
        talk.user = talk.user or "whoever"

    async def _hang(self, talk: Conversation) -> None:
        """Says nothing until the other side has gone, and after a while reads, or the end would never come."""
        await asyncio.sleep(STALL_SECONDS if talk.writer.transport.is_reading() else LONG_STALL_SECONDS)
        talk.writer.transport.resume_reading()
        while await talk.reader.read(1 << 20):
            pass
        raise Ended

    def _peek(self, verb: str) -> str:
        return self._next[verb][0] if self._next[verb] else self._always[verb]

    async def _take_body(self, talk: Conversation) -> None:
        fault = self._peek("BODY") if talk.recipients else ""
        if fault[:1].isdigit():
            self._answer("BODY", talk.recipients[0])
            await talk.reader.read(100)
            talk.writer.transport.pause_reading()
            await self._write(talk, fault)
            await self._hang(talk)
        await super()._take_body(talk)

    async def _first_octet(self, talk: Conversation) -> bytes:
        first = await super()._first_octet(talk)
        if first == b".":
            self.lone_dots += 1
            raise Ended
        return first


def reset(talk: Conversation) -> None:
    """Ends the connection by RST instead of FIN."""
    sock = talk.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Ended


@contextmanager
def hostile_server(**given) -> Iterator[HostileSmtpServer]:
    server = HostileSmtpServer(**given)
    server.start()
    try:
        yield server
    finally:
        server.stop()
