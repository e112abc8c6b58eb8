"""A mail server that says what a test tells it to say, on 127.0.0.1, in a thread of its own.

Held to RFC 5321: a letter is accepted only after MAIL, RCPT, DATA and a dot, and every accepted letter is kept.
"""

import asyncio
import base64
import ssl
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import trustme

from tests.fakes.turns import turns

DROP = "drop"
HANG = "hang"

USUAL = {
    "GREETING": "220 sink.example.test ready",
    "EHLO": "",
    "HELO": "250 sink.example.test",
    "STARTTLS": "220 2.0.0 go ahead",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 fine",
    "RCPT": "250 2.1.5 fine",
    "DATA": "354 end with a dot",
    "BODY": "",
    "DOT": "250 2.0.0 kept",
    "RSET": "250 2.0.0 forgotten",
    "QUIT": "221 2.0.0 bye",
}


@dataclass
class Accepted:
    sender: str
    recipient: str
    body: bytes
    connection: int
    begun_at: float = 0.0


@dataclass
class Conversation:
    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    encrypted: bool = False
    user: str = ""
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)


class Ended(Exception):
    """The script says that this connection is over."""


@cache
def authority() -> trustme.CA:
    return trustme.CA()


@cache
def trusting() -> ssl.SSLContext:
    """A client's context that believes the fake's certificate."""
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context


