"""Header fields one by one: folding, encoded words, and what a reader's program makes of them."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.mime.headers import MAX_TEXT, clean, list_id_field, mailbox_field, text_field


def read_back(field: bytes) -> str:
    message = message_from_bytes(field + b"\r\n", policy=policy.default)
    assert len(message.keys()) == 1
    return str(message[message.keys()[0]])


@pytest.mark.parametrize(
    "text",
    [
        "Plain words",
        "Words " * 40 + "end",
        "x" * 300,
        "short " + "y" * 200 + " short",
        "Grüße aus München – bis bald",
        "日本語の件名です。" * 12,
        "👩‍👧 family" * 20,
        "looks like =?utf-8?q?an_encoded_word?= but is not",
        "a_b=c?d",
        "ends with é",
    ],
)
def test_a_subject_comes_back_as_it_was(text):
    field = text_field("Subject", text)
    assert read_back(field) == text
    assert max(map(len, field.split(b"\r\n"))) <= 78
    for line in field.split(b"\r\n"):
        for word in line.split(b" "):
            assert not word.startswith(b"=?") or (len(word) <= 75 and word.endswith(b"?="))


def test_encoded_words_are_cut_between_characters():
    field = text_field("Subject", "é" * 500)
    words = [word for word in field.decode("ascii").split() if word.startswith("=?")]
    assert len(words) > 10
    for word in words:
        assert set(read_back(f"X: {word}\r\n".encode())) == {"é"}


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=150))
def test_any_subject_comes_back_on_one_line(text):
    field = text_field("Subject", text)
    wanted = clean(text)
    assert field == b"" if not wanted else read_back(field).split() == wanted.split()


def test_control_characters_and_halves_of_characters_never_arrive():
    assert clean("a\r\nb\x00c\u2028d\x85e\x7ff\ud800g  h ") == "a b c d e f\ufffdg h"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ada Love", b"From: Ada Love <a@b.test>\r\n"),
        ("", b"From: <a@b.test>\r\n"),
        ("Love, Ada", b'From: "Love, Ada" <a@b.test>\r\n'),
        ('A "B" \\ C', b'From: "A \\"B\\" \\\\ C" <a@b.test>\r\n'),
        ("Zoë", b"From: =?utf-8?q?Zo=C3=AB?= <a@b.test>\r\n"),
        ("J. R.", b'From: "J. R." <a@b.test>\r\n'),
    ],
)
def test_display_names_are_written_as_they_must_be(name, written):
    assert mailbox_field("From", name, "a@b.test") == written


def test_a_list_keeps_its_identifier_whatever_its_name():
    assert list_id_field("Weekly", "1.lists.example.test") == b"List-Id: Weekly <1.lists.example.test>\r\n"
    assert list_id_field("", "1.lists.example.test") == b"List-Id: <1.lists.example.test>\r\n"
    assert b"\r\n <1.lists.example.test>\r\n" in list_id_field("Ü" * 40, "1.lists.example.test")


@given(st.text(st.sampled_from(" ab~.\t"), max_size=MAX_TEXT + 20))
def test_plain_words_are_cleaned_as_all_others_are(text):
    assert clean(text) == " ".join(text.split())[:MAX_TEXT].rstrip()
