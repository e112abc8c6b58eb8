"""The yardstick for openings and clicks: a Flask application that only says hello, served as `letterwright serve` is.

python -m tests.benchmarks.flask_hello PORT
"""

import os
import sys

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from app.cli.serve import MOST_PROCESSES, REQUESTS_AT_ONCE, THREADS


def make_app() -> Flask:
    app = Flask("hello")

    @app.get("/")
    def hello() -> str:
        return "hello"

    return app


def main(port: str) -> None:
    Granian(
        "hello",
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=min(MOST_PROCESSES, os.cpu_count() or 1),
        blocking_threads=THREADS,
        backpressure=REQUESTS_AT_ONCE,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve(target_loader=make_app, wrap_loader=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
