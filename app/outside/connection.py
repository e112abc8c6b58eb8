"""Connections to the very address that was checked, each read and write within what is left of the time.

The name is asked for once; what it means a moment later (DNS rebinding) does not count.
"""

import ssl
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

import httpcore

from app.outside.addresses import IpAddress, resolve

MAX_TRIED = 4

MayReach = Callable[[IpAddress, int], bool]
Resolver = Callable[[str, int, float], list[IpAddress]]


class ReachesInside(Exception):
    """A name leads to an address that is not of the open internet."""


class TimeIsUp(Exception):
    """The time for the whole fetch is used up."""


class Deadline:
    """The end of the time for a fetch, with all its redirects."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def left(self, timeout: float | None = None) -> float:
        """Seconds left, or `timeout` where that is less. Raises: TimeIsUp."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeIsUp
        return left if timeout is None else min(left, timeout)


class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore, after every address of the name was looked at."""

    def __init__(self, may_reach: MayReach, deadline: Deadline, resolver: Resolver = resolve) -> None:
        self._may_reach = may_reach
        self._deadline = deadline
        self._resolve = resolver
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises: ReachesInside when any address of the name is private; httpcore's errors."""
        try:
            addresses = self._resolve(host, port, self._deadline.left())
        except TimeoutError:
            raise TimeIsUp from None
        except OSError as wrong:
            raise httpcore.ConnectError(f"the name cannot be resolved: {wrong}") from wrong
        if not all(self._may_reach(address, port) for address in addresses):
            raise ReachesInside(host)
        for address in addresses[:MAX_TRIED]:
            try:
                stream = self._backend.connect_tcp(
                    str(address), port, self._deadline.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return _TimedStream(stream, self._deadline)
        raise httpcore.ConnectError("no address answers")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise ReachesInside(path)


class _TimedStream(httpcore.NetworkStream):
    """A connection on which no drip of bytes outlasts the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
