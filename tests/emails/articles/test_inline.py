"""What the one sanitiser keeps, drops and makes inert."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emails.articles.inline import inline_of, is_link, sanitise, text_of
from emails.errors import ArticleBroken

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">go</a>',
    '<a href="java&#115;cript:alert(1)">go</a>',
    '<a href=" \x01javascript:alert(1)">go</a>',
    '<a href="data:text/html,x">go</a>',
    "<svg onload=alert(1)>",
    "<b style='x' onclick=alert(1)>",
    "<iframe src=//x></iframe>",
    "<math><mi//xlink:href='data:x'>",
    "</title><style>*{}</style>",
    "<p title='\"><script>'>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_can_act_survives(payload):
    safe = sanitise(f"before {payload} after").lower()
    for word in ("<script", "<img", "<svg", "<iframe", "<style", "onerror", "onclick", "onload", "href"):
        assert word not in safe
    assert safe.startswith("before")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<B>bold</B><BR>line", "<b>bold</b><br>line"),
        ("<strong>un<em>closed", "<strong>un<em>closed</em></strong>"),
        ("a\n\n  b\t<i> c </i>", "a b <i>c</i>"),
        ("<span style='color:red'>plain</span> <font>x</font>", "plain x"),
        ("<b><i><b>deep</b></i></b>", "<b><i>deep</i></b>"),
        (
            "H<sub>2</sub>O, E=mc<sup>2</sup>, <code>x</code>",
            "H<sub>2</sub>O, E=mc<sup>2</sup>, <code>x</code>",
        ),
        ("<p>one</p><p>two</p>", "one<br>two"),
        ("a < b & c > d <3", "a &lt; b &amp; c &gt; d &lt;3"),
        (
            '<a href="https://x.example/?a=1&b=2" title="T">x</a>',
            '<a href="https://x.example/?a=1&amp;b=2" title="T">x</a>',
        ),
        ('<a href="mailto:a@b.example">m</a>', '<a href="mailto:a@b.example">m</a>'),
        ('<a href="/relative">r</a> <a href="#x">h</a> <a>n</a>', "r h n"),
    ],
)
def test_inline_html_comes_out_tidy(typed, kept):
    assert sanitise(typed) == kept


@pytest.mark.parametrize(
    "tag",
    [
        "{{ subscriber.first_name }}",
        "{{ subscriber.first_name | default('there') }}",
        '{{ subscriber.first_name | default("you there") }}',
        "{% if field.city == 'Oslo' %}",
        "{% endif %}",
    ],
)
def test_a_merge_tag_typed_in_the_editor_survives_as_typed(tag):
    assert sanitise(f"Hi <b>{tag}</b>") == f"Hi <b>{tag}</b>"


def test_a_merge_tag_may_stand_in_a_link():
    html = '<a href="{{ brand.url }}/hello?who={{ field.code }}">x</a>'
    assert sanitise(html) == html


def test_a_comparison_in_a_merge_tag_is_kept_as_text():
    assert sanitise("{% if field.age < 3 %}") == "{% if field.age &lt; 3 %}"


def test_braces_to_be_shown_never_turn_into_a_merge_tag():
    shown = inline_of("{{ 7*7 }} {% x %}")
    assert "{" not in shown
    assert sanitise(shown) == shown
    assert sanitise("&#x7B;&lcub; &#0123 y &rbrace;") == "&#123;&#123; &#123; y &#125;"


def test_no_break_spaces_and_signs_of_other_scripts_stay():
    text = "100\u00a0€ – 👩\u200d👧 हिन्दी שלום"
    assert sanitise(text) == text
    assert text_of(inline_of(text)) == text


@pytest.mark.parametrize(
    "address", ["ftp://x", "javascript:x", "//x.example", "https://", "x", "", "https://a b", "data:x"]
)
def test_an_odd_address_is_no_link(address):
    assert not is_link(address)


def test_twenty_thousand_nested_tags_are_refused_with_their_line():
    with pytest.raises(ArticleBroken, match="line 2, tags are nested more than 200 deep") as refusal:
        sanitise("x\n" + "<b>" * 20_000)
    assert refusal.value.place == "line 2"


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/&;#{}%\"'= abpixhrefscript:123\n\u00a0é"), max_size=80))
def test_cleaning_twice_changes_nothing(text):
    once = sanitise(text)
    assert sanitise(once) == once


@settings(max_examples=100, deadline=None)
@example("\ufeff")
@given(st.text(max_size=60))
def test_plain_text_comes_back_as_it_was_but_for_its_blanks(text):
    shown = inline_of(text)
    assert "{" not in shown
    assert "<" not in shown
    assert sanitise(shown) == shown
