import pytest
from sqlalchemy import text

from app.config import load_settings
from app.database.session import init_database, reading, transaction
from app.models import Message, MessageStatus
from app.tokens import Purpose, sign
from tests.conftest import SECRET

NOBODY_THERE = "postgresql:///nobody?host=/nonexistent"


def test_a_click_leads_to_the_address_in_our_table(client, message_id):
    token = sign(Purpose.TRACK, message_id)
    first, second = client.get(f"/c/1/{token}"), client.get(f"/c/2/{token}")
    assert (first.status_code, first.headers["Location"]) == (302, "https://example.test/water?a=1&b=2#now")
    assert (second.status_code, second.headers["Location"]) == (302, "https://example.test/salt")


def test_a_click_is_private(client, message_id):
    headers = client.get(f"/c/1/{sign(Purpose.TRACK, message_id)}").headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in headers


def test_a_scanner_that_only_asks_for_the_head_is_answered(client, message_id):
    answer = client.head(f"/c/1/{sign(Purpose.TRACK, message_id)}")
    assert (answer.status_code, answer.data) == (302, b"")


def test_nothing_in_the_query_leads_elsewhere(client, message_id):
    answer = client.get(f"/c/2/{sign(Purpose.TRACK, message_id)}?url=https://evil.test/&next=https://evil.test/")
    assert answer.headers["Location"] == "https://example.test/salt"


def test_numbers_that_the_letter_does_not_have_are_not_found(client, message_id):
    token = sign(Purpose.TRACK, message_id)
    for number in (0, 4, 2**31, 2**80):
        assert client.get(f"/c/{number}/{token}").status_code == 404


def test_an_address_that_is_no_web_page_is_never_followed(client, message_id):
    assert client.get(f"/c/3/{sign(Purpose.TRACK, message_id)}").status_code == 404


def test_tokens_of_other_purposes_or_other_letters_lead_nowhere(client, message_id):
    for purpose in set(Purpose) - {Purpose.TRACK}:
        assert client.get(f"/c/1/{sign(purpose, message_id)}").status_code == 404
    assert client.get(f"/c/1/{sign(Purpose.TRACK, message_id + 1)}").status_code == 404
    assert client.get("/c/1/forged").status_code == 404


def test_a_link_of_a_test_letter_says_so(client, message_id):
    answer = client.get(f"/c/1/{sign(Purpose.TRACK, 0)}")
    assert answer.status_code == 200
    assert "This is a test letter" in answer.text


def test_a_database_that_is_away_asks_to_come_back(client, message_id, tmp_path):
    init_database(load_settings(data=tmp_path, database_url=NOBODY_THERE, given_secret=SECRET))
    answer = client.get(f"/c/1/{sign(Purpose.TRACK, message_id)}")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def status_of(message_id: int) -> MessageStatus:
    with reading() as session:
        return session.get_one(Message, message_id).status


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_click_proves_that_a_letter_of_unknown_fate_came(client, message_id, method):
    with transaction() as session:
        session.get_one(Message, message_id).status = MessageStatus.UNKNOWN
    answer = client.open(f"/c/1/{sign(Purpose.TRACK, message_id)}", method=method, buffered=True)
    assert answer.status_code == 302
    assert status_of(message_id) == MessageStatus.SENT


def test_a_click_leads_on_where_its_proof_cannot_be_written(client, message_id):
    with transaction() as session:
        session.get_one(Message, message_id).status = MessageStatus.UNKNOWN
        session.execute(text("DROP TABLE event"))
    answer = client.get(f"/c/1/{sign(Purpose.TRACK, message_id)}", buffered=True)
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://example.test/water?a=1&b=2#now")
    assert status_of(message_id) == MessageStatus.UNKNOWN
