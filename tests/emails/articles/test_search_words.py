"""Words are found whatever their case, marks and script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emails.articles.search_words import LONGEST_WORD, MOST_TERMS, excerpt, folded, terms_of, words_of


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Übergrößen", "ubergrossen"),
        ("L’ÉTÉ", "ete"),
        ("الْمَاءُ", "الماء"),
        ("مـــاء", "ماء"),
        ("Ｗａｔｅｒ", "water"),
        ("Straße", "STRASSE"),
        ("हिन्दी", "हिन्दी"),
        ("한국어", "한국"),
    ],
)
def test_a_word_is_found_as_people_type_it(written, asked):
    assert any(word.startswith(tuple(terms_of(asked))) for word in words_of(written))


def test_scripts_without_spaces_are_cut_into_pairs():
    assert words_of("東京都") == ["東京", "京都"]
    assert words_of("水") == ["水"]


def test_a_query_asks_for_a_few_words_and_no_signs():
    assert terms_of("  Water, water & WINE! ") == ("water", "wine")
    assert terms_of("%_*'\"--") == ()
    assert len(terms_of(" ".join(f"word{n}" for n in range(50)))) == MOST_TERMS


def test_an_excerpt_stands_around_the_first_find_and_marks_it():
    text = "Nothing here. " * 20 + "Then comes Water, at last. " + "Nothing more. " * 20
    pieces = excerpt(text, ("water",))
    assert [piece.text for piece in pieces if piece.found] == ["Water,"]
    whole = "".join(piece.text for piece in pieces)
    assert whole.startswith("… ")
    assert whole.endswith("…")
    assert "Then comes Water, at last." in whole
    assert len(whole) < 300


def test_an_excerpt_without_a_find_is_the_beginning():
    assert "".join(piece.text for piece in excerpt("One two three", ("zzz",))).strip() == "One two three"
    assert excerpt("", ("zzz",)) == ()


@given(st.text(max_size=300), st.text(max_size=60))
def test_whatever_is_written_and_asked_words_are_short_and_folding_is_done_once(text, query):
    for word in words_of(text):
        assert 0 < len(word) <= LONGEST_WORD
    assert folded(folded(text)) == folded(text)
    found = "".join(piece.text for piece in excerpt(text, terms_of(query)))
    assert all(token in text for token in found.replace("…", " ").split() if "…" not in text)
