"""Escapes: what comes out is plain, and a browser reads what went in."""

import re
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st

from emails.themes.escape import attribute, content, preformatted, printable

TEXT = st.text(max_size=80) | st.text(alphabet="{}&<>\"'\\ \n\tae\u0301\u200d\xad\xa0", max_size=40)


def collapsed(text: str) -> str:
    return re.sub(r"[ \t\n\r\f\v]+", " ", printable(text))


@settings(max_examples=100, deadline=None)
@given(TEXT)
def test_attributes_are_plain_ascii_and_mean_the_text(text):
    escaped = attribute(text)
    assert re.fullmatch(r"[\x20-\x7e]*", escaped)
    assert not set(escaped) & set('"<>\\{}')
    assert unescape(escaped) == collapsed(text)


@settings(max_examples=100, deadline=None)
@given(TEXT)
def test_contents_hold_no_markup_and_no_braces_and_mean_the_text(text):
    escaped = content(text)
    assert not set(escaped) & set("<>{}")
    assert unescape(escaped) == collapsed(text)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab {}<&\n", max_size=60))
def test_preformatted_text_keeps_its_lines_and_blanks(text):
    shown = unescape(preformatted(text).replace("<br />", "\n")).replace("\xa0", " ")
    assert shown == text
    assert "  " not in preformatted(text)
