"""Pre-flight over letters as they are truly compiled and rendered, tracked links and all."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emails.articles.blocks import Article, CallToAction, Image, Paragraph, Sponsor
from emails.articles.parse import parse_article
from emails.content import Brand, LetterLinks, LetterPlan, Recipient
from emails.errors import ArticleBroken, TemplateBroken
from emails.preflight.checks import PreflightInput, check_letter
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter

SAMPLE = Path(__file__).parents[2] / "data" / "article.txt"
LOCAL = "http://127.0.0.1:8000"
BRAND = Brand("Clearer Days", "48 Harbour Street\nPortland, ME 04101", "https://example.test")
PLAN = LetterPlan(
    "New beginnings",
    preheader="A paid article about a treatment, and where to ask about it.",
    greeting="Hi {{ subscriber.first_name | default('there') }},",
)


def inspect(article, *, plan=PLAN, brand=BRAND, root="https://news.example.test"):
    """The report on the letter that would leave, its links rewritten below `root`."""
    links = LetterLinks(f"{root}/u/abc", f"{root}/v/abc", "abc", f"{root}/p/abc")
    plan = replace(plan, click_base=f"{root}/c")
    compiled = rendered = broken = None
    try:
        compiled = compile_letter(article, brand, plan)
        rendered = render_letter(compiled, Recipient("ada@example.test"), links)
    except TemplateBroken as error:
        broken = error
    return check_letter(
        PreflightInput(article, brand, plan, compiled, broken, rendered, 25, "letters@example.test", links)
    )


@pytest.fixture(scope="module")
def demo() -> Article:
    """The sample article with its picture and its button brought."""
    article = parse_article(SAMPLE.read_bytes(), name=SAMPLE.name)
    return replace(article, blocks=tuple(brought(block) for block in article.blocks))


def brought(block):
    if isinstance(block, Image):
        return replace(block, src=f"{LOCAL}/media/couch.png")
    return replace(block, url="https://example.test/book") if isinstance(block, CallToAction) else block


def with_words(demo, html):
    return replace(demo, blocks=(*demo.blocks, Paragraph(html)))


def test_the_demo_campaign_is_green_on_the_newcomers_own_machine(demo):
    report = inspect(demo, root=LOCAL)
    assert report.passed
    assert (report.blocks, report.reasons) == ((), ())
    assert "own_address" in {finding.id for finding in report.advice}


def test_a_picture_on_another_local_machine_is_not_the_services_own(demo):
    assert {finding.id for finding in inspect(demo).blocks} == {"image_source"}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="http://10.0.0.1/">more</a>', ("block", "link_address")),
        ('<a href="https://evil.test/">bank.example</a>', ("reason", "link_mismatch")),
        ('<a href="http://example.test/">more</a>', ("advice", "link_insecure")),
    ],
)
def test_rewritten_links_are_told_with_their_block(demo, html, expected):
    report = inspect(with_words(demo, html), root=LOCAL)
    found = [
        (finding.severity.value, finding.id) for finding in report.checks if finding.place == "Block 15, paragraph"
    ]
    assert found == [expected]


def test_a_link_with_a_merge_tag_inside_is_fine(demo):
    article = with_words(demo, '<a href="https://example.test/?to={{ subscriber.email }}">more</a>')
    assert inspect(article, root=LOCAL).passed


@pytest.mark.parametrize(
    ("tag", "identity"),
    [
        ("{{ subscriber.frist_name }}", "merge_tag_unknown"),
        ("{{ subscriber.first_name", "merge_tag_broken"),
        ("{% for x in y %}", "merge_tag_broken"),
        ("{{ brand.name() }}", "merge_tag_broken"),
    ],
)
def test_tags_that_cannot_be_rendered_block_with_their_place(demo, tag, identity):
    (finding,) = [each for each in inspect(demo, plan=replace(PLAN, greeting=f"Hi {tag}")).blocks if "merge" in each.id]
    assert finding.id == identity
    assert finding.place.startswith("Greeting")


def test_a_field_without_a_default_is_advised_about(demo):
    report = inspect(
        demo, plan=replace(PLAN, greeting="Hi {{ subscriber.first_name }} of {{ field.city }}"), root=LOCAL
    )
    (finding,) = [each for each in report.checks if each.id == "merge_tag_default"]
    assert "field.city, subscriber.first_name" in finding.message


def test_a_letter_that_gmail_would_cut_off_needs_a_reason(demo):
    report = inspect(with_words(demo, "Words and more words. " * 5000), root=LOCAL)
    assert [finding.id for finding in report.reasons] == ["html_size"]


def test_the_sponsors_label_is_found_wherever_the_block_stands(demo):
    sponsor = next(block for block in demo.blocks if isinstance(block, Sponsor))
    first = replace(demo, blocks=(sponsor, *(block for block in demo.blocks if block is not sponsor)))
    assert inspect(first, root=LOCAL).passed


def test_a_sponsor_with_marks_in_its_name_is_recognised(demo):
    blocks = tuple(
        replace(block, name="Hill & Söhne “Tours”") if isinstance(block, Sponsor) else block for block in demo.blocks
    )
    assert inspect(replace(demo, blocks=blocks), root=LOCAL).passed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(source=st.text(min_size=1, max_size=400), kind=st.sampled_from(["text", "markdown", "html"]))
def test_whatever_can_be_read_can_be_checked(source, kind):
    try:
        article = parse_article(source, kind=kind)
    except ArticleBroken:
        return
    report = inspect(article)
    assert {finding.severity for finding in report.checks} <= {"block", "reason", "advice"}
    assert not any(finding.id in {"merge_tag_broken", "unsubscribe", "postal_address"} for finding in report.checks)
