"""Replies are cut from any byte stream, within limits."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.smtp.reply import Reply, ReplyBroken, ReplyReader

STREAM = b"220-hello\r\n220 there\r\n250-one\r\n250-two\r\n250 three\r\n354\r\n550 5.1.1 no\r\n"
REPLIES = [
    Reply(220, (b"hello", b"there")),
    Reply(250, (b"one", b"two", b"three")),
    Reply(354, (b"",)),
    Reply(550, (b"5.1.1 no",)),
]


@settings(max_examples=60)
@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_cutting_the_stream_anywhere_changes_nothing(cuts: list[int]):
    reader, found = ReplyReader(), []
    edges = [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(edges):
        found += reader.feed(STREAM[start:end])
    assert found == REPLIES
    assert reader.empty


def test_a_line_of_2000_octets_is_read_and_a_longer_one_is_not():
    assert ReplyReader().feed(b"250 " + b"x" * 1994 + b"\r\n")
    with pytest.raises(ReplyBroken, match="longer"):
        ReplyReader().feed(b"250 " + b"x" * 1995 + b"\r\n")


def test_a_line_that_never_ends_is_not_gathered():
    reader = ReplyReader()
    for _ in range(20):
        reader.feed(b"x" * 100)
    with pytest.raises(ReplyBroken, match="longer"):
        reader.feed(b"x")


def test_a_reply_of_200_lines_is_read_and_a_longer_one_is_not():
    assert ReplyReader().feed(b"250-x\r\n" * 199 + b"250 x\r\n")
    with pytest.raises(ReplyBroken, match="200 lines"):
        ReplyReader().feed(b"250-x\r\n" * 201)


@pytest.mark.parametrize("nonsense", [b"HTTP/1.1 400 Bad Request", b"", b"25", b"2500 x", b"150 x", b"650 x", b"250x"])
def test_what_is_no_reply_is_said_to_be_none(nonsense: bytes):
    with pytest.raises(ReplyBroken):
        ReplyReader().feed(nonsense + b"\r\n")


def test_a_code_that_changes_inside_a_reply_is_refused():
    with pytest.raises(ReplyBroken, match="changes"):
        ReplyReader().feed(b"250-yes\r\n550 no\r\n")


@pytest.mark.parametrize(
    ("line", "enhanced"),
    [("550 5.1.10 x", "5.1.10"), ("550 5.1.1", "5.1.1"), ("450 5.1.1 x", ""), ("550 5.1.1x", ""), ("550 no 5.1.1", "")],
)
def test_an_enhanced_code_counts_only_in_its_place_and_class(line: str, enhanced: str):
    [reply] = ReplyReader().feed(line.encode() + b"\r\n")
    assert reply.enhanced == enhanced


def test_the_text_of_a_long_reply_leaves_repeated_codes_out():
    [reply] = ReplyReader().feed(b"550-5.7.1 first\r\n550 5.7.1 second\r\n")
    assert reply.text == "first second"
