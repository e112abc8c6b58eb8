"""One connection to the mail server: carries out what its session asks, on the event loop.

The pool opens connections and feeds them; the only sockets of the sending side are here.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import Sequence
from typing import Protocol, cast

from workers.smtp.actions import (
    Action,
    AskToBegin,
    Close,
    Encrypt,
    Finished,
    Letter,
    Ready,
    Write,
    WriteBody,
)
from workers.smtp.outcome import Outcome, Refused, Sent
from workers.smtp.relay import Relay, address_literal
from workers.smtp.replies import Stage
from workers.smtp.session import LONGEST_TAIL, Session

DOT = b".\r\n"
ANSWERS = (Sent, Refused)
ALSO_AT_THE_END = (Finished, Close)


class Owner(Protocol):
    """Whom a connection asks and tells; the pool."""

    def next_letter(self, connection: "Connection") -> Letter | None: ...

    def begin(self, letter: Letter) -> bool: ...

    def settled(self, letter: Letter, outcome: Outcome) -> None: ...


class Connection(asyncio.Protocol):
    """Lives from `open_connection` until `closed` is done; the result is its trouble, "" for an ordinary end."""

    def __init__(self, relay: Relay, owner: Owner) -> None:
        self._relay = relay
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._session: Session | None = None
        self._encrypted = relay.tls
        self._upgrade: asyncio.Task[None] | None = None
        self._body_waits = False
        self._dot = b""
        self._trouble = ""
        self.closed: asyncio.Future[str] = self._loop.create_future()
        self.ready = False
        self.answers = 0
        self.greeted = False
        self.deadline = self._loop.time() + relay.timeouts.command

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        # Told when more stays behind in this process than a tail, and again when the kernel has the rest.
        self._transport.set_write_buffer_limits(high=self._may_stay, low=self._may_stay)
        here = transport.get_extra_info("sockname")
        name = self._relay.name or address_literal(str(here[0]) if here else "")
        self._session = Session(self._relay, name)

    def data_received(self, data: bytes) -> None:
        if self._session is not None:
            self._act(self._session.receive(data))

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if self._session is not None:
            self._act(
                self._session.lost(f"the connection was dropped ({exc})" if exc else "the connection was dropped")
            )
        self.ready = False
        if not self.closed.done():
            self.closed.set_result(self._trouble)

    def resume_writing(self) -> None:
        if self._body_waits and self._session is not None and self._transport is not None:
            self._body_waits = False
            self._dot_leaves(self._session, self._transport)

    def feed(self) -> None:
        """Takes the next letter, where there is one; the pool calls it when letters arrive for idle connections."""
        if self.ready and self._session is not None and not self._session.closed:
            self._act([Ready()])

    def say_goodbye(self) -> None:
        """Ends an idle connection politely; one with a letter under way ends by itself afterwards."""
        if self.ready and self._session is not None and not self._session.closed:
            self.ready = False
            self._act(self._session.quit())

    def give_up(self, why: str) -> None:
        """Ends the connection now, whatever it is doing."""
        if self._session is not None:
            self._act(self._session.lost(why))
        self._part(at_once=True)

    def timed_out(self) -> None:
        stage = self._session.stage.value if self._session is not None else "connect"
        self.give_up(f"no answer in time at {stage}")

    def _wait(self, seconds: float) -> None:
        self.deadline = self._loop.time() + seconds

    def _act(self, actions: list[Action]) -> None:
        """Carries out actions, and those that follow from them, in order."""
        waiting = actions[::-1]
        while waiting:
            waiting += self._carry_out(waiting.pop())[::-1]

    def _carry_out(self, action: Action) -> Sequence[Action]:
        assert self._session is not None
        if self._session.closed and not isinstance(action, ALSO_AT_THE_END):
            return ()
        if isinstance(action, Write):
            self._send(action.data)
            self._wait(action.patience)
        elif isinstance(action, Finished):
            self.answers += isinstance(action.outcome, ANSWERS)
            self._owner.settled(action.letter, action.outcome)
        elif isinstance(action, Ready):
            return self._take_letter(self._session)
        elif isinstance(action, AskToBegin):
            return [*self._take_ahead(self._session), *self._session.begin(allowed=self._owner.begin(action.letter))]
        elif isinstance(action, WriteBody):
            self._send_body(self._session, action)
        elif isinstance(action, Encrypt):
            self._upgrade = self._loop.create_task(self._encrypt(self._session))
        else:
            self._trouble = action.trouble
            self._part(at_once=False)
        return ()

    def _take_letter(self, session: Session) -> list[Action]:
        self.ready = False
        letter = self._owner.next_letter(self)
        if letter is None:
            self.ready = True
            self.deadline = float("inf")
            return []
        return session.hand_over(letter)

    def _take_ahead(self, session: Session) -> list[Action]:
        """Chooses the letter whose envelope rides behind this one, before this one is asked to begin."""
        told: list[Action] = []
        while session.takes_ahead and (letter := self._owner.next_letter(self)) is not None:
            told += session.take_ahead(letter)
        return told

    def _send(self, data: bytes) -> None:
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _send_body(self, session: Session, action: WriteBody) -> None:
        """One write for body, dot and tail; while more than a tail stays behind in this process, the dot has not left.

        Under TLS the dot waits: our count of bytes there says little about what left.
        """
        self._wait(action.patience)
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        self._dot = DOT + action.tail if self._encrypted else b""
        transport.writelines((action.body,) if self._encrypted else (action.body, DOT, action.tail))
        if transport.is_closing():
            return
        if transport.get_write_buffer_size() > self._may_stay:
            self._body_waits = True
        else:
            self._dot_leaves(session, transport)

    def _dot_leaves(self, session: Session, transport: asyncio.Transport) -> None:
        if self._dot:
            transport.write(self._dot)
        self._wait(session.body_left())

    @property
    def _may_stay(self) -> int:
        """Octets that may wait in this process although the dot has left it."""
        return 0 if self._encrypted else LONGEST_TAIL

    async def _encrypt(self, session: Session) -> None:
        assert self._transport is not None
        try:
            secured = await self._loop.start_tls(
                self._transport,
                self,
                self._relay.tls_context(),
                server_hostname=self._relay.host,
                ssl_handshake_timeout=self._relay.timeouts.connect,
                ssl_shutdown_timeout=self._relay.timeouts.goodbye,
            )
        except (OSError, ssl.SSLError) as error:
            self._act(session.lost(explain(error)))
            return
        if secured is None:
            self._act(session.lost("the connection was dropped"))
            return
        self._transport = secured
        self._encrypted = True
        self._transport.set_write_buffer_limits(high=self._may_stay, low=self._may_stay)
        self._act(session.encrypted())

    def _part(self, *, at_once: bool) -> None:
        """Ends the transport; `connection_lost` follows. close() would still send what waits in this process,
        and with it the dot of a letter that was already counted as not begun.
        """
        self.ready = False
        self._wait(self._relay.timeouts.goodbye)
        if self._transport is not None and self._session is not None:
            if at_once or self._session.stage is Stage.BODY:
                self._transport.abort()
            else:
                self._transport.close()


async def open_connection(relay: Relay, owner: Owner, make: type[Connection] = Connection) -> Connection:
    """A connection whose session has begun; `make` is its kind.

    Raises:
        OSError: the server cannot be reached, or TLS failed (ssl.SSLError is one); `explain` turns it into a sentence.
        TimeoutError: it did not answer within the time to connect.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(relay.timeouts.connect):
        _, connection = await loop.create_connection(
            lambda: make(relay, owner),
            relay.host,
            relay.port,
            ssl=relay.tls_context() if relay.tls else None,
            server_hostname=relay.host if relay.tls else None,
            ssl_shutdown_timeout=relay.timeouts.goodbye if relay.tls else None,
        )
    return connection


def explain(error: BaseException) -> str:
    """A sentence for the campaign's page, with a cure where there is one."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate cannot be verified ({error.verify_message}); verify=no in SMTP_URL accepts it unseen"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or error})"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "there is no host of this name"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error) or type(error).__name__
