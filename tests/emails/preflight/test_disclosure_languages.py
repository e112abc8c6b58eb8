"""A paid letter is labelled in the reader's language, and pre-flight knows each label."""

import pytest

from emails.articles.blocks import Article, Paragraph, Sponsor
from emails.content import Brand, LetterLinks, LetterPlan, Recipient
from emails.preflight.checks import PreflightInput, check_letter
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter

LINKS = LetterLinks("https://news.example/u/x", "https://news.example/v/x", preferences="https://news.example/p/x")


@pytest.mark.parametrize("language", ["en", "de", "fr", "ar"])
def test_the_label_of_every_language_is_known(language):
    article = Article("A title", (Paragraph("Words."), Sponsor("IVDrips", "Advertisement by IVDrips")))
    brand, plan = Brand("Clearer Days", "Harbour Street"), LetterPlan(subject="Hello", language=language)
    compiled = compile_letter(article, brand, plan)
    rendered = render_letter(compiled, Recipient("amara@example.test"), LINKS)
    report = check_letter(
        PreflightInput(article, brand, plan, compiled, None, rendered, 1, "news@clearer.example", LINKS)
    )
    assert [finding.message for finding in report.checks if finding.id == "disclosure"] == []
