"""What of the spool waits, asked of the files that a true writer and a true flusher leave."""

from datetime import UTC, datetime, timedelta

from app.queries.spool import SpoolFigures, spool_figures
from app.services.hits import CLICK, line_of
from app.tracking.spool import Spool
from workers.spooled import flush

CAME = datetime(2027, 1, 6, 9, tzinfo=UTC)
LATER = CAME + timedelta(seconds=90)
NOTHING = SpoolFigures(0, 0.0)


def line(number: int, seconds: float = 0) -> bytes:
    moment = int((CAME.timestamp() + seconds) * 1000)
    return line_of(CLICK, number, 1, {"REQUEST_METHOD": "GET", "HTTP_USER_AGENT": "Firefox"}, moment)


def test_a_host_where_nobody_followed_a_link_has_nothing_waiting(tmp_path):
    assert spool_figures(tmp_path / "none", LATER) == NOTHING


def test_what_waits_is_told_with_the_age_of_the_oldest(tmp_path):
    spool = Spool(tmp_path)
    lines = [line(number, seconds=number) for number in range(1, 4)]
    for one in lines:
        spool.keep(one)
    assert spool_figures(tmp_path, LATER) == SpoolFigures(sum(map(len, lines)), 89.0)


def test_what_is_in_the_database_waits_no_longer(tmp_path):
    spool = Spool(tmp_path)
    spool.keep(line(1))
    assert flush(tmp_path, list) == 1
    assert spool_figures(tmp_path, LATER) == NOTHING
    late = line(2, seconds=60)
    spool.keep(late)
    assert spool_figures(tmp_path, LATER) == SpoolFigures(len(late), 30.0)


def test_a_damaged_line_has_no_age_and_a_clock_set_back_gives_none_below_zero(tmp_path):
    spool = Spool(tmp_path)
    spool.keep(b"1\tyesterday\tc\n")
    assert spool_figures(tmp_path, LATER).oldest_seconds == 0
    spool.close()
    flush(tmp_path, list)
    spool.keep(line(1, seconds=3600))
    assert spool_figures(tmp_path, LATER).oldest_seconds == 0
