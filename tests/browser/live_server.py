"""The application on a free port of this machine, answered by threads of the test process."""

from contextlib import closing
from dataclasses import dataclass
from threading import Thread

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    def log(self, type, message, *args) -> None:  # noqa: A002  the base class names it so
        pass


@dataclass
class LiveServer:
    app: Flask
    server: BaseWSGIServer
    thread: Thread

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join(10)
        self.server.server_close()


def in_one_piece(app):
    """An answer is read and closed before it is written: the server leaves files open behind a browser that is gone."""

    def answer(environ, start_response):
        with closing(app(environ, start_response)) as pieces:
            return list(pieces)

    return answer


def serve(app: Flask) -> LiveServer:
    server = make_server("127.0.0.1", 0, in_one_piece(app), threaded=True, request_handler=QuietHandler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    return LiveServer(app, server, thread)
