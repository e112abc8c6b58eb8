"""HTML and text hold the same words in the same order, and the same links."""

from dataclasses import replace

import pytest

from emails.articles.blocks import Heading, Paragraph
from emails.preflight.checks import PreflightInput, check_letter
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from tests.emails.preflight.conftest import TEXT
from tests.emails.render.samples import AMARA, BRAND, LINKS, PLAN, client_article


def ids(report) -> list[str]:
    return [finding.id for finding in report.checks]


def test_words_that_the_text_leaves_out_need_a_reason(inspect, found):
    text = TEXT.replace("Words of the letter, and", "Some, and")
    assert found(inspect.letter(text=text), "words_differ") == [("reason", "Block 2, paragraph")]


def test_words_in_another_order_are_found(inspect):
    blocks = (Paragraph("First come the first words."), Paragraph("Then there are the second words."))
    html = "<h1>A clear day</h1><p>Then there are the second words.</p><p>First come the first words.</p>"
    report = inspect.html("<p>Words of the letter.</p>", html, article=replace(inspect.good.article, blocks=blocks))
    messages = [finding.message for finding in report.checks if finding.id == "words_differ"]
    assert any("HTML part shows these words at another place" in message for message in messages)


def test_a_link_that_the_text_lacks_needs_a_reason(inspect, found):
    report = inspect.html("<p>Words", '<p><a href="https://example.test/only-here">More</a></p><p>Words')
    assert found(report, "links_differ") == [("reason", "Text part")]


def test_a_letter_written_whole_is_held_to_its_links_alone(inspect, found):
    article = replace(inspect.good.article, blocks=(Paragraph("[Hills in the morning] A clear day. Words."),))
    assert found(inspect(article=article, is_source=True), "words_differ") == []
    html = '<p><a href="https://example.test/only-here">More</a></p><p>Words'
    assert found(inspect.html("<p>Words", html, is_source=True), "links_differ") == [("reason", "Text part")]


@pytest.mark.parametrize("theme", ["calm", "broadsheet", "signal", "midnight"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_our_own_letters_say_the_same_in_both_parts(theme, language):
    more = (
        Heading(2, "A long heading that is certainly wrapped over two lines in the text part, whatever its width is"),
        Paragraph('With <b>marks</b>, a <a href="https://example.test/x?a=1&amp;b=2">link</a> &amp; signs — “so”.'),
        Paragraph("For {{ subscriber.first_name | default('you') }}, with a tag inside."),
        Paragraph("اشرب ما يكفي من الماء في الشتاء أيضًا."),
    )
    article = replace(client_article(), blocks=(*client_article().blocks, *more))
    plan = replace(PLAN, language=language)
    compiled = compile_letter(article, BRAND, plan, theme=theme)
    letter = render_letter(compiled, AMARA, LINKS)
    report = check_letter(PreflightInput(article, BRAND, plan, compiled, None, letter, 5, "a@example.test", LINKS))
    assert not {"words_differ", "links_differ"} & set(ids(report))
