"""The sink writes down every letter before it says 250, as a true client of its port sees it."""

import smtplib
import socket
import time
from pathlib import Path

import pytest

from tests.chaos.accepted import SinkLog
from tests.chaos.servers import Sink
from tests.chaos.sink import Habits, milliseconds

LETTER = "Subject: Water\r\n\r\n" + "Drink enough of it.\r\n" * 60


@pytest.fixture
def sink_of(tmp_path: Path):
    started = []

    def start(**habits) -> Sink:
        started.append(Sink(tmp_path / f"sink{len(started)}.log", Habits(**habits)))
        return started[-1]

    yield start
    for sink in started:
        sink.stop()


def wait_for(log: SinkLog, letters: int) -> SinkLog:
    until = time.monotonic() + 10
    while len(log.refresh().accepted) + len(log.broken) < letters and time.monotonic() < until:
        time.sleep(0.01)
    return log


def dialogue(sink: Sink, *lines: bytes) -> tuple[socket.socket, bytes]:
    """Says all of it at once, and answers what was heard up to the answer to the last line."""
    connection = socket.create_connection(("127.0.0.1", sink.port), 10)
    connection.sendall(b"".join(lines))
    heard = b""
    while heard.count(b"\r\n") < 1 + sum(line.endswith(b"\r\n") for line in lines):
        heard += connection.recv(4096)
    return connection, heard


def test_a_letter_is_written_down_with_its_people_and_times(sink_of):
    sink = sink_of(dot_delay=0.0)
    before = milliseconds()
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.sendmail("news+m5.ab@example.test", "ada@one.test", LETTER)
        accepted = SinkLog(sink.log).refresh().accepted
    assert [(one.recipient, one.message_id) for one in accepted] == [("ada@one.test", 5)]
    assert before <= accepted[0].begun_ms <= accepted[0].dot_ms <= milliseconds()
    assert accepted[0].size > 1_000


def test_many_letters_of_one_connection_are_each_written_down(sink_of):
    sink = sink_of(dot_delay=0.001, mail_delay=0.001)
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        for number in range(30):
            client.sendmail(f"news+m{number}.ab@example.test", f"p{number}@one.test", LETTER)
    assert [one.message_id for one in SinkLog(sink.log).refresh().accepted] == list(range(30))


def test_a_letter_whose_sender_leaves_before_the_answer_is_accepted(sink_of):
    sink = sink_of(dot_delay=5.0)
    said = (b"HELO me\r\n", b"MAIL FROM:<n+m1.a@x>\r\n", b"RCPT TO:<a@one.test>\r\n", b"DATA\r\n")
    connection, _ = dialogue(sink, *said)
    connection.sendall(LETTER.encode() + b".\r\n")
    connection.close()
    assert [one.message_id for one in wait_for(SinkLog(sink.log), 1).accepted] == [1]


def test_a_letter_that_breaks_off_before_its_dot_is_not_accepted(sink_of):
    sink = sink_of()
    said = (b"HELO me\r\n", b"MAIL FROM:<n+m1.a@x>\r\n", b"RCPT TO:<a@one.test>\r\n", b"DATA\r\n")
    connection, _ = dialogue(sink, *said)
    connection.sendall(LETTER.encode())
    connection.close()
    log = wait_for(SinkLog(sink.log), 1)
    assert (len(log.accepted), [one.message_id for one in log.broken]) == (0, [1])
    assert log.broken[0].begun_ms > 0


def test_a_dot_alone_is_an_empty_letter(sink_of):
    sink = sink_of(dot_delay=0.0)
    said = (b"HELO me\r\n", b"MAIL FROM:<n+m1.a@x>\r\n", b"RCPT TO:<a@one.test>\r\n", b"DATA\r\n", b".\r\n")
    connection, _ = dialogue(sink, *said)
    connection.close()
    assert [one.size for one in SinkLog(sink.log).refresh().accepted] == [0]


def test_answers_to_pipelined_commands_keep_their_order(sink_of):
    sink = sink_of(pipelining=True, mail_delay=0.05, dot_delay=0.05)
    said = (b"MAIL FROM:<n+m1.a@x>\r\n", b"RCPT TO:<a@one.test>\r\n", b"DATA\r\n")
    connection, heard = dialogue(sink, *said)
    connection.close()
    assert [line[:3] for line in heard.splitlines()] == [b"220", b"250", b"250", b"354"]


@pytest.mark.parametrize("offered", [True, False])
def test_pipelining_is_offered_only_where_it_was_asked_for(sink_of, offered):
    sink = sink_of(pipelining=offered)
    with smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.ehlo()
        assert client.has_extn("pipelining") is offered
