"""A light client for the benchmarks: many kept connections, one request on each at a time, counting the answers.

Run as a process of its own, so that it never shares the server's interpreter:
    python -m tests.benchmarks.http_load PORT CONNECTIONS SECONDS PATHS_FILE
Prints one JSON document: {"seconds": …, "answers": {status: count}}. It ends each request that it began.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
REQUEST = "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {}\r\nAccept: */*\r\nAccept-Language: en\r\n\r\n"
LARGEST_READ = 65536


class Connection:
    """One request under way; `rest` is what came of its answer so far."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def read(self) -> str:
        """The status once the answer is whole, else nothing. Raises ConnectionError where the server hung up."""
        came = self.socket.recv(LARGEST_READ)
        if not came:
            raise ConnectionError("the server closed a connection that was to be kept")
        self.rest += came
        head, found, body = self.rest.partition(HEAD_END)
        if not found or len(body) < length_of(head):
            return ""
        self.rest = b""
        return head[9:12].decode("ascii")


def length_of(head: bytes) -> int:
    _before, found, after = head.lower().partition(LENGTH)
    return int(after.partition(b"\r\n")[0]) if found else 0


def load(port: int, connections: int, seconds: float, paths: list[str]) -> tuple[float, Counter[str]]:
    """Seconds that it took, and how many answers of each status came."""
    requests: Iterator[bytes] = cycle([REQUEST.format(path, AGENT).encode("ascii") for path in paths])
    answers: Counter[str] = Counter()
    with selectors.EpollSelector() as selector:
        began = time.perf_counter()
        until, open_now = began + seconds, connections
        for _ in range(connections):
            one = Connection(port)
            selector.register(one.socket, selectors.EVENT_READ, one)
            one.socket.sendall(next(requests))
        while open_now:
            ready = selector.select()
            over = time.perf_counter() >= until
            for key, _events in ready:
                status = key.data.read()
                if not status:
                    continue
                answers[status] += 1
                if over:
                    selector.unregister(key.data.socket)
                    key.data.socket.close()
                    open_now -= 1
                else:
                    key.data.socket.sendall(next(requests))
        return time.perf_counter() - began, answers


def main(port: str, connections: str, seconds: str, file: str) -> None:
    paths = Path(file).read_text(encoding="ascii").split()
    took, answers = load(int(port), int(connections), float(seconds), paths)
    print(json.dumps({"seconds": took, "answers": answers}))


if __name__ == "__main__":
    main(*sys.argv[1:])
