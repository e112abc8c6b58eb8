"""What every job is given: log fields, patience with the database, silence about what is already done."""

import logging

import pytest
from sqlalchemy.exc import OperationalError

from app.errors import NotFound
from workers import runtime


@pytest.fixture
def house(database, monkeypatch):
    runtime.use_settings(database)
    monkeypatch.setattr(runtime, "PAUSES_SECONDS", (0.01, 0.01))


def test_a_job_is_tried_again_while_the_database_is_away(house):
    tries = []

    @runtime.job
    def work(number: int) -> None:
        tries.append(number)
        if len(tries) < 3:
            raise OperationalError("SELECT", {}, Exception("away"))

    work(7)
    assert tries == [7, 7, 7]


def test_a_job_gives_up_on_a_database_that_stays_away(house, caplog):
    @runtime.job
    def work() -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    work()
    assert "left to the timetable" in caplog.text


def test_what_is_gone_is_no_failure(house, caplog):
    @runtime.job
    def work() -> None:
        raise NotFound("This campaign is not here.")

    with caplog.at_level(logging.INFO):
        work()
    assert [record.levelname for record in caplog.records if record.name == "workers.runtime"] == ["INFO"]


def test_a_job_that_fails_is_logged_with_its_trace_and_does_not_raise(house, caplog):
    @runtime.job
    def work(number: int) -> None:
        raise KeyError(number)

    work(3)
    assert "KeyError" in caplog.text


def test_a_log_line_ends_with_the_fields_of_job_and_record(house):
    lines = []

    @runtime.job
    def work(number: int) -> None:
        record = logging.LogRecord("x", logging.INFO, "x.py", 1, "done %s", ("well",), None)
        record.campaign_id = 12
        lines.append(runtime.FieldsFormatter("%(message)s").format(record))

    work(3)
    assert lines == ["done well job=work ids=3 campaign_id=12"]
