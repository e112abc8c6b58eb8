"""INBOX_URL: what it names, and what is refused with its cure."""

import pytest

from app.config import SettingsBroken, load_settings
from app.inbox_address import inbox_address
from app.urls import goodbye_mailto, init_urls

URL = "imaps://news%40example.org:se%3Acret@mail.example.org/Goodbyes"


def test_an_address_is_taken_apart():
    one = inbox_address(URL)
    assert (one.host, one.port, one.user, one.password) == ("mail.example.org", 993, "news@example.org", "se:cret")
    assert (one.folder, one.address, one.encrypted, one.starttls) == ("Goodbyes", "news@example.org", True, False)
    assert "se:cret" not in repr(one) + one.name


@pytest.mark.parametrize(
    ("url", "encrypted", "starttls"),
    [
        ("imap://news%40example.org:x@mail.example.org", False, True),
        ("imap://news%40example.org:x@127.0.0.1:1143", False, False),
        ("imaps://news%40example.org:x@127.0.0.1", True, False),
    ],
)
def test_only_on_this_machine_a_password_travels_in_the_clear(url, encrypted, starttls):
    assert (inbox_address(url).encrypted, inbox_address(url).starttls) == (encrypted, starttls)


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        ("pop3://news:x@mail.example.org", "must look like imaps://"),
        ("imaps://mail.example.org", "must look like imaps://"),
        ("imaps://news:x@mail.example.org", "?address=news@example.org"),
        (f"imaps://news:x@mail.example.org?address={'n' * 30}@example.org", "at most 29 characters"),
        ("imaps://news:x@mail.example.org?address=news%2Bbox@example.org", "none of them +"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_cure(tmp_path, url, cure, monkeypatch):
    monkeypatch.setenv("INBOX_URL", url)
    with pytest.raises(SettingsBroken) as refused:
        load_settings(data=tmp_path)
    assert "INBOX_URL" in str(refused.value)
    assert cure in str(refused.value)


def test_letters_name_a_mailbox_only_where_one_is_read(tmp_path):
    relay = {"data": tmp_path, "smtp_url": "smtp://mail.example.org"}
    for given, expected in (
        (relay, ""),
        (relay | {"inbox_url": URL}, "news+u.TOKEN@example.org?subject=unsubscribe"),
        ({"data": tmp_path}, "u+TOKEN@example.test?subject=unsubscribe"),
    ):
        init_urls(load_settings(**given))
        assert goodbye_mailto("https://example.test/u/TOKEN", "example.test") == expected
