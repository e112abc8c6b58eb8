from rq import Queue, Worker

from app.config import load_settings
from app.database.session import dispose
from app.factory import create_app
from app.jobs import queue_connection
from tests.app.pages.visitor import Visitor
from tests.conftest import SECRET


def test_a_living_process_says_so(stranger):
    assert stranger.get("/healthz").json == {"ok": True}


def test_without_a_queue_the_process_is_not_ready(stranger):
    answer = stranger.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"ok": False, "database": True, "queue": False, "workers": {"general": 0, "send": 0}}


def test_the_house_is_ready_once_every_queue_has_a_worker(tmp_path, sqlite_address, valkey):
    given = {"database_url": sqlite_address, "given_secret": SECRET, "redis_url": valkey}
    visitor = Visitor(create_app(load_settings(data=tmp_path, **given)))
    connection = queue_connection()
    Worker([Queue("send", connection=connection)], connection=connection).register_birth()
    assert visitor.get("/readyz").status_code == 503
    Worker([Queue("general", connection=connection)], connection=connection).register_birth()
    answer = visitor.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"ok": True, "database": True, "queue": True, "workers": {"general": 1, "send": 1}}
    dispose()
