"""Our own pages on a loopback port, over TLS, in a thread: as the world reaches them, a proxy's mischief included."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import trustme
from werkzeug.serving import WSGIRequestHandler, make_server

from app.outside.http import trusting


class Silent(WSGIRequestHandler):
    def log(self, *_said) -> None:
        pass


class OwnWeb:
    """`application` answers; before it is set, 503. `url` begins every address."""

    def __init__(self) -> None:
        self.application = None
        self.seen: list[dict] = []

    def __call__(self, environ, start_response):
        self.seen.append({name: environ.get(name) for name in ("REQUEST_METHOD", "HTTP_COOKIE", "CONTENT_TYPE")})
        if self.application is None:
            start_response("503 Not yet", [])
            return [b""]
        return self.application(environ, start_response)


@contextmanager
def own_web(folder, monkeypatch) -> Iterator[OwnWeb]:
    authority = trustme.CA()
    pem = folder / "authority.pem"
    authority.cert_pem.write_to_path(pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    certificate = authority.issue_cert("127.0.0.1")
    with certificate.private_key_and_cert_chain_pem.tempfile() as both:
        web = OwnWeb()
        server = make_server("127.0.0.1", 0, web, threaded=True, ssl_context=tls(both), request_handler=Silent)
    web.url = f"https://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    trusting.cache_clear()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        trusting.cache_clear()


def tls(file):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
