"""The door for sources: which importer reads them, and what is refused with place and cure."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import Heading, Paragraph
from emails.articles.parse import KINDS, kind_of, parse_article
from emails.articles.plain_text import read_plain_text
from emails.errors import ArticleBroken
from tests.emails.articles.samples import source_of

CLIENT = (Path(__file__).parents[2] / "data" / "article.txt").read_bytes()


def test_the_clients_article_is_read_as_plain_text():
    assert kind_of(CLIENT.decode()) == "text"
    assert parse_article(CLIENT) == read_plain_text(CLIENT.decode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_makes_no_difference(encoding):
    text = CLIENT.decode()
    assert parse_article(text.encode(encoding), name="a.txt") == read_plain_text(text)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("plain", "a.txt", "text"),
        ("plain", "notes.MD", "markdown"),
        ("plain", "page.htm", "html"),
        ("# Heading\n\nwith [a link](https://a.example/)", "", "markdown"),
        ("---\ntitle: x\n---\ntext", "", "markdown"),
        ("<!doctype html><p>x", "", "html"),
        ("<p>one</p><p>two</p>", "a.unknown", "html"),
        ("Only a #hashtag and * star\n\nText", "", "text"),
    ],
)
def test_the_kind_goes_by_the_ending_then_by_the_content(text, name, kind):
    assert kind_of(text, name=name) == kind


def test_a_kind_that_is_asked_for_wins():
    text = "# Title\n\nSome words that stand under it"
    assert parse_article(text, kind="markdown").title == "Title"
    assert parse_article(text, kind="text", name="a.md").title == "# Title"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "a.txt: It is empty"),
        (b" \n\t", "a.txt: It is empty"),
        ("\ufeff", "a.txt: It is empty"),
        (b"x" * 5_000_000, "a.txt: It is 5.0 MB, the limit is 2.1 MB"),
        ("é" * 1_200_000, "a.txt: It is 2.4 MB"),
        (b"text\x00text", "a.txt: It holds binary data"),
        (b"\x81\x8d\x8f", "a.txt: Byte 1 is no text"),
        (b"\x93\x07\x1b\x02", "a.txt: It holds binary data"),
        (b"PK\x03\x04rest", "a.txt: It begins as a zip archive but is broken"),
        (b"%PDF-1.7", "a.txt: It is a PDF"),
        (b"\x89PNG\r\n", "a.txt: It is a picture"),
        (b"***\n\n---", "a.txt: There are no words in it"),
    ],
)
def test_what_is_no_article_is_refused_with_place_and_cure(data, reason):
    with pytest.raises(ArticleBroken) as refusal:
        parse_article(data, name="a.txt")
    assert str(refusal.value).startswith(reason)
    assert refusal.value.place == "a.txt"


def test_a_deeply_nested_page_is_refused_by_file_and_line():
    with pytest.raises(ArticleBroken) as refusal:
        parse_article("<p>x</p>\n" + "<div>" * 20_000, name="deep.html")
    assert refusal.value.place == "deep.html, line 2"


def test_an_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(ArticleBroken, match="text, markdown, html"):
        parse_article("x", kind="pages")


BRACES = "{{ 7*7 }} {% for x in y %} {# z #} {{{}}} " * 400


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_article_full_of_braces_is_accepted_and_inert(kind):
    article = parse_article(source_of(kind, BRACES), kind=kind)
    texts = [block.text for block in article.blocks if isinstance(block, Paragraph | Heading)]
    assert texts
    assert all("{" not in text and "}" not in text for text in texts)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([None, *KINDS]))
def test_any_bytes_become_an_article_or_a_refusal(data, kind):
    refusal = None
    try:
        article = parse_article(data, kind=kind, name="x")
    except ArticleBroken as broken:
        refusal = str(broken)
    if refusal is None:
        assert article_from_json(article_to_json(article)) == article
    else:
        assert refusal.startswith("x: ")
