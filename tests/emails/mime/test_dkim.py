"""Our signatures before a verifier that is not ours and does its own arithmetic: dkimpy, in plain Python."""

import base64
from datetime import UTC, datetime

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.errors import LetterError
from emails.mime.build import LetterHeaders, compose_notice
from emails.mime.dkim import Signer, new_private_key, public_half, relaxed, txt_record

WHEN = datetime(2026, 1, 6, 9, tzinfo=UTC)
KEY = new_private_key()
SIGNER = Signer("news.example.test", "lw1", KEY)
PLAIN = b"From: A <a@news.example.test>\r\nSubject: Water\r\n\r\nDrink.\r\n"


def verifies(message: bytes, record: str = "", *, name: str = "lw1._domainkey.news.example.test.") -> bool:
    answers = {name: record or txt_record(public_half(KEY))}
    return dkim.verify(message, dnsfunc=lambda asked, timeout=5: answers[asked.decode()].encode())


def letter(**changes) -> bytes:
    given = LetterHeaders(
        message_id="m1.abc@news.example.test",
        date=WHEN,
        from_name="Clearer Days: Überschwemmung und noch ein sehr langer Name, der gefaltet werden muss",
        from_email="hello@news.example.test",
        reply_to="desk@news.example.test",
        list_name="Readers",
        list_id="4711.news.example.test",
        unsubscribe_url="https://news.example.test/u/abcdefghijklmnopqrstuvwxyz0123456789",
        feedback_id="c1:4711:campaign:letterwright1",
    )
    return compose_notice(given, "ada@example.test", changes.get("subject", "Water"), "Drink.", "<p>Drink.</p>")


def tags_of(signed: bytes) -> dict[str, str]:
    head = signed[: signed.index(b"\r\nDate:")].decode().replace("\r\n ", " ").removeprefix("DKIM-Signature: ")
    return {name.strip(): value.replace(" ", "") for name, value in (one.split("=", 1) for one in head.split(";"))}


def test_a_letter_verifies():
    assert verifies(SIGNER.sign(letter(), at=WHEN))


def test_the_letter_itself_stays_as_it_was():
    assert SIGNER.sign(letter(), at=WHEN).endswith(b"\r\n" + letter())


def test_the_tags_say_how_and_by_whom():
    tags = tags_of(SIGNER.sign(letter(), at=WHEN))
    assert (tags["v"], tags["a"], tags["c"]) == ("1", "rsa-sha256", "relaxed/simple")
    assert (tags["d"], tags["s"], tags["t"]) == ("news.example.test", "lw1", str(int(WHEN.timestamp())))
    assert "l" not in tags
    assert len(base64.b64decode(tags["b"])) == 256


def test_from_is_oversigned_and_both_fields_of_one_click_are_signed():
    names = tags_of(SIGNER.sign(letter(), at=WHEN))["h"].split(":")
    assert names.count("from") == 2
    assert {"list-unsubscribe", "list-unsubscribe-post"} <= set(names)
    assert {"to", "subject", "date", "message-id", "content-type", "list-id", "feedback-id"} <= set(names)


def test_no_line_is_longer_than_78():
    signed = Signer(f"{'a' * 60}.{'b' * 8}.test", "lw20261127abcd", KEY).sign(letter(), at=WHEN)
    assert max(map(len, signed[: signed.index(b"\r\nDate:")].split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "meddle",
    [
        lambda signed: signed.replace(b"Subject: Water", b"Subject: Wine"),
        lambda signed: signed.replace(b"<p>Drink.", b"<p>Drown."),
        lambda signed: b"From: Evil <evil@evil.test>\r\n" + signed,
        lambda signed: signed.replace(b"\r\nTo:", b"\r\nList-Unsubscribe: <https://evil.test/>\r\nTo:"),
        lambda signed: signed + b"and more\r\n",
        lambda signed: signed.replace(b"/u/abc", b"/u/abd"),
    ],
)
def test_whatever_is_changed_or_added_breaks_it(meddle):
    signed = SIGNER.sign(letter(), at=WHEN)
    assert meddle(signed) != signed
    assert not verifies(meddle(signed))


def test_what_servers_may_do_on_the_way_leaves_it_whole():
    signed = SIGNER.sign(letter(), at=WHEN)
    assert verifies(b"Received: from here by there\r\nReturn-Path: <x@y.test>\r\n" + signed)
    assert verifies(signed.replace(b"Subject: Water", b"SUBJECT:   Water  "))
    assert verifies(signed + b"\r\n\r\n")


def test_another_key_does_not_verify():
    assert not verifies(SIGNER.sign(letter(), at=WHEN), txt_record(public_half(new_private_key())))


BLANKS = st.text(" \t", max_size=4)
VALUES = st.lists(st.text("abc é=:;", min_size=1, max_size=12), min_size=1, max_size=4)
BODIES = st.lists(st.text("ab .é\t", max_size=8), max_size=8)


@settings(max_examples=30, deadline=None)
@given(values=VALUES, blank=BLANKS, body=BODIES, ends=st.integers(0, 3))
def test_whatever_the_blanks_folds_and_empty_lines_it_verifies(values, blank, body, ends):
    subject = ("\r\n\t" + blank).join(values)
    text = "\r\n".join(body) + "\r\n" * ends
    message = f"From: a@news.example.test\r\nSubject:{blank}{subject}{blank}\r\nCC: b@c.test\r\n\r\n{text}".encode()
    assert verifies(SIGNER.sign(message, at=WHEN))


def test_a_field_is_relaxed_as_the_standard_writes_it():
    assert relaxed(b"B \t: Y\t\r\n\tZ  ") == b"b:Y Z"


@pytest.mark.parametrize("message", [b"Subject: x\r\n\r\nbody\r\n", b"From: a@b.test\r\n"])
def test_what_is_no_letter_is_not_signed(message):
    with pytest.raises(LetterError):
        SIGNER.sign(message, at=WHEN)


@pytest.mark.parametrize(
    ("domain", "selector", "key"),
    [("a.test;x", "lw1", KEY), ("bücher.test", "lw1", KEY), ("a.test", "", KEY), ("a.test", "lw1", b"nonsense")],
)
def test_a_key_or_name_that_cannot_be_used_is_refused(domain, selector, key):
    with pytest.raises(LetterError):
        Signer(domain, selector, key)
