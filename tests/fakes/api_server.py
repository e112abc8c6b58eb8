"""A provider's API that answers what a test tells it to, on 127.0.0.1, in a thread of its own.

Held to HTTP/1.1: a request is kept once its whole body has come, before anything is answered.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.fakes.turns import turns

DROP_HEAD = "drop after the head"
DROP_BODY = "drop after the body"
HANG = "hang"


@dataclass
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    status: int
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)

    def wire(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Said", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "", ""]).encode("latin-1") + self.body


class FakeApi:
    """`say(...)` answers the next requests, `always` all others."""

    def __init__(self, usual: Answer) -> None:
        self.usual: Answer | str = usual
        self.asked: list[Asked] = []
        self.heads = 0
        self.connections = 0
        self.delay = 0.0
        self.port = 0
        self._next: deque[Answer | str] = deque()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def say(self, *answers: Answer | str) -> None:
        self._next.extend(answers)

    def always(self, answer: Answer | str) -> None:
        self.usual = answer

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        assert self._server is not None
        await turns(5)  # whoever was just taken in begins, or nobody would close that connection
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await turns(3)  # what was aborted is closed

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        self.heads += 1
        answer = self._next.popleft() if self._next else self.usual
        if answer == DROP_HEAD:
            return False
        body = await reader.readexactly(int(headers["content-length"]))
        self.asked.append(Asked(method, target, headers, body))
        if answer == HANG:
            await asyncio.sleep(3600)
        if self.delay:
            await asyncio.sleep(self.delay)
        if not isinstance(answer, Answer):
            return False
        writer.write(answer.wire())
        await writer.drain()
        return True


@contextmanager
def fake_api(usual: Answer | None = None) -> Iterator[FakeApi]:
    server = FakeApi(usual or Answer(200))
    server.start()
    try:
        yield server
    finally:
        server.stop()
