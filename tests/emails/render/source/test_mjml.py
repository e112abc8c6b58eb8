"""MJML of a marketer's own: refused by its lines where the engine would be silent, else kept whole."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mjml import mjml2html

from emails.errors import TemplateBroken
from emails.render.source.letter import Kind, Source, troubles
from emails.render.source.mjml_table import TAGS
from tests.emails.render.source.samples import (
    SAMPLES,
    USABLE,
    in_column,
    letter,
    mjml,
    page_of,
    refused,
    remarked,
    words_in,
)


@pytest.mark.parametrize("name", USABLE)
def test_every_construct_of_the_public_samples_becomes_a_letter(name):
    assert refused(USABLE[name]) == []
    made = letter(USABLE[name])
    assert "Clearer Days" in made.text
    assert "https://news.example.test/u/" in made.html


@pytest.mark.parametrize(
    "name", [name for name in USABLE if name not in {"class", "head", "style-inline", "table", "wrapper"}]
)
def test_nothing_that_the_engine_alone_would_show_is_lost(name):
    plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", USABLE[name])
    alone, ours = mjml2html(plain, fonts={}), letter(plain, preheader="").html
    assert words_in(ours) == words_in(alone)
    for tag in ("table", "td", "img", "a", "input", "label", "div"):
        assert len(page_of(ours).xpath(f"//body//{tag}")) == len(page_of(alone).xpath(f"//body//{tag}")), tag
    assert [one.split("/c/")[0] for one in page_of(ours).xpath("//img/@src")] == page_of(alone).xpath("//img/@src")


def test_defaults_inside_a_class_reach_the_elements_below_it():
    page = page_of(letter(USABLE["class"]).html)
    style = page.xpath("//div[contains(., 'Hello world')]/@style")[-1]
    assert "text-align:right" in style
    assert "color:#0000ff" in style
    assert "font-size:20px" in style


def test_inline_rules_are_set_on_the_elements():
    page = page_of(letter(USABLE["style-inline"]).html)
    assert "text-align: center" in page.xpath("//p[@class='categories']/@style")[0]
    assert page.xpath("//a[@class='text-link']/@style") == ["color: #5e6ebf;"]
    assert "#one{color:red}" in "".join(page.xpath("//style/text()"))


def test_choices_stay_between_the_rows_where_rules_are_set_on_elements():
    source = in_column(
        "{% if subscriber.language == 'fr' %}<mj-text>Oui</mj-text>{% else %}<mj-text>Yes</mj-text>{% endif %}",
        '<mj-style inline="inline">div{color:red}</mj-style>',
    )
    page = page_of(letter(source).html)
    assert page.xpath("//td//td[contains(., 'Yes')]")
    assert not page.xpath("//*[contains(text(), 'Oui')]")


def test_the_gap_of_a_wrapper_stands_between_its_sections():
    page = page_of(letter(USABLE["wrapper"]).html)
    assert len(page.xpath("//div[contains(@style, 'height:12px')]")) == 1


def test_what_is_left_out_is_told_with_its_line():
    told = troubles(Source(Kind.MJML, USABLE["head"]))[1]
    assert [(one.line, one.message.split(":")[0]) for one in told] == [
        (5, "<mj-font> is left out"), (12, "<mj-body>"), (12, "<mj-body>"), (13, "<mj-section>, padding-top"),
    ]  # fmt: skip


def test_the_preview_line_of_the_source_is_used_where_the_campaign_has_none():
    assert "What the inbox shows" in letter(USABLE["head"], preheader="").html
    assert "What the inbox shows" not in letter(USABLE["head"], preheader="Another line").html


def test_a_source_gets_the_campaigns_language_title_and_direction():
    page = page_of(letter(in_column("<mj-text>x</mj-text>"), language="ar", subject="Water").html)
    assert (page.get("lang"), page.get("dir"), page.xpath("string(//title)")) == ("ar", "rtl", "Water")
    own = mjml("<mj-section></mj-section>", "<mj-title>Mine</mj-title>").replace("<mjml>", '<mjml lang="de">')
    assert page_of(letter(own, language="en").html).get("lang") == "de"
    assert page_of(letter(own).html).xpath("string(//title)") == "Mine"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (in_column("<mj-txt>x</mj-txt>"), "<mj-txt>: there is no such element; perhaps <mj-text> was meant."),
        (in_column('<mj-text colour="red">x</mj-text>'), "<mj-text> has no attribute colour; did you mean color?"),
        (in_column('<mj-text color="bananas">x</mj-text>'), "<mj-text>, color: “bananas” is no colour; write #0F6461."),
        (in_column('<mj-text font-size="banana">x</mj-text>'), "font-size: “banana” is no length; write 20px."),
        (in_column("<mj-button>x<!--[if mso]>y<![endif]--></mj-button>"), "may not stand in <mj-button>"),
        (in_column('<mj-image src="https://x.test/a" alt="" width="50%"/>'), "is not in pixels"),
        (in_column('<mj-image alt=""/>'), "<mj-image> has no src."),
        (in_column('<mj-text align="middle">x</mj-text>'), "is not one of left, center, right, justify"),
        (mjml("<mj-text>vanishes</mj-text>"), "<mj-text> may not stand in <mj-body>, only in <mj-column>, <mj-hero>."),
        (mjml("<mj-section><mj-text>x</mj-text></mj-section>"), "<mj-text> may not stand in <mj-section>"),
        (in_column("<mj-section></mj-section>"), "<mj-section> may not stand in <mj-column>"),
        (in_column("<mj-text><mj-button>x</mj-button></mj-text>"), "it may not stand in <mj-text>, which holds HTML"),
        (in_column("loose words"), "“loose words” stands in <mj-column>, which holds elements only."),
        (in_column("<p>x</p>"), "<p>: HTML stands in mj-text, mj-table or mj-raw."),
        (in_column("<mj-text><b>x<i>y</b></i></mj-text>"), "</b> stands before <i> of line 1 is closed."),
        (in_column("<mj-text><b>x</mj-text>"), "<b> is never closed."),
        (in_column("<mj-text>x</mj-texx>"), "is never closed"),
        (in_column("<mj-text>x<script>y</script></mj-text>"), "<script>: no mail program runs scripts; take it out."),
        (in_column('<mj-text onclick="x()">x</mj-text>'), "<mj-text>: onclick runs a script; take it out."),
        (in_column('<mj-text><a onclick="x()" href="#">x</a></mj-text>'), "<a>: onclick runs a script; take it out."),
        (in_column('<mj-button href="javascript:x()">x</mj-button>'), "a link may not begin with javascript:"),
        (in_column('<mj-button href="java&#10;script:x()">x</mj-button>'), "a link may not begin with javascript:"),
        (in_column('<mj-text><a href="&#1;vbscript:x">x</a></mj-text>'), "a link may not begin with vbscript:"),
        (in_column('<mj-image src="data:text/html,x" alt="" width="9px"/>'), "a picture may not begin with data:"),
        (in_column('<mj-raw><link rel="stylesheet" href="https://x.test"></mj-raw>'), "<link>: style sheets and fonts"),
        (in_column("<mj-raw><iframe src='https://x.test'></iframe></mj-raw>"), "<iframe>: frames are not shown"),
        (mjml("", "<mj-style>@import 'https://x.test/a.css';</mj-style>"), "@import fetches a style sheet"),
        (mjml("", "<mj-style>a{width:expr/**/ession(1)}</mj-style>"), "expression() runs a script"),
        (mjml("", "<mj-style>a{width:\\65xpression(1)}</mj-style>"), "expression() runs a script"),
        (mjml("", "<mj-style>a{background:url(javascript:x)}</mj-style>"), "javascript: runs a script"),
        (SAMPLES["include"], "<mj-include>: files are not read in; put what it holds here."),
        (mjml("", "<mj-html-attributes></mj-html-attributes>"), "the engine cannot set attributes afterwards"),
        (mjml('<mj-hero mode="fluid-height"></mj-hero>'), "the engine cannot set fluid-height"),
        (in_column('<mj-social><mj-social-element name="bluesky"/></mj-social>'), "there is no picture for it"),
        (in_column('<mj-text color="{{ field.colour }}">x</mj-text>'), "a merge tag cannot stand here"),
        (in_column("<mj-text {{ field.x }}>x</mj-text>"), "a merge tag stands between attributes"),
        (in_column("<mj-text>{{ subscriber.frist_name }}</mj-text>"), "unknown field “subscriber.frist_name”"),
        (in_column("{% if field.a %}<mj-text>x</mj-text>"), "is never closed by {% endif %}"),
        (in_column("<mj-text>{% if field.a %}<b>x{% endif %}</b></mj-text>"), "must stand inside the same element"),
        (mjml("{% if field.a %}<mj-section>{% endif %}</mj-section>"), "must stand inside the same element"),
        ("<mjml></mjml>", "<mjml> holds one <mj-body>"),
        ("<mj-body></mj-body>", "<mj-body> stands outside <mjml>"),
        ("just words", "The source must be one <mjml>"),
        (in_column("<letter-article />"), "it marks a place in a design, and this is a whole letter"),
        (in_column("<mj-text>" + "<div>" * 300 + "</div>" * 300 + "</mj-text>"), "nested deeper than 100"),
        ("<mjml>" + "x" * 200_001, "longer than 200,000 characters"),
        (in_column('<mj-text css-class="a\x01b">x</mj-text>'), "holds a control character"),
        (in_column('<mj-text align="left" align="right">x</mj-text>'), "<mj-text> has align twice."),
        (in_column('<mj-text align="left>x</mj-text>'), "cannot be read"),
        (in_column("<mj-text><![CDATA[x]]></mj-text>"), "is nothing that letters know"),
    ],
)  # fmt: skip
def test_what_the_engine_would_swallow_is_refused(source, told):
    assert any(told in message for message in refused(source)), refused(source)


def test_a_refusal_names_its_line():
    source = "<mjml>\n<mj-body>\n<mj-section>\n<mj-column>\n<mj-text>\n\nx <b\nclass='y' onclick='z'>q</b></mj-text>"
    lines = {one.line for one in troubles(Source(Kind.MJML, f"{source}</mj-column></mj-section></mj-body></mjml>"))[0]}
    assert lines == {7}


def test_lengths_without_a_unit_are_read_as_pixels_and_short_colours_made_long():
    source = in_column('<mj-text color="#abc" padding="10 20">x</mj-text>')
    assert remarked(source) == ["<mj-text>, padding: “10 20” is read as 10px 20px."]
    html = letter(source).html
    assert "color:#aabbcc" in html
    assert "padding:10px 20px" in html


def test_what_html_forgives_is_forgiven():
    source = in_column("<mj-text>a < b <3 &nbsp; &copy; R&D<br>x<p>One<p>Two<ul><li>a<li>b</ul></mj-text>")
    assert refused(source) == []
    assert words_in(letter(source, preheader="").html) == ["a", "<", "b", "<3", "©", "R&D", "x", "One", "Two", "a", "b"]


def test_characters_that_the_engine_would_spoil_arrive_in_attributes():
    hard = "a\u00a0b 👩‍👧 हिन्दी \\ é"
    source = in_column(f'<mj-image src="https://x.test/a.png" alt="{hard}" width="20px"/>')
    assert page_of(letter(source).html).xpath("//img/@alt") == [hard]


_WORD = st.text(st.characters(categories=["L", "N"], max_codepoint=0x2FFF), min_size=1, max_size=8)
_INLINE = st.sampled_from(
    ["<b>{}</b>", "{}<br>", "<a href='https://x.test/?a=1&b=2'>{}</a>", "{} &amp; {}", "<i>{}", "{}<"]
)
_CONTENT = st.sampled_from([
    "<mj-text>{}</mj-text>", "<mj-button href='https://x.test'>{}</mj-button>",
    "<mj-table><tr><td>{}</td></tr></mj-table>",
    "<mj-text padding='3' color='#abc'>{}</mj-text>", "<mj-raw><div>{}</div></mj-raw>", "<mj-divider />",
    "<mj-navbar><mj-navbar-link href='https://x.test'>{}</mj-navbar-link></mj-navbar>",
    "<mj-accordion><mj-accordion-element><mj-accordion-title>{}</mj-accordion-title></mj-accordion-element></mj-accordion>",
    "{{% if subscriber.language == 'en' %}}<mj-text>{}</mj-text>{{% endif %}}",
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_CONTENT, _INLINE, _WORD), min_size=1, max_size=6), st.booleans())
def test_whatever_is_accepted_compiles_and_keeps_all_its_words(pieces, inlined):
    inner = "".join(content.format(inline.format(word, word)) for content, inline, word in pieces)
    head = '<mj-style inline="inline">b{color:red}</mj-style>' if inlined else ""
    source = in_column(inner, head)
    if refused(source):
        return
    made = letter(source, preheader="")
    shown, text = "".join(words_in(made.html)), made.text
    for content, _inline, word in pieces:
        if "{}" in content:
            assert word in shown
            assert word in text


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(USABLE)), st.data())
def test_a_source_with_anything_changed_in_it_is_refused_or_becomes_a_harmless_letter(name, data):
    source = USABLE[name]
    start = data.draw(st.integers(0, len(source)))
    end = min(len(source), start + data.draw(st.integers(0, 40)))
    piece = data.draw(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(
                ["<script>alert(1)</script>", ' onerror="x"', "<!--", "-->", "<", '"', "{{", "%}", "</mj-text>"]
            ),
        )
    )
    changed = source[:start] + piece + source[end:]
    if refused(changed):
        return
    try:
        html = letter(changed).html
    except TemplateBroken:
        return
    page = page_of(html)
    assert not page.xpath("//script|//iframe|//object|//form")
    assert not [name for one in page.iter() for name in one.attrib if name.startswith("on")]


@pytest.mark.parametrize(
    "hostile", ["<mj-text ", '<a b="', "<!--", "</", "<mj-raw>", "{{", "{% if x %}", "&#", "<b>", "<style ", "*|UNSUB"]
)
def test_a_long_hostile_source_is_refused_and_costs_no_more_than_its_length(hostile):
    for source in (hostile * (190_000 // len(hostile)), in_column(hostile * 5000), "<a b" + " " * 190_000):
        assert refused(source)


def test_many_remarks_never_hide_what_is_refused():
    plain = '<mj-section vertical-align="top"><mj-column></mj-column></mj-section>\n'
    source = mjml(plain * 150 + "<mj-section><mj-column><mj-text onclick='x'>y</mj-text></mj-column></mj-section>")
    assert len(remarked(source)) == 100
    assert refused(source) == ["<mj-text>: onclick runs a script; take it out."]


def test_so_many_problems_end_the_reading():
    source = mjml("".join(f"<mj-q{number} />" for number in range(15_000)))
    assert len(refused(source)) == 100


def test_every_element_of_the_table_stands_somewhere():
    held = {name for tag in TAGS.values() for name in tag.holds.split()}
    loose = {name for name in TAGS if name not in held} - {"mjml", "letter-article", "letter-masthead", "letter-footer"}
    assert loose == set()
