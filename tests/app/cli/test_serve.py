"""`letterwright serve` on a machine without workers: what readers did is written down, and nothing stays behind."""

import http.client
import signal
import socket
import time
from contextlib import closing

import pytest
from sqlalchemy import func, select

from app.config import load_settings
from app.database.engine import make_engine
from app.database.session import dispose, transaction
from app.models import Event
from app.services.hits import CLICK, line_of
from app.startup import open_house
from app.tracking.spool import Spool
from tests.app.cli.processes import descendants, letterwright, living, wait_until
from tests.conftest import SECRET
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe

ENVIRON = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "20.1.1.1", "HTTP_USER_AGENT": "Mozilla/5.0 (X11)"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_it_counts_by_itself_and_leaves_nobody_behind(end, tmp_path, sqlite_address):
    settings = load_settings(data=tmp_path, database_url=sqlite_address, given_secret=SECRET)
    open_house(settings)
    with transaction() as session:
        readers, amara = make_list(session), make_subscriber(session, "amara@example.test")
        subscribe(session, amara, readers)
        message_id = make_sent_letter(session, amara, readers, urls=("https://example.test/",)).id
    dispose()
    spool = Spool(settings.spool)
    spool.keep(line_of(CLICK, message_id, 1, ENVIRON, time.time_ns() // 1_000_000))
    spool.close()
    engine, port = make_engine(sqlite_address), free_port()

    def counted() -> bool:
        with engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(Event)) == 1

    given = {"DATABASE_URL": sqlite_address, "LETTERWRIGHT_SECRET": SECRET}
    process = letterwright("serve", "--data", tmp_path, "--port", port, **given)
    try:
        wait_until(lambda: answers(port), "it answered")
        wait_until(counted, "the click was counted")
        family = descendants(process.pid)
        assert len(family) >= 2
        process.send_signal(end)
        process.wait(30)
        wait_until(lambda: not family & dict(living()).keys(), "all of it was gone")
    finally:
        engine.dispose()
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()
