"""What authors of documents wrote but did not style is found as in plain text; what they styled is left alone."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import CallToAction, Heading, Image, List, ListItem, Paragraph
from emails.articles.html import read_html
from emails.articles.parse import parse_article
from emails.articles.plain_text import read_plain_text
from emails.articles.unstyled import with_guesses
from tests.emails.articles.samples import only, para, word
from tests.emails.articles.words import words_of_article

CLIENT = (Path(__file__).parents[2] / "data" / "article.txt").read_text(encoding="utf-8")
BODY = "This is an ordinary paragraph of the article. It goes on for a while, so that a heading above it makes sense."
WORD = '<p class="MsoNormal">{}</p>'


def pasted(*lines):
    return parse_article("".join(WORD.format(line) for line in lines), kind="html")


def test_the_clients_article_in_an_unstyled_document_reads_as_in_plain_text():
    document = word("".join(para(line) for line in CLIENT.splitlines() if line.strip()))
    plain, article = read_plain_text(CLIENT), only(document, name="a.docx").article
    assert (article.title, article.blocks) == (plain.title, plain.blocks)
    assert {one.code for one in article.warnings} == {one.code for one in plain.warnings}


def test_the_clients_article_pasted_from_a_word_processor_reads_as_in_plain_text():
    plain = read_plain_text(CLIENT)
    article = pasted(*(line for line in CLIENT.splitlines() if line.strip()))
    assert (article.title, article.blocks) == (plain.title, plain.blocks)


def test_lines_of_bold_words_are_headings_where_no_heading_is_styled():
    lines = ("<b>The Title</b>", BODY, "<b>A Part of It</b>", BODY, "<b>Another Part</b>", BODY)
    article = pasted(*lines)
    assert article.title == "The Title"
    assert [block for block in article.blocks if isinstance(block, Heading)] == [
        Heading(2, "A Part of It"),
        Heading(2, "Another Part"),
    ]


def test_where_headings_are_styled_bold_lines_stay_paragraphs():
    html = f"<h1>T</h1><h2>Styled</h2>{WORD.format(BODY)}{WORD.format('<b>Only Bold Words</b>')}{WORD.format(BODY)}"
    assert Paragraph("<strong>Only Bold Words</strong>") in parse_article(html, kind="html").blocks


def test_typed_bullets_become_a_list_and_keep_their_bold_words_and_labels():
    article = pasted("The Title", BODY, "• One: first", "• <b>Two</b> second", BODY)
    assert article.blocks[1] == List((ListItem("first", "One"), ListItem("<strong>Two</strong> second")))


def test_the_link_of_a_closing_call_is_where_its_button_leads():
    article = pasted("The Title", BODY, 'Book your place <a href="https://a.example/?a=1&amp;b=2">here</a> before May.')
    call = article.blocks[-1]
    assert isinstance(call, CallToAction)
    assert (call.button, call.url) == ("Book your place", "https://a.example/?a=1&b=2")


def test_the_description_of_a_picture_above_the_title_is_its_place():
    scene = "A woman in a red coat sits on a bench and looks at the sea."
    article = pasted(scene, "The Title", BODY)
    assert (article.title, article.blocks[0]) == ("The Title", Image("", scene))


@pytest.mark.parametrize(
    "html", ["<p>One line here</p><p>A longer paragraph, which ends with a stop.</p>", f"<p>{BODY}</p>"]
)
def test_html_that_no_word_processor_wrote_is_left_as_it_is(html):
    article = parse_article(html, kind="html")
    assert article.title == ""
    assert all(isinstance(block, Paragraph) for block in article.blocks)


LINES = st.sampled_from(
    [
        "Title Here",
        "<b>A Part</b>",
        BODY,
        "• one: two",
        "• <b>three</b> four",
        "Sponsored by Acme",
        "A woman sits on a bench and looks at the sea now.",
        "Ready to begin? Book your place today.",
        "“Nobody asked us what we wanted, so we built it.” — Ada Byron",
        "Said<sup>[1]</sup>",
        "a<br>b",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=12))
def test_no_word_is_lost_or_altered_by_guessing(lines):
    read = read_html("".join(WORD.format(line) for line in lines))
    guessed = with_guesses(read)
    assert sorted(words_of_article(guessed)) == sorted(words_of_article(read))
    assert article_from_json(article_to_json(guessed)) == guessed
