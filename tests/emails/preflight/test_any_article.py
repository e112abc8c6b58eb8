"""Pre-flight never crashes, whatever an article or a letter holds."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emails.articles.blocks import List, ListItem, Paragraph
from emails.content import Brand, LetterPlan
from emails.errors import TemplateBroken
from emails.letter import RenderedLetter
from emails.preflight.addresses import trouble_with
from emails.preflight.page import read_page
from emails.preflight.report import PreflightReport
from tests.emails.any_article import articles_of

PIECES = [
    "<a href='x'>", "</a>", "<h1>", "{{", "}}", "{% if", "[", "//", "http://", "https://[", "javascript:", "%7B",
    "\x00", "\ud800", "&#847;", "<!--", "<![CDATA[", "style='display:none'", "@", "\n", " ", "é", "مرحبا",
]  # fmt: skip
text = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=6).map("".join)
articles = articles_of(text)
calm = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@calm
@given(article=articles, subject=text, html=text, plain=text, tag=text)
def test_any_article_and_letter_get_a_report(inspect, article, subject, html, plain, tag):
    report = inspect(
        article=article,
        brand=Brand(subject, plain, logo_url=html),
        plan=LetterPlan(subject, preheader=plain, greeting=html, click_base=tag),
        broken=TemplateBroken("Broken.", tag=tag),
        rendered=RenderedLetter(subject, html, plain),
        sender_email=tag,
    )
    assert isinstance(report, PreflightReport)
    assert report.to_text().startswith("{")


@calm
@given(address=text)
def test_any_address_is_judged(address):
    assert trouble_with(address) is not None


def test_a_list_nested_twenty_thousand_deep_is_read(inspect):
    item = ListItem("a miracle")
    for _ in range(20_000):
        item = ListItem("deeper", items=(item,))
    assert any(finding.id == "claim" for finding in inspect.block(List((item,))).checks)


def test_html_nested_twenty_thousand_deep_is_read():
    page = read_page("<div>" * 20_000 + "deep" + "</div>" * 20_000)
    assert page.anchors == ()


def test_ten_thousand_broken_links_in_as_many_blocks_are_told_in_short(inspect):
    many = "".join(f'<a href="http://10.0.0.1/{number}">x</a>' for number in range(10_000))
    article = replace(inspect.good.article, blocks=tuple(Paragraph(f"Words {number}") for number in range(10_000)))
    report = inspect.html("<p>Words", f"{many}<p>Words", article=article)
    links = [finding for finding in report.checks if finding.id == "link_address"]
    assert sum(finding.count for finding in links) == 10_000
