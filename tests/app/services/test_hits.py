"""A line of the spool says what was asked, whatever the headers hold."""

from hypothesis import given
from hypothesis import strategies as st

from app.models import EventKind
from app.services.hits import CLICK, OPEN, hit_in, line_of

HEADER = st.text(st.characters(max_codepoint=255), max_size=6000)


@given(agent=HEADER, ip=HEADER, purpose=HEADER, number=st.integers(0, 10_000), message=st.integers(1, 2**47))
def test_any_headers_become_one_short_line_that_reads_back(agent, ip, purpose, number, message):
    environ = {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": ip, "HTTP_SEC_PURPOSE": purpose, "REQUEST_METHOD": "GET"}
    line = line_of(CLICK, message, number, environ, 1_800_000_000_123)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert len(line) < 4096
    hit = hit_in(line, "f:1")
    assert (hit.message_id, hit.link, hit.method, hit.source) == (message, number, "GET", "f:1")
    assert "\x00" not in hit.agent


@given(st.binary(max_size=300))
def test_no_damaged_line_makes_trouble(line):
    hit_in(line, "f:1")


def test_number_0_is_the_decoy_and_the_picture_an_opening():
    environ = {"REQUEST_METHOD": "GET"}
    assert hit_in(line_of(CLICK, 1, 0, environ, 1), "").kind is EventKind.DECOY_FOLLOWED
    assert hit_in(line_of(OPEN, 1, 0, environ, 1), "").kind is EventKind.OPENED


def test_only_listed_headers_are_kept():
    environ = {"REQUEST_METHOD": "GET", "HTTP_SEC_FETCH_DEST": "image", "HTTP_COOKIE": "secret"}
    hit = hit_in(line_of(OPEN, 1, 0, environ, 1), "")
    assert hit.signals == {"sec-fetch-dest": "image"}
