"""The job of an import: to its end in one run, and to the same end when it is killed at any moment."""

import io
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from app.config import child_environment
from app.database.session import reading, transaction
from app.models import Existing, ImportBatch, ImportStatus, Subscriber, Subscription
from app.services import imports
from app.services.import_pages import take_next_page
from tests.factories.mailing_lists import make_list
from tests.workers.conftest import wait_for
from workers import runtime
from workers.jobs.imports import ring_standing, run

ROWS = 4000
# What a worker does, in smaller pages so that there is time to be killed.
CHILD = """
import sys
from app.config import load_settings
from app.database.session import transaction
from app.services.import_ahead import ReadAhead
from app.services.import_pages import take_next_page
from app.startup import open_house
settings = load_settings()
open_house(settings)
more = True
with ReadAhead() as ahead:
    while more:
        with transaction() as session:
            more = take_next_page(session, int(sys.argv[1]), settings.imports, most=50, ahead=ahead)
"""


@pytest.fixture
def started(database) -> int:
    lines = [f"reader{number % (ROWS - 100)}@example.test" for number in range(ROWS - 1)]
    data = "\n".join(["email", *lines, "no address"]).encode()
    received = imports.receive(io.BytesIO(data), "people.csv", database.imports)
    with transaction() as session:
        readers = make_list(session)
        batch = imports.create_import(session, received, user_id=None).id
        imports.choose_lists(session, batch, [readers.id], basis="They confirmed by mail", existing=Existing.FILL)
        imports.start(session, batch)
    return batch


def batch_of(number: int) -> ImportBatch:
    with reading() as session:
        return session.get_one(ImportBatch, number)


def count(model) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def assert_whole(number: int) -> None:
    batch = batch_of(number)
    report = batch.report
    assert batch.status is ImportStatus.DONE
    assert (report["rows"], report["created"], report["rejected_count"]) == (ROWS, ROWS - 100, 1)
    assert report["skipped"] == {"duplicate_address": 99}
    assert (count(Subscriber), count(Subscription)) == (ROWS - 100, ROWS - 100)
    with reading() as session:
        assert set(session.scalars(select(Subscription.import_id))) == {number}


def test_a_run_takes_the_file_to_its_end(database, started):
    runtime.use_settings(database)
    run(started)
    assert_whole(started)
    run(started)
    assert_whole(started)


def test_killed_again_and_again_it_loses_and_doubles_nobody(database, started, tmp_path):
    environment = child_environment(
        LETTERWRIGHT_DATA=str(tmp_path), DATABASE_URL=database.database_url, LETTERWRIGHT_SECRET=database.secret
    )
    for _ in range(3):
        before = batch_of(started).cursor
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(started)], env=environment)
        wait_for(
            lambda before=before, child=child: batch_of(started).cursor > before or child.poll() is not None, "a page"
        )
        time.sleep(0.05)
        child.kill()
        child.wait(10)
    more = True
    while more:
        with transaction() as session:
            more = take_next_page(session, started, database.imports)
    assert_whole(started)


def test_the_timetable_finds_what_stands_still(database, started):
    runtime.use_settings(database)
    with transaction() as session:
        imports.get_import(session, started).beat_at -= 2 * imports.STILL_AFTER
        assert imports.standing_still(session) == (started,)
    ring_standing()
    assert batch_of(started).status is ImportStatus.RUNNING