class FakeSmtpServer:
    """`say("RCPT", "550 5.1.1 no such user")` answers the next RCPT; `always` every one; `say_to` those for an address.

    An answer is a reply, DROP or HANG; for "BODY" DROP cuts the connection after the first bytes of the letter.
    """

    def __init__(
        self, *, tls: str = "never", users: dict[str, str] | None = None, extensions: tuple[str, ...] = ("PIPELINING",)
    ) -> None:
        self.tls = tls
        self.users = users or {}
        self.extensions = extensions
        self.mechanisms = "PLAIN LOGIN"
        self.accepted: list[Accepted] = []
        self.commands: list[tuple[int, str]] = []
        self.bodies: list[str] = []
        """For whom a letter's first byte came, in order."""
        self.connections = 0
        self.open_connections = 0
        self.most_connections = 0
        self.delay = 0.0
        self.trips = 0
        """How often something had to be waited for: groups of commands are one."""
        self.lenient = False
        """Says 354 even where there is nobody to send to, which RFC 2920 allows."""
        self.empty = 0
        """Letters of no octet that came after such a 354."""
        self.port = 0
        self._next: dict[str, deque[str]] = defaultdict(deque)
        self._always = dict(USUAL)
        self._for: dict[tuple[str, str], str] = {}
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def say(self, verb: str, *answers: str) -> None:
        self._next[verb].extend(answers)

    def always(self, verb: str, answer: str) -> None:
        self._always[verb] = answer

    def as_usual(self, verb: str) -> None:
        self._always[verb] = USUAL[verb]

    def say_to(self, recipient: str, verb: str, answer: str) -> None:
        self._for[recipient, verb] = answer

    @property
    def verbs(self) -> list[str]:
        return [line.split(" ", 1)[0].split(":", 1)[0].upper() for _, line in self.commands]

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    def close(self) -> None:
        """Away: nobody listens on the port any more, and open connections are cut."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)

    def reopen(self) -> None:
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    def stop(self) -> None:
        self.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority().issue_cert("127.0.0.1", "localhost").configure_cert(context)
        return context

    async def _open(self) -> None:
        context = self._context() if self.tls == "smtps" else None
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=context, limit=1 << 22)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        await turns(5)  # whoever was just taken in begins, or nobody would close that connection
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()
        me = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not me]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await turns(3)  # what was aborted is closed

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_connections += 1
        self.most_connections = max(self.most_connections, self.open_connections)
        self._writers.add(writer)
        talk = Conversation(self.connections, reader, writer, encrypted=self.tls == "smtps")
        try:
            await self._reply(talk, "GREETING")
            while True:
                await self._next_command(talk)
        except (Ended, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            writer.transport.abort()
        finally:
            self._writers.discard(writer)
            self.open_connections -= 1

    async def _arriving(self, talk: Conversation) -> bytes:
        """The next octet; where nothing has arrived yet with what came before, a trip is counted."""
        if not talk.reader._buffer:
            self.trips += 1
        return await talk.reader.readexactly(1)

    async def _next_command(self, talk: Conversation) -> None:
        line = await self._arriving(talk)
        line += b"" if line == b"\n" else await talk.reader.readline()
        if not line:
            raise Ended
        text = line.decode("utf-8").rstrip("\r\n")
        self.commands.append((talk.number, text))
        verb = text.split(" ", 1)[0].upper()
        handler = getattr(self, f"_on_{verb.lower()}", None)
        if handler is None:
            await self._write(talk, "500 5.5.1 what?")
        else:
            await handler(talk, text)

    def _answer(self, verb: str, recipient: str = "") -> str:
        if (recipient, verb) in self._for:
            return self._for[recipient, verb]
        return self._next[verb].popleft() if self._next[verb] else self._always[verb]

    async def _hang(self, talk: Conversation) -> None:
        await asyncio.sleep(3600)

    async def _reply(self, talk: Conversation, verb: str, recipient: str = "") -> str:
        answer = self._answer(verb, recipient)
        if answer == DROP:
            raise Ended
        if answer == HANG:
            await self._hang(talk)
        if self.delay:
            await asyncio.sleep(self.delay)
        if answer:
            await self._write(talk, answer)
        return answer

    async def _write(self, talk: Conversation, text: str) -> None:
        talk.writer.write("".join(f"{line}\r\n" for line in text.split("\n")).encode("latin-1"))
        await talk.writer.drain()
        if text.startswith("421"):
            raise Ended

    async def _on_ehlo(self, talk: Conversation, _text: str) -> None:
        if await self._reply(talk, "EHLO"):
            return
        offers = ["sink.example.test", *self.extensions]
        if self.tls == "starttls" and not talk.encrypted:
            offers.append("STARTTLS")
        if self.users:
            offers.append(f"AUTH {self.mechanisms}")
        lines = [f"250-{offer}" for offer in offers[:-1]] + [f"250 {offers[-1]}"]
        await self._write(talk, "\n".join(lines))

    async def _on_helo(self, talk: Conversation, _text: str) -> None:
        await self._reply(talk, "HELO")

    async def _on_starttls(self, talk: Conversation, _text: str) -> None:
        if (await self._reply(talk, "STARTTLS")).startswith("220"):
            await talk.writer.start_tls(self._context())
            talk.encrypted = True

    async def _on_auth(self, talk: Conversation, text: str) -> None:
        if self._next["AUTH"] or self._always["AUTH"] != USUAL["AUTH"]:
            await self._reply(talk, "AUTH")
            return
        words = text.split()
        if words[1].upper() == "PLAIN":
            _, user, password = base64.b64decode(words[2]).decode().split("\0")
        else:
            user = await self._ask(talk, "Username:")
            password = await self._ask(talk, "Password:")
        if self.users.get(user) == password:
            talk.user = user
            await self._write(talk, USUAL["AUTH"])
        else:
            await self._write(talk, "535 5.7.8 wrong password")

    async def _ask(self, talk: Conversation, question: str) -> str:
        await self._write(talk, f"334 {base64.b64encode(question.encode()).decode()}")
        return base64.b64decode(await talk.reader.readline()).decode()

    async def _on_mail(self, talk: Conversation, text: str) -> None:
        if self.users and not talk.user:
            await self._write(talk, "530 5.7.0 sign in first")
        elif talk.sender is not None:
            await self._write(talk, "503 5.5.1 one letter at a time")
        elif (await self._reply(talk, "MAIL")).startswith("2"):
            talk.sender = text.split("<", 1)[1].split(">", 1)[0]

    async def _on_rcpt(self, talk: Conversation, text: str) -> None:
        recipient = text.split("<", 1)[1].split(">", 1)[0]
        if talk.sender is None:
            await self._write(talk, "503 5.5.1 MAIL first")
        elif (await self._reply(talk, "RCPT", recipient)).startswith("2"):
            talk.recipients.append(recipient)

    async def _on_data(self, talk: Conversation, _text: str) -> None:
        if not talk.recipients:
            await self._for_nobody(talk)
            return
        if (await self._reply(talk, "DATA", talk.recipients[0])).startswith("354"):
            await self._take_body(talk)

    async def _take_body(self, talk: Conversation) -> None:
        fault = self._answer("BODY", talk.recipients[0])
        if fault == DROP:
            await talk.reader.read(100)
            raise Ended
        if fault == HANG:
            talk.writer.transport.pause_reading()
            await self._hang(talk)
        first = await self._first_octet(talk)
        begun_at = time.monotonic()
        self.bodies.append(talk.recipients[0])
        body = first + await talk.reader.readuntil(b"\r\n.\r\n")
        recipient, sender = talk.recipients[0], talk.sender
        letter = Accepted(sender or "", recipient, body[:-3], talk.number, begun_at)
        answer = await self._after_dot(talk, recipient, letter)
        if answer != DROP:
            talk.sender, talk.recipients = None, []

    async def _first_octet(self, talk: Conversation) -> bytes:
        return await self._arriving(talk)

    async def _for_nobody(self, talk: Conversation) -> None:
        if not self.lenient:
            await self._write(talk, "503 5.5.1 RCPT first")
            return
        await self._write(talk, USUAL["DATA"])
        assert await talk.reader.readline() == b".\r\n", "something was sent to nobody"
        self.empty += 1
        await self._write(talk, "554 5.5.1 no valid recipients")

    async def _after_dot(self, talk: Conversation, recipient: str, letter: Accepted) -> str:
        """The letter is kept before it is said, so that what was accepted is never less than what was answered."""
        answer = self._answer("DOT", recipient)
        if self.delay:
            await asyncio.sleep(self.delay)
        if answer.startswith("2"):
            self.accepted.append(letter)
        if answer == DROP:
            raise Ended
        if answer == HANG:
            await self._hang(talk)
        await self._write(talk, answer)
        return answer

    async def _on_rset(self, talk: Conversation, _text: str) -> None:
        await self._reply(talk, "RSET")
        talk.sender, talk.recipients = None, []

    async def _on_quit(self, talk: Conversation, _text: str) -> None:
        await self._reply(talk, "QUIT")
        raise Ended


@contextmanager
def smtp_server(
    *, tls: str = "never", users: dict[str, str] | None = None, extensions: tuple[str, ...] = ("PIPELINING",)
) -> Iterator[FakeSmtpServer]:
    server = FakeSmtpServer(tls=tls, users=users, extensions=extensions)
    server.start()
    try:
        yield server
    finally:
        server.stop()
