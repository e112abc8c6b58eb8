"""A design's own page in MJML: the article in its place, what must be there, what is refused."""

import re
from dataclasses import replace

import pytest

from emails.errors import TemplateBroken
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from emails.render.shell import check_shell
from emails.themes.choices import Choices, Design
from tests.emails.render.samples import AMARA, BRAND, LINKS, PLAN, client_article, everything
from tests.emails.render.source.samples import page_of

FOOTER = (
    '<mj-section><mj-column><mj-text>{{ brand.address }} <a href="{{ links.unsubscribe }}">Leave</a></mj-text>'
    "</mj-column></mj-section>"
)
WRAPPER = '<mj-wrapper background-color="#fafafa"><letter-article /></mj-wrapper>'


def shell(body: str, head: str = "", attributes: str = "") -> str:
    return f"<mjml><mj-head>{head}</mj-head><mj-body{attributes}>{body}</mj-body></mjml>"


def rendered(source: str, article=None, **changes):
    design = Design("signal", Choices(accent="#A3201C"), source)
    return render_letter(
        compile_letter(article or client_article(), BRAND, replace(PLAN, **changes), design=design), AMARA, LINKS
    )


def refusals(source: str) -> list[str]:
    return [one.message for one in check_shell(source)[0]]


@pytest.mark.parametrize("body", [f"{WRAPPER}{FOOTER}", "<letter-masthead /><letter-article /><letter-footer />"])
def test_the_article_stands_in_its_place_with_everything_in_it(body):
    made = rendered(shell(body), everything())
    plain = render_letter(compile_letter(everything(), BRAND, PLAN, theme="signal"), AMARA, LINKS)
    words = " ".join(page_of(made.html).xpath("//body//text()")).split()
    assert {"Every", "kind", "leads", "Ready?"} - {"leads"} <= set(words)
    assert re.sub(r"/c/\d+/", "", made.text) == re.sub(r"/c/\d+/", "", plain.text)
    assert "Every kind & <more>" in page_of(made.html).xpath("string(//h1)")


def test_links_of_the_page_and_of_the_article_are_numbered_in_one_row():
    body = (
        '<mj-section><mj-column><mj-button href="https://shop.example.test">Shop</mj-button></mj-column></mj-section>'
    )
    compiled = compile_letter(
        client_article(), BRAND, PLAN, design=Design("calm", shell=shell(body + WRAPPER + FOOTER))
    )
    assert [link.url for link in compiled.links] == ["https://shop.example.test", "https://example.test/book"]
    html = render_letter(compiled, AMARA, LINKS).html
    assert f'href="{LINKS.unsubscribe}"' in html
    assert html.count("/c/1/") == 1


def test_the_page_looks_the_same_everywhere_unless_it_takes_part_in_the_dark():
    assert "prefers-color-scheme" not in rendered(shell(WRAPPER + FOOTER)).html
    assert (
        "prefers-color-scheme"
        in rendered(shell("<letter-article /><letter-footer />", attributes=' css-class="ground"')).html
    )


def test_inline_rules_and_defaults_of_the_page_reach_it():
    head = '<mj-attributes><mj-text color="#aa0000" /></mj-attributes>'
    head += '<mj-style inline="inline">.x p{margin:7px}</mj-style>'
    body = '<mj-section><mj-column><mj-text css-class="x"><p>Ours</p></mj-text></mj-column></mj-section>'
    page = page_of(rendered(shell(body + WRAPPER + FOOTER, head)).html)
    assert page.xpath("//p[text()='Ours']/@style") == ["margin: 7px;"]
    assert "color:#aa0000" in page.xpath("//div[p[text()='Ours']]/@style")[0].replace(": ", ":")


def test_merge_tags_and_the_preview_line_and_the_test_note_work_in_it():
    body = "<mj-section><mj-column><mj-text>For {{ subscriber.first_name }}</mj-text></mj-column></mj-section>"
    made = rendered(shell(body + "<letter-article />" + FOOTER), marked_as_test=True).html
    assert "For Amara" in made
    assert "Therapeutic ketamine is being hailed" in made
    assert "This is a test letter" in made


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (shell(FOOTER), "The article needs one place"),
        (shell(WRAPPER + WRAPPER + FOOTER), "The article needs one place"),
        (shell(WRAPPER), "Readers must be able to leave"),
        (shell(f"{WRAPPER}<!-- {FOOTER} -->"), "Readers must be able to leave"),
        (shell(f"<mj-section><letter-article /></mj-section>{FOOTER}"), "may not stand in <mj-section>"),
        (shell('<letter-article class="x" /><letter-footer />'), "<letter-article> has no attribute class."),
        (shell(f"{WRAPPER}{FOOTER}<script>x</script>"), "<script>"),
        ("", "The source must be one <mjml>"),
    ],
)
def test_a_page_that_would_not_do_is_refused(source, told):
    assert any(told in message for message in refusals(source)), refusals(source)


def test_a_broken_page_is_named_with_its_line_when_a_letter_is_made():
    with pytest.raises(TemplateBroken, match="Design, line 1: <mj-foo>"):
        rendered(shell(f"<mj-foo />{WRAPPER}{FOOTER}"))


def test_the_same_design_makes_the_same_letter_and_another_another():
    def digest(**choices) -> str:
        return compile_letter(client_article(), BRAND, PLAN, design=Design("calm", Choices(**choices))).content_hash

    assert digest(gutter=24) == digest(gutter=24)
    assert digest(gutter=24) != digest(gutter=25)
    assert digest() == compile_letter(client_article(), BRAND, PLAN, theme="calm").content_hash
