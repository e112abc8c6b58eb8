"""Scripts, styles, drawings and comments go, words stay, and no page takes more than one pass."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.articles.web_noise import without_noise


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("a<script>x</script>b", "a b"),
        ("a<SCRIPT src=x>if (a</b/.x) {}</Script >b", "a b"),
        ("a<!-- <p>x</p> -->b", "a b"),
        ("a<style>p{}</style><svg><text>x</text></svg>b", "a  b"),
        ("a<script>b", "a<script>b"),
        ("a<!-- b", "a<!-- b"),
        ("a<!-- b <script>c</script>d", "a<!-- b  d"),
        ("a<scripted>b</scripted>", "a<scripted>b</scripted>"),
    ],
)
def test_noise_goes_and_words_stay(html, kept):
    assert without_noise(html) == kept


@pytest.mark.parametrize("piece", ["<script>", "<!--", "<svg", "<style></script>", "--><!--", "</script>"])
def test_millions_of_openings_are_read_once(piece):
    html = piece * (1_000_000 // len(piece))
    assert len(without_noise(html)) <= len(html)


PIECES = ["<script>", "</script>", "<!--", "-->", "<svg>", "</svg>", "word", "<p>", "<"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join))
def test_words_outside_of_noise_are_never_lost(html):
    assert without_noise("first " + html).startswith("first ")
    if not any(mark in html for mark in ("<script>", "<!--", "<svg>")):
        assert without_noise(html) == html
