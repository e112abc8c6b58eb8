"""Every line of the spool becomes one event, whoever is killed meanwhile."""

import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.database.session import reading, transaction
from app.models import Event, EventKind
from app.services.hits import CLICK, line_of
from app.tracking.spool import Spool
from tests.conftest import SECRET
from tests.factories.mailing_lists import make_list
from tests.factories.sent_letters import make_sent_letter
from tests.factories.subscribers import make_subscriber, subscribe
from workers import spooled
from workers.jobs.tracking import flush_events, keep
from workers.runtime import use_settings
from workers.spooled import flush

ENVIRON = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "20.1.1.1", "HTTP_USER_AGENT": "Mozilla/5.0 (X11)"}
HITS = 10_000

WRITER = """
import os, sys, time
from pathlib import Path
from app.services.hits import CLICK, OPEN, line_of
from app.tracking.spool import Spool
spool, message_id = Spool(Path(sys.argv[1]), largest=100_000), int(sys.argv[2])
for place in range(int(sys.argv[4]), int(sys.argv[5])):
    time.sleep(0 if place % 50 else 0.005)
    environ = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "20.1.1.1", "HTTP_USER_AGENT": f"{sys.argv[3]} {place}"}
    assert spool.keep(line_of((OPEN, CLICK)[place % 2], message_id, place % 2, environ, time.time_ns() // 1_000_000))
    os.write(1, b".")
time.sleep(60)
"""
FLUSHER = """
import os, sys, time
from pathlib import Path
from app.config import load_settings
from app.startup import open_house
from workers.jobs.tracking import keep
from workers import spooled
spooled.BLOCK_BYTES = 10_000
open_house(load_settings(data=Path(sys.argv[1]), database_url=sys.argv[2], given_secret=sys.argv[3]))
while True:
    if spooled.flush(Path(sys.argv[1]) / "spool", keep):
        os.write(1, b".")
"""


@pytest.fixture
def message_id(database) -> int:
    use_settings(database)
    with transaction() as session:
        readers = make_list(session)
        person = make_subscriber(session)
        subscribe(session, person, readers)
        return make_sent_letter(session, person, readers, urls=("https://example.test/a", "https://example.test/b")).id


def follow(spool: Spool, message_id: int, times: int = 1, **environ: str) -> None:
    for _ in range(times):
        assert spool.keep(line_of(CLICK, message_id, 1, ENVIRON | environ, time.time_ns() // 1_000_000))


def count() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Event).where(Event.source.is_not(None)))


def hits_by_agent() -> Counter[tuple[EventKind, str]]:
    """(kind, agent) -> how many rows there are of it."""
    with reading() as session:
        rows = session.execute(select(Event.kind, Event.facts).where(Event.source.is_not(None)))
        return Counter((kind, facts["agent"]) for kind, facts in rows)


def kind(place: int) -> EventKind:
    """What the writer notes at this place of its run."""
    return EventKind.CLICKED if place % 2 else EventKind.OPENED


def start(code: str, *arguments: object) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )


def kill(process: subprocess.Popen) -> int:
    """Kills it as hard as can be; how many more signs of life it had left."""
    process.send_signal(signal.SIGKILL)
    rest = len(process.stdout.read())
    process.wait()
    process.stdout.close()
    return rest


