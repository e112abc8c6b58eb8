"""A web server on 127.0.0.1 that answers, byte for byte, what a test tells it to, and keeps what it was asked."""

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = bytes | Callable[[], Iterable[bytes]]


@dataclass
class WebServer:
    """`answers` by path; a callable gives its bytes one by one. `asked` holds each request as it came."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


def page(body: bytes | str, *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer with its length, as HTML unless a header says otherwise."""
    data = body if isinstance(body, bytes) else body.encode()
    told = [*headers, f"Content-Length: {len(data)}"]
    if not any(one.lower().startswith("content-type") for one in told):
        told.append("Content-Type: text/html; charset=utf-8")
    head = "\r\n".join([f"HTTP/1.1 {status}", *told, "", ""])
    return head.encode("latin-1") + data


def leads_to(address: str, status: str = "302 Found") -> bytes:
    return page(b"", f"Location: {address}", status=status)


@contextmanager
def web_server(tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    served = WebServer()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                self._answer()

        def _answer(self) -> None:
            connection = tls.wrap_socket(self.request, server_side=True) if tls else self.request
            asked = b""
            while b"\r\n\r\n" not in asked and (more := connection.recv(4096)):
                asked += more
            served.asked.append(asked)
            path = asked.split(b" ", 2)[1].decode() if asked.count(b" ") > 1 else ""
            answer = served.answers.get(path, page("nothing here", status="404 Not Found"))
            for piece in [answer] if isinstance(answer, bytes) else answer():
                connection.sendall(piece)
            if tls:
                connection.close()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        served.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield served
        finally:
            server.shutdown()
