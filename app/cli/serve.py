"""`letterwright serve`: the web server. Its own worker processes end when it does, even by `kill -9`."""

import os
import time
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from app.cli.keeper import keeper as running_keeper
from app.cli.settings import settings_from
from app.config import Settings
from app.database.migrate import is_current
from app.database.session import dispose, init_database
from app.embedded.leash import die_with
from app.factory import create_app

MOST_PROCESSES = 2
THREADS = 8
REQUESTS_AT_ONCE = 256
LAST_REQUESTS_SECONDS = 8
LOOK_SECONDS = 0.1


@click.command(name="serve")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder (LETTERWRIGHT_DATA).")
@click.option("--host", help="Address to listen on (HOST, 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (PORT, 8000).")
@click.option("--wait", is_flag=True, help="Open only when the database has the newest schema.")
@click.option(
    "--keeper/--no-keeper",
    default=True,
    help="Write openings and clicks of this machine down; not needed where a worker has the same data folder.",
)
def command(data: Path | None, host: str | None, port: int | None, *, wait: bool, keeper: bool) -> None:
    """Run the web server until it is told to stop (SIGTERM: it answers the requests in hand first)."""
    given = {"data": data, "host": host, "port": port}
    settings = settings_from(**given)
    if wait:
        wait_for_schema(settings)
    server = Granian(
        "wsgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=min(MOST_PROCESSES, os.cpu_count() or 1),
        blocking_threads=THREADS,
        backpressure=REQUESTS_AT_ONCE,
        log_level=LogLevels.warning,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=LAST_REQUESTS_SECONDS,
    )
    with running_keeper(settings) if keeper else nullcontext():
        server.serve(target_loader=partial(open_web, os.getpid(), given), wrap_loader=False)


def wait_for_schema(settings: Settings) -> None:
    """Returns when somebody has migrated the database; leaves no connection for the workers to inherit."""
    engine = init_database(settings)
    while not is_current(engine):
        time.sleep(LOOK_SECONDS)
    dispose()


def open_web(parent: int, given: dict[str, Any]) -> Any:
    """The application of one worker process; called in that process."""
    die_with(parent)
    return create_app(settings_from(**given))
