import pytest
from sqlalchemy import text

from app.config import load_settings
from app.database.session import init_database, reading, transaction
from app.models import Campaign, Chunk, Message, MessageStatus
from app.queries.addresses import addresses_for
from app.services.links import correct_link
from app.tokens import Purpose, sign
from app.tracking.addresses import FRESH_SECONDS
from tests.conftest import SECRET
from workers.jobs.tracking import flush_events
from workers.runtime import use_settings

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
    for number in (4, 2**31, 2**80):
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


def test_a_link_that_was_followed_once_leads_on_while_the_database_is_away(client, message_id, tmp_path):
    token = sign(Purpose.TRACK, message_id)
    client.get(f"/c/1/{token}")
    init_database(load_settings(data=tmp_path, database_url=NOBODY_THERE, given_secret=SECRET))
    answer = client.get(f"/c/2/{token}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://example.test/salt")


def test_what_is_kept_too_long_is_asked_for_again_and_good_while_nobody_answers(client, message_id, tmp_path):
    client.get(f"/c/1/{sign(Purpose.TRACK, message_id)}")
    addresses = client.application.extensions["addresses"]
    addresses._clock = lambda: 1e12
    assert addresses.at_hand(message_id, 1) is None
    init_database(load_settings(data=tmp_path, database_url=NOBODY_THERE, given_secret=SECRET))
    assert addresses.find(message_id, 2) == "https://example.test/salt"


def test_a_corrected_link_is_honoured_once_the_old_one_is_stale(client, message_id):
    token = sign(Purpose.TRACK, message_id)
    client.get(f"/c/1/{token}")
    with transaction() as session:
        campaign_id = session.get_one(Message, message_id).campaign_id
        correct_link(session, campaign_id, 1, "https://example.test/right")
    assert FRESH_SECONDS <= 60
    client.application.extensions["addresses"]._clock = lambda: 1e12
    assert client.get(f"/c/1/{token}").headers["Location"] == "https://example.test/right"


def test_the_decoy_leads_home(client, message_id):
    token = sign(Purpose.TRACK, message_id)
    assert client.get(f"/c/0/{token}").headers["Location"] == "https://example.test"
    with transaction() as session:
        session.execute(text("UPDATE brand SET website_url = ''"))
    client.application.extensions["addresses"]._clock = lambda: 1e12
    assert client.get(f"/c/0/{token}").status_code == 404


def test_an_address_with_signs_of_the_world_becomes_a_header(client, message_id):
    with transaction() as session:
        session.execute(text("UPDATE link SET url = 'https://example.test/größe x' WHERE number = 1"))
    answer = client.get(f"/c/1/{sign(Purpose.TRACK, message_id)}")
    assert answer.headers["Location"] == "https://example.test/gr%C3%B6%C3%9Fe%20x"


def test_two_letters_whose_ids_interleave_keep_their_own_addresses(client, message_id):
    with transaction() as session:
        mine = session.get_one(Message, message_id)
        other = Campaign(name="Other", brand_id=session.get_one(Campaign, mine.campaign_id).brand_id, article_id=1)
        session.add(other)
        session.flush()
        for campaign_id in (mine.campaign_id, other.id):
            session.add(Chunk(campaign_id=campaign_id, first_id=message_id - 5, last_id=message_id + 5))
        session.flush()
        assert addresses_for(session, message_id).runs == ((message_id, message_id),)


def lines(client, database) -> list[str]:
    return [
        line for path in database.spool.glob("*.spool") for line in path.read_text(encoding="utf-8").splitlines()[1:]
    ]


def test_an_opening_is_answered_with_a_picture_of_43_bytes_and_kept(client, message_id, database):
    answer = client.get(f"/o/{sign(Purpose.TRACK, message_id)}.gif", headers={"User-Agent": "Mail/1", "Purpose": "x"})
    assert (answer.status_code, answer.mimetype, len(answer.data)) == (200, "image/gif", 43)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    (line,) = lines(client, database)
    assert line.split("\t")[2:] == ["o", str(message_id), "0", "GET", "127.0.0.1", "purpose=x", "Mail/1"]


def test_the_picture_is_shown_whatever_the_token_is_and_nothing_kept(client, message_id, database):
    for token in (sign(Purpose.VIEW, message_id), sign(Purpose.TRACK, 0), "x" * 32):
        assert len(client.get(f"/o/{token}.gif").data) == 43
    assert lines(client, database) == []


def test_the_picture_is_shown_while_the_database_is_away(client, message_id, database, tmp_path):
    init_database(load_settings(data=tmp_path, database_url=NOBODY_THERE, given_secret=SECRET))
    assert client.get(f"/o/{sign(Purpose.TRACK, message_id)}.gif").status_code == 200
    assert len(lines(client, database)) == 1


def test_a_disk_that_is_full_or_gone_punishes_no_reader(client, message_id, database):
    database.spool.write_text("a file where the folder should be")
    assert client.get(f"/o/{sign(Purpose.TRACK, message_id)}.gif").status_code == 200
    assert client.get(f"/c/1/{sign(Purpose.TRACK, message_id)}").status_code == 302


def test_a_post_changes_and_keeps_nothing(client, message_id, database):
    assert client.post(f"/c/1/{sign(Purpose.TRACK, message_id)}").status_code == 405
    assert client.post(f"/o/{sign(Purpose.TRACK, message_id)}.gif").status_code in {404, 405}
    assert lines(client, database) == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_click_proves_that_a_letter_of_unknown_fate_came(client, message_id, database, method):
    with transaction() as session:
        session.get_one(Message, message_id).status = MessageStatus.UNKNOWN
    assert client.open(f"/c/1/{sign(Purpose.TRACK, message_id)}", method=method).status_code == 302
    use_settings(database)
    flush_events()
    with reading() as session:
        assert session.get_one(Message, message_id).status == MessageStatus.SENT