def test_thousands_of_openings_and_clicks_are_counted_exactly_through_kills_of_writers_and_flushers(
    database, message_id
):
    warm = Spool(database.spool)
    follow(warm, message_id)  # so that a flusher that has started has something to tell
    flusher = start(FLUSHER, database.data, database.database, SECRET)
    flusher.stdout.read(1)
    warm.close()
    first = start(WRITER, database.spool, message_id, "first", 0, HITS)
    told = len(first.stdout.read(HITS // 3))
    kill(flusher)
    told += kill(first)
    second = start(WRITER, database.spool, message_id, "second", told, HITS)
    flusher = start(FLUSHER, database.data, database.database, SECRET)
    flusher.stdout.read(1)
    kill(flusher)
    second.stdout.read(HITS - told)
    kill(second)
    assert HITS // 3 <= told < HITS
    while flush(database.spool, keep):
        pass
    expected = {(kind(place), f"{'first' if place < told else 'second'} {place}") for place in range(HITS)}
    counted = hits_by_agent()
    assert set(counted.values()) == {1}
    # One line may have been whole before its writer could tell.
    of_the_start, untold = (EventKind.CLICKED, ENVIRON["HTTP_USER_AGENT"]), (kind(told), f"first {told}")
    assert counted.keys() - expected <= {of_the_start, untold}
    assert expected <= counted.keys()
    assert list(database.spool.glob("*.spool")) == []
    assert list(database.spool.glob("*.read")) == []


def test_a_flusher_killed_between_commit_and_mark_counts_nothing_twice(database, message_id, monkeypatch):
    spool = Spool(database.spool)
    follow(spool, message_id, 5)
    with monkeypatch.context() as patched:
        patched.setattr(spooled, "remember", lambda _path, _place: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            flush(database.spool, keep)
    assert count() == 5
    follow(spool, message_id, 2)
    flush_events()
    assert count() == 7


def test_a_torn_line_of_a_living_writer_waits_for_its_end(database, message_id):
    spool = Spool(database.spool)
    follow(spool, message_id)
    path = next(database.spool.glob("*.spool"))
    whole = line_of(CLICK, message_id, 1, ENVIRON, 1)
    with path.open("ab") as file:
        file.write(whole[:20])
    flush_events()
    assert count() == 1
    with path.open("ab") as file:
        file.write(whole[20:])
    flush_events()
    assert count() == 2


def test_a_torn_line_of_a_writer_that_is_gone_is_dropped_and_said(database, message_id, caplog):
    spool = Spool(database.spool)
    follow(spool, message_id)
    path = next(database.spool.glob("*.spool"))
    with path.open("ab") as file:
        file.write(b"1\t12345")
    spool.close()
    flush_events()
    assert count() == 1
    assert "never finished" in caplog.text
    assert not path.exists()


def test_a_living_writers_file_stays_and_is_read_on(database, message_id):
    spool = Spool(database.spool)
    for expected in (1, 2, 3):
        follow(spool, message_id)
        flush_events()
        assert count() == expected
    assert len(list(database.spool.glob("*.spool"))) == 1


def test_a_full_file_is_followed_by_another(database, message_id):
    spool = Spool(database.spool, largest=200)
    follow(spool, message_id, 6)
    assert len(list(database.spool.glob("*.spool"))) > 1
    flush_events()
    assert count() == 6
    assert len(list(database.spool.glob("*.spool"))) == 1


def test_two_flushers_do_not_meet(database, message_id):
    follow(Spool(database.spool), message_id)
    with spooled.alone(database.spool) as free:
        assert free
        assert flush(database.spool, keep) == 0
    assert flush(database.spool, keep) == 1


def test_damaged_lines_are_passed_by(database, message_id):
    spool = Spool(database.spool)
    for line in (b"nonsense\n", b"1\tx\tc\t1\t1\tG\t\t\t\n", b"\xff\xfe\x00\n"):
        assert spool.keep(line)
    follow(spool, message_id)
    flush_events()
    assert count() == 1


def test_a_line_for_a_letter_or_link_that_is_not_there_is_passed_by(database, message_id):
    spool = Spool(database.spool)
    assert spool.keep(line_of(CLICK, message_id + 99, 1, ENVIRON, 1))
    assert spool.keep(line_of(CLICK, message_id, 77, ENVIRON, 1))
    flush_events()
    assert count() == 0


def test_without_a_spool_there_is_nothing_to_do(database):
    use_settings(database)
    flush_events()
    assert not database.spool.exists()
