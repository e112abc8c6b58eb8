"""A web site on 127.0.0.1 that answers as its paths say, and remembers what it was asked."""

import ssl
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebSite(ThreadingHTTPServer):
    """`/status/404` answers so; `/to/<address>` sends on; `/only-get` refuses HEAD; `/slow` waits for half a second."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, str]] = []

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address) -> None:
        """A visitor that hangs up is no error."""


class Handler(BaseHTTPRequestHandler):
    server: WebSite

    def answer(self, method: str) -> None:
        self.server.asked.append((method, self.path))
        verb, _, rest = self.path.strip("/").partition("/")
        verbs: dict[str, Callable[[], tuple[int, str]]] = {
            "status": lambda: (int(rest), ""),
            "to": lambda: (302, rest),
            "round": lambda: (301, self.path),
            "only-get": lambda: (405 if method == "HEAD" else 200, ""),
            "slow": lambda: (time.sleep(0.5), (200, ""))[1],
        }
        status, leads_to = verbs.get(verb, lambda: (200, ""))()
        self.send_response(status)
        if leads_to:
            self.send_header("Location", leads_to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_HEAD(self) -> None:
        self.answer("HEAD")

    def do_GET(self) -> None:
        self.answer("GET")

    def log_message(self, *_words: object) -> None:
        """Says nothing."""


@contextmanager
def web_site(context: ssl.SSLContext | None = None):
    site = WebSite()
    if context is not None:
        site.socket = context.wrap_socket(site.socket, server_side=True)
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join(2)
        site.server_close()
