"""A machine with pages and no workers writes its openings and clicks down itself."""

import time

from sqlalchemy import func, select

from app.database.session import reading, transaction
from app.models import Event, HostBeat
from app.services.hits import CLICK, line_of
from app.startup import open_house
from app.tracking.spool import Spool
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe
from workers.keeping import look

ENVIRON = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "20.1.1.1", "HTTP_USER_AGENT": "Mozilla/5.0 (X11)"}


def test_what_lies_there_is_written_down_once_and_is_no_sign_of_workers(database):
    with transaction() as session:
        readers, amara = make_list(session), make_subscriber(session, "amara@example.test")
        subscribe(session, amara, readers)
        message_id = make_sent_letter(session, amara, readers, urls=("https://example.test/",)).id
    spool = Spool(database.spool)
    for _ in range(3):
        assert spool.keep(line_of(CLICK, message_id, 1, ENVIRON, time.time_ns() // 1_000_000))
    spool.close()
    assert look(database) == 3
    assert look(database) == 0
    open_house(database)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 3
        assert session.scalar(select(func.count()).select_from(HostBeat)) == 0


def test_where_nothing_lies_the_database_is_not_asked(settings):
    assert look(settings.model_copy(update={"database_url": "postgresql:///nobody?host=/nonexistent"})) == 0


def test_while_the_database_is_away_nothing_is_lost(database):
    spool = Spool(database.spool)
    spool.keep(line_of(CLICK, 1, 1, ENVIRON, 1))
    spool.close()
    away = database.model_copy(update={"database_url": "postgresql:///nobody?host=/nonexistent"})
    assert look(away) == 0
    assert len(list(database.spool.glob("*.spool"))) == 1
