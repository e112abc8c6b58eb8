"""Words that run against their page are turned, all others are left alone."""

import pytest

from emails.articles.blocks import Article, Heading, List, ListItem, Paragraph, Quote, Table
from tests.emails.render.samples import rendered

ARABIC = "لا تحتاج إلى شهادة ولا إلى حاسوب جديد."
ENGLISH = "The message looks more frightening than it is (read the last line first)."


def letter(*texts: str, language: str = "ar") -> str:
    article = Article("T", tuple(Paragraph(text) for text in ("lead", *texts)))
    return rendered(article, language=language, greeting="").html


@pytest.mark.parametrize(
    ("language", "text", "start"),
    [
        ("ar", ENGLISH, '<p dir="ltr" style="margin:0 0 20px;text-align:left">'),
        ("ar", ARABIC, '<p style="margin:0 0 20px">'),
        ("en", ARABIC, '<p dir="rtl" style="margin:0 0 20px;text-align:right">'),
        ("en", ENGLISH, '<p style="margin:0 0 20px">'),
        ("ar", f"AppArmor {ARABIC}", '<p style="margin:0 0 20px">'),
        ("ar", f"<b>“{ENGLISH}”</b>", '<p dir="ltr" style="margin:0 0 20px;text-align:left">'),
        ("ar", "12 – 14 (2026)", '<p style="margin:0 0 20px">'),
        ("ar", "{{ subscriber.first_name|default('x') }}", '<p style="margin:0 0 20px">'),
        ("en", f"The word {ARABIC[:4]} and much more English than that", '<p style="margin:0 0 20px">'),
        ("he", "雨の日にだけ", '<p dir="ltr" style="margin:0 0 20px;text-align:left">'),
    ],
)
def test_a_paragraph_runs_the_way_of_its_own_words(language, text, start):
    html = letter(text, language=language)
    shown = html[: html.rindex("</p></div>", 0, html.index("Clearer Days Media"))]
    assert shown[shown.rindex("<p") :].startswith(start)


def test_programs_names_run_to_the_right_in_a_letter_to_the_left():
    assert '<code dir="ltr">/etc/apparmor.d/</code>' in letter(f"{ARABIC} <code>/etc/apparmor.d/</code>")
    assert "<code>/etc</code>" in letter("In <code>/etc</code>", language="en")


def test_headings_items_quotations_and_cells_are_turned_too():
    blocks = (
        Heading(2, "What now?"),
        List((ListItem("Read it (twice)."), ListItem(ARABIC))),
        Quote("So it goes."),
        Table((ARABIC, "Name"), (("SyntaxError", ARABIC),)),
    )
    html = rendered(Article(ARABIC, blocks), language="ar", greeting="").html
    for turned in (
        '<h2 dir="ltr"',
        '<span dir="ltr"',
        '<p dir="ltr" style="margin:0;text-align:left"',
        '<td dir="ltr"',
    ):
        assert html.count(turned) == 1
    assert html.count('<th scope="col" dir="ltr"') == 1
