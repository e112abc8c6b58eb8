"""What main mail programs leave out is advised about; what our designs do without is not."""

from dataclasses import replace

import pytest

from app.services.mail_support import mail_support
from emails.articles.blocks import Code, Divider, Embed, Quote, Table
from emails.preflight.compatibility import features_in, features_of
from emails.preflight.support import Support, support_from_json
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from tests.emails.render.samples import AMARA, BRAND, LINKS, PLAN, client_article

SUPPORT = Support({"css-display-flex": ("Gmail", "Yahoo Mail"), "html-video": ("Gmail",)}, {"html-video": "<video>"})
MORE = (Code("x = 1"), Table(("a", "b"), (("c", "d"),)), Quote("Words", "Who"), Embed("https://example.test/v", "Film"))


def test_what_is_left_out_is_told_once_for_each_set_of_programs(inspect):
    report = inspect.html("<p>Words", '<p style="display:flex">One</p><video></video><p>Words', support=SUPPORT)
    assert sorted(finding.message for finding in report.checks) == [
        "Gmail leaves out: <video>.",
        "Gmail, Yahoo Mail leave out: css-display-flex.",
    ]
    assert report.passed


def test_without_data_nothing_is_claimed(inspect):
    assert inspect.html("<p>Words", "<video></video><p>Words").checks == ()


def test_what_stands_in_media_rules_or_for_outlook_alone_is_an_enhancement():
    html = """<html><head><style>@media (min-width:1px){p{display:flex}} [data-ogsc] p{display:grid}
    p{mso-line-height-rule:exactly}</style></head>
    <body><!--[if mso]><video></video><![endif]--><p>x</p></body></html>"""
    assert features_of(html) == frozenset()


@pytest.mark.parametrize(
    ("declaration", "feature"),
    [
        (("display", "inline-flex"), "css-display-flex"),
        (("width", "calc(100% - 2px)"), "css-unit-calc"),
        (("width", "50vw"), "css-unit-vw"),
        (("background", "linear-gradient(red, blue)"), "css-linear-gradient"),
        (("color", "var(--x)"), "css-variables"),
    ],
)
def test_values_count_as_well_as_properties(declaration, feature):
    assert feature in features_in(*declaration)


def test_the_data_of_the_build_is_there_and_of_main_programs_only():
    support = mail_support()
    assert support is not None
    assert "Outlook for Windows" in support.lacking["css-border-radius"]
    assert "css-padding" not in support.lacking
    programs = {name for names in support.lacking.values() for name in names}
    assert programs == {"Gmail", "Apple Mail", "Outlook for Windows", "Outlook on the web", "Yahoo Mail"}


@pytest.mark.parametrize("theme", ["calm", "broadsheet", "signal", "midnight"])
def test_our_designs_with_every_block_raise_no_alarm(inspect, theme):
    article = replace(client_article(), blocks=(*client_article().blocks, *MORE, Divider()))
    letter = render_letter(compile_letter(article, BRAND, PLAN, theme=theme), AMARA, LINKS)
    report = inspect(article=article, rendered=letter, support=mail_support())
    assert [finding for finding in report.checks if finding.id == "unsupported"] == []


@pytest.mark.parametrize("data", [{}, {"features": []}, {"features": {}, "updated": 1}])
def test_a_document_without_features_is_empty(data):
    assert support_from_json(data).lacking == {}
