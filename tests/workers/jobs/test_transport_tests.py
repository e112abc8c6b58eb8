"""Letters that try a transport: they leave, and every line that was said is kept, without the password."""

import pytest
from sqlalchemy import select

from app.clock import now
from app.config import Settings
from app.database.session import reading, transaction
from app.models import TransportTest
from app.services.transport_tests import GIVEN_UP, ask_test
from app.services.transports import TransportDetails, edit_transport
from tests.factories.transports import make_transport
from tests.fakes.smtp_server import DROP, smtp_server, trusting
from workers import runtime
from workers.jobs import transport_tests

PASSWORD = "correct horse"


def trusting_anyway(*, verify):
    return trusting()


@pytest.fixture
def ready(database: Settings):
    runtime.use_settings(database)


def try_by(port: int, **details) -> TransportTest:
    with transaction() as session:
        made = make_transport(session, port=port)
        if details:
            kept = {**made.details, **details}
            edit_transport(session, made.id, TransportDetails("First", kept, secret=PASSWORD))
        number = ask_test(session, made.id, "ada@example.test").id
    transport_tests.run(number)
    transport_tests.run(number)
    with reading() as session:
        return session.scalars(select(TransportTest)).one()


def test_the_letter_arrives_once_and_the_transcript_tells_the_conversation(ready):
    with smtp_server() as server:
        test = try_by(server.port)
    [letter] = server.accepted
    assert letter.recipient == "ada@example.test"
    assert b"A letter by First" in letter.body
    assert test.outcome == "sent"
    lines = test.transcript.splitlines()
    assert lines[0] == f"—: to 127.0.0.1:{server.port}"
    assert lines[1] == "S: 220 sink.example.test ready"
    assert any(line.startswith("C: MAIL FROM:<") for line in lines)
    assert "S: 250 2.0.0 kept" in lines
    assert not any("Subject:" in line for line in lines)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_the_password_is_not_in_the_transcript(ready, monkeypatch, mechanism):
    monkeypatch.setattr("workers.smtp.relay._usual_context", trusting_anyway)
    with smtp_server(tls="starttls", users={"news": PASSWORD}) as server:
        server.mechanisms = mechanism
        test = try_by(server.port, security="starttls", user="news", host="localhost")
    assert test.outcome == "sent", test.transcript
    assert "AUTH" in test.transcript
    assert "(kept secret)" in test.transcript
    assert "Y29ycmVjd" not in test.transcript
    assert PASSWORD not in test.transcript


@pytest.mark.parametrize(
    ("verb", "answer", "outcome", "said"),
    [
        ("RCPT", "550 5.1.1 nobody here", "refused", "nobody here"),
        ("MAIL", "550 5.7.1 who are you", "failed", "who are you"),
        ("DOT", "451 4.3.0 later", "deferred", "later"),
        ("DOT", DROP, "unknown", "dropped"),
        ("GREETING", "554 no service", "failed", "no service"),
    ],
)
def test_each_end_is_told(ready, verb, answer, outcome, said):
    with smtp_server() as server:
        server.always(verb, answer)
        test = try_by(server.port)
    assert test.outcome == outcome
    assert said in test.transcript


def test_a_server_that_is_away_is_told_in_words(ready):
    with smtp_server() as server:
        port = server.port
    test = try_by(port)
    assert test.outcome == "failed"
    assert "Connection refused" in test.transcript


def test_what_nobody_took_up_is_rung_again_and_given_up_in_the_end(ready, monkeypatch):
    rung = []
    monkeypatch.setattr(transport_tests, "ring", lambda _job, number: rung.append(number))
    with transaction() as session:
        made = make_transport(session)
        test = ask_test(session, made.id, "ada@example.test")
        session.flush()
        number = test.id
    transport_tests.ring_standing()
    assert rung == [number]
    with transaction() as session:
        session.get_one(TransportTest, number).created_at = now() - GIVEN_UP * 2
    transport_tests.ring_standing()
    with reading() as session:
        assert session.get_one(TransportTest, number).outcome == "given_up"
