"""One connection to a provider's API, over which requests are made one after the other, and told when a body left.

A request counts as complete only with its last byte, which leaves alone: whatever breaks before it did not happen.
"""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import h11

from app.outside.http import Fetcher

MOST_REPLY = 256 * 1024
CHUNK = 64 * 1024
LOOKS = 2
"""Turns of the event loop after which a connection that ended before is known to have ended."""

Headers = Sequence[tuple[str, str]]


class ApiBroken(Exception):
    """The other side went away, or does not speak HTTP. `str()` says which."""


@dataclass(frozen=True, slots=True)
class ApiPlace:
    """Where an API is asked. `path` stands before every target, without a slash at its end."""

    host: str
    port: int = 443
    tls: bool = True
    path: str = ""

    @property
    def address(self) -> str:
        """For people, and for the Host header."""
        usual = self.port == (443 if self.tls else 80)
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if usual else f"{host}:{self.port}"


def api_place(address: str) -> ApiPlace:
    """The place that `https://host[:port][/path]` names."""
    parts = urlsplit(address)
    tls = parts.scheme == "https"
    return ApiPlace(parts.hostname or "", parts.port or (443 if tls else 80), tls, parts.path.rstrip("/"))


@dataclass(frozen=True, slots=True)
class ApiReply:
    """`headers` are by their names in small letters."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def tls_context() -> ssl.SSLContext:
    return Fetcher().tls()


class ApiConnection:
    """`is_usable` says whether a further request may be made over it."""

    def __init__(self, place: ApiPlace, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._place = place
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT)
        self._open = True
        self.requests = 0
        writer.transport.set_write_buffer_limits(high=0)

    @property
    def is_usable(self) -> bool:
        return self._open and not self._reader.at_eof() and not self._writer.transport.is_closing()

    async def send_head(self, method: str, target: str, headers: Headers) -> None:
        """Everything before the body. Raises: ApiBroken, OSError."""
        self.requests += 1
        fields = [("Host", self._place.address), ("User-Agent", "Letterwright"), *headers]
        await self._send(h11.Request(method=method, target=self._place.path + target, headers=fields))

    async def send_body(self, body: bytes) -> None:
        """The body; when this returns its last byte may have left. Raises: ApiBroken, OSError: it did not leave."""
        await self._send(h11.Data(data=body[:-1]))
        for _ in range(LOOKS):
            await asyncio.sleep(0)
        if not self.is_usable:
            raise ApiBroken("the connection was closed before the letter had left")
        self._writer.write(self._http.send(h11.Data(data=body[-1:])) or b"")
        self._http.send(h11.EndOfMessage())

    async def _send(self, event: h11.Request | h11.Data) -> None:
        if not self.is_usable:
            raise ApiBroken("the connection was closed")
        self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()

    async def read_reply(self) -> ApiReply:
        """The answer to the request. Raises: ApiBroken, OSError."""
        head: h11.Response | None = None
        body = bytearray()
        try:
            while True:
                event = await self._next()
                if isinstance(event, h11.Response):
                    head = event
                elif isinstance(event, h11.Data):
                    body += event.data
                    if len(body) > MOST_REPLY:
                        raise ApiBroken("the answer is too long")
                elif isinstance(event, h11.EndOfMessage) and head is not None:
                    break
                elif isinstance(event, h11.ConnectionClosed):
                    raise ApiBroken("the connection was closed without an answer")
        except h11.RemoteProtocolError as error:
            raise ApiBroken(f"the answer is no HTTP ({error})") from error
        self._ready_again()
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in head.headers}
        return ApiReply(head.status_code, headers, bytes(body))

    async def _next(self) -> object:
        """The next event of h11."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(CHUNK))
        return event

    def _ready_again(self) -> None:
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        else:
            self.close()

    def close(self) -> None:
        """At once; nothing that still waits in this process leaves any more."""
        if self._open:
            self._open = False
            self._writer.transport.abort()


async def open_api(place: ApiPlace) -> ApiConnection:
    """Raises: OSError: it cannot be reached, or its certificate is not trusted (ssl.SSLError is one)."""
    context = tls_context() if place.tls else None
    name = place.host if place.tls else None
    reader, writer = await asyncio.open_connection(place.host, place.port, ssl=context, server_hostname=name)
    return ApiConnection(place, reader, writer)
