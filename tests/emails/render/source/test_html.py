"""HTML of a marketer's own: what mail needs is kept, what runs or fetches is refused, the rest is told."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.errors import TemplateBroken
from emails.mime.build import LetterHeaders, compose
from emails.render.compile import compile_source
from emails.render.personalise import render_letter
from emails.render.source.letter import Kind, Source, readable, troubles
from tests.emails.render.samples import AMARA, BRAND, LINKS, PLAN
from tests.emails.render.source.samples import USABLE, letter, page_of, refused, remarked, words_in

OUTLOOK = """<!DOCTYPE html>
<html><head><title>A &amp; b</title><meta charset="utf-8"><style>@media{#x{color:red}} .a > .b{margin:0}</style>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml><![endif]--></head>
<body bgcolor=#ffffff style="margin:0">
<!-- a note of mine -->
<!--[if mso]><table width="600"><tr><td><![endif]-->
<table width=100% cellpadding=0><tr><td style="font-family:Arial">Hello {{ subscriber.first_name | default('there') }}
<td><p>One<p>Two</table>
<!--[if mso]></td></tr></table><![endif]-->
<!--[if mso]><v:rect href="https://shop.example.test/a--b" arcsize="10%"><w:anchorlock/>Buy</v:rect><![endif]-->
<!--[if !mso]><!--><a href="https://shop.example.test/a--b">Buy</a><!--<![endif]-->
<p>{{ brand.address }} <a href="{{ links.unsubscribe }}">Leave</a></p>
</body></html>"""


def html(inner: str) -> str:
    return f"<html><body>{inner}</body></html>"


def test_what_mail_needs_is_kept():
    assert refused(OUTLOOK, Kind.HTML) == []
    made = letter(OUTLOOK, Kind.HTML)
    assert "<o:AllowPNG />" in made.html
    assert '<!--[if mso]><table width="600"><tr><td><![endif]-->' in made.html
    assert '<!--[if !mso]><!--><a href="https://news.example.test/c/1/' in made.html
    assert "@media{#x{color:red}} .a > .b{margin:0}" in made.html
    assert "a note of mine" not in made.html
    assert 'bgcolor="#ffffff"' in made.html
    assert "Hello Amara" in made.html


def test_a_link_in_outlooks_part_is_tracked_like_the_other_one():
    made = letter(OUTLOOK, Kind.HTML).html
    assert made.count("https://news.example.test/c/1/") == 2
    assert "shop.example.test" not in made


def test_the_text_part_has_the_words_the_links_and_the_way_out():
    text = letter(OUTLOOK, Kind.HTML).text
    assert text == (
        "Hello Amara\n\nOne\n\nTwo\n\n"
        "Buy <https://news.example.test/c/1/t0ken-_t0ken-_t0ken-_t0ken-_wxyz>\n\n"
        "Clearer Days Media, 48 Harbour Street, Portland, ME 04101 "
        f"Leave <https://news.example.test/u/{'a' * 32}>\n"
    )


def test_lists_headings_pictures_and_hidden_words_in_the_text_part():
    source = html(
        "<h1>Big news</h1><div style='display:none'>secret</div><ul><li>One<ol><li>Inner</ol><li>Two</ul>"
        "<img src='https://x.test/a.png' alt='A boat'><hr><pre>a  b</pre><h2>Next</h2>x"
    )
    text = letter(source, Kind.HTML).text
    assert text == "Big news\n========\n\n- One\n   1. Inner\n- Two\n\n[A boat]\n\n* * *\n\na b\n\nNext\n----\n\nx\n"


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        ("<script>alert(1)</script>", "<script>: no mail program runs scripts"),
        ("<img src=x onerror=alert(1)>", "<img>: onerror runs a script"),
        ("<a href=javascript:alert(1)>x</a>", "a link may not begin with javascript:"),
        ("<a href='  JaVa\tScRiPt:alert(1)'>x</a>", "a link may not begin with javascript:"),
        ("<a href='data:text/html,<script>1</script>'>x</a>", "a link may not begin with data:"),
        ("<iframe src=https://x.test></iframe>", "<iframe>"), ("<object data=x></object>", "<object>"),
        ("<form action=x><input name=y></form>", "<form>"), ("<svg onload=x></svg>", "<svg>"),
        ("<input type=text name=x>", "only checkboxes and radio buttons"), ("<input>", "only checkboxes"),
        ("<meta http-equiv=refresh content='0;url=https://x.test'>", "mail programs do not follow it"),
        ("<style>@im\\70ort 'https://x.test/a.css';</style>", "@import fetches"),
        ("<div style='background:url(javascript:x)'>x</div>", "javascript: runs a script"),
        ("<div style='width:expression(alert(1))'>x</div>", "expression() runs a script"),
        ("<!--[if mso]><script>x</script><![endif]-->", "<script>"),
        ("<!--[if mso]>x<![endif]-->".replace("<![endif]", ""), "A comment for Outlook begins"),
        ("<!--[if mso]><img src=x onerror=y><![endif]-->", "onerror runs a script"),
        ("<custom-thing>x</custom-thing>", "<custom-thing>: letters know no such element"),
        ("<div><b>x</div></b>", "</div> stands before <b> of line 1 is closed."),
        ("<table><tr><td><div>x</td></tr></table>", "</td> stands before <div>"),
        ("<div>x", "</body> stands before <div> of line 1 is closed."),
        ("<b class='{{ field.x }}'>x</b>", "a merge tag cannot stand here"),
        ("<a href='{% if field.a %}https://x.test'>x</a>{% endif %}", "must stand in the same attribute"),
        ("<td style='{{ field.x }}'>x", "a merge tag cannot stand here"),
        ("<style>a{color:{{ x }}</style><p>{{ nonsense }}</p>", "unknown field “nonsense”"),
        ("<?php echo 1 ?>", "is nothing that letters know"),
    ],
)  # fmt: skip
def test_what_runs_fetches_or_is_not_whole_is_refused(inner, told):
    assert any(told in message for message in refused(html(inner), Kind.HTML)), refused(html(inner), Kind.HTML)


@pytest.mark.parametrize("name", USABLE)
def test_what_the_engine_writes_of_mjml_passes_as_html(name):
    exported = letter(USABLE[name], click_base="").html
    assert refused(exported, Kind.HTML) == []
    again = letter(exported, Kind.HTML, click_base="", preheader="").html
    assert words_in(again) == words_in(exported)
    for tag in ("table", "td", "img", "a", "input", "label", "div"):
        assert len(page_of(again).xpath(f"//body//{tag}")) == len(page_of(exported).xpath(f"//body//{tag}")), tag


def test_style_sheets_from_elsewhere_are_left_out_and_told():
    source = (
        "<html><head><link rel=stylesheet href=https://x.test/a.css><base target=_blank>"
        "<style>@import url(https://x.test/b.css); p{color:red}</style></head><body><p>x</p></body></html>"
    )
    assert [one.split(" is left out")[0] for one in remarked(source, Kind.HTML)] == ["<link>", "<base>", "@import"]
    made = letter(source, Kind.HTML).html
    assert "x.test" not in made
    assert "p{color:red}" in made


def test_comments_cannot_hide_markup_from_the_check():
    for trick in (
        "<!--><script>x</script>-->",
        "<!---><script>x</script>-->",
        "<!--[if mso]>--!><script>x</script><![endif]-->",
    ):
        source = html(trick)
        assert refused(source, Kind.HTML) or not page_of(letter(source, Kind.HTML).html).xpath("//script")


def test_attributes_that_no_mail_program_knows_are_left_out_and_told():
    source = html('<table mc:edit="x" data-y="1"><tr><td>x</td></tr></table>\n</b>')
    assert remarked(source, Kind.HTML) == [
        "<table>: no mail program knows mc:edit; it is left out.", "</b> closes nothing and is left out.",
    ]  # fmt: skip
    assert "mc:edit" not in letter(source, Kind.HTML).html


def test_a_fragment_becomes_a_page_with_language_and_title():
    page = page_of(letter("<p>Only words</p>", Kind.HTML, subject="Water", language="fr", preheader="First line").html)
    assert (page.get("lang"), page.xpath("string(//title)")) == ("fr", "Water")
    assert page.xpath("string(//body/div)").startswith("First line")


def test_a_choice_may_show_a_row():
    rows = "{% if subscriber.language == 'en' %}<tr><td>Yes</td></tr>{% else %}<tr><td>No</td></tr>{% endif %}"
    source = html(f"<table>{rows}</table>")
    page = page_of(letter(source, Kind.HTML).html)
    assert page.xpath("//tr/td/text()") == ["Yes"]


def test_merge_tags_fill_addresses_and_alt_texts():
    source = html(
        '<a href="https://x.test/?c={{ field.city }}">x</a>'
        '<img src="https://x.test/a.png" alt="For {{ subscriber.name }}">'
    )
    page = page_of(letter(source, Kind.HTML).html)
    assert page.xpath("//a/@href") == ["https://x.test/?c=Leeds"]
    assert page.xpath("//img/@alt") == ["For Amara Okafor"]


def test_braces_of_styles_are_no_merge_tags_and_values_are_escaped():
    source = html("<style>@media{#a{color:red}}</style><p>{{ 'R&D' }} {% raw %}{{ x }}{% endraw %}</p>")
    assert words_in(letter(source, Kind.HTML, preheader="").html) == ["R&D", "{{", "x", "}}"]


@pytest.mark.parametrize(("kind", "text"), [(Kind.HTML, OUTLOOK), *((Kind.MJML, text) for text in USABLE.values())])
def test_the_message_that_leaves_decodes_to_what_is_shown(kind, text):
    compiled = compile_source(Source(kind, text), BRAND, PLAN)
    headers = LetterHeaders("a@b.test", datetime(2027, 1, 6, tzinfo=UTC), "Us", "us@example.test", list_name="Us")
    sent = message_from_bytes(compose(compiled, headers, AMARA, LINKS), policy=policy.default)
    shown = render_letter(compiled, AMARA, LINKS)
    assert sent.get_body(("html",)).get_content().replace("\r\n", "\n") == shown.html
    assert sent.get_body(("plain",)).get_content().replace("\r\n", "\n") == shown.text


def test_notes_of_the_writers_own_are_not_read_for_tags_and_keep_the_lines():
    source = "<!-- {{ nonsense }} {% if\n\n -->\n<p>x</p><script>y</script>"
    assert [(one.line, one.message.split(":")[0]) for one in troubles(Source(Kind.HTML, source))[0]] == [
        (4, "<script>")
    ]
    assert refused("<!-- {{ nonsense }} --><p>x</p>", Kind.HTML) == []


def test_a_style_hidden_from_the_programs_of_long_ago_keeps_its_rules():
    source = html("<style><!-- p{color:red} @media{#a{margin:0}} --></style><!-- <style>b{}</style> --><p>x</p>")
    assert "p{color:red} @media{#a{margin:0}}" in letter(source, Kind.HTML).html
    assert "b{}" not in letter(source, Kind.HTML).html


def test_tags_of_another_service_are_read_as_ours_and_told():
    source = html('<p>Hi *|FNAME|*, *|LIST:ADDRESS|* <a href="*|UNSUB|*">Leave</a> *|REWARDS|*</p>')
    made = letter(source, Kind.HTML)
    assert "Hi Amara, Clearer Days Media, 48 Harbour Street" in made.html
    assert f'href="https://news.example.test/u/{"a" * 32}"' in made.html
    assert "*|REWARDS|*" in made.html
    told = remarked(source, Kind.HTML)
    assert "*|UNSUB|* is read as {{ links.unsubscribe }}." in told
    assert "*|REWARDS|* is another service’s tag and has no counterpart; it stands as written." in told


def test_a_test_letter_says_so_and_the_pixel_stands_at_the_end():
    assert "This is a test letter" in letter(OUTLOOK, Kind.HTML, marked_as_test=True).html
    made = letter(OUTLOOK, Kind.HTML, open_base="https://news.example.test/o").html
    assert "/o/t0ken-" in made.rpartition("</table>")[2]


def test_what_can_be_read_of_it_knows_its_tags_and_drops_its_own_links():
    read = readable(Source(Kind.HTML, OUTLOOK))
    assert set(read.tags.values()) == {"{{ subscriber.first_name | default('there') }}", "{{ brand.address }}"}
    assert all(word in read.html for word in read.tags)
    assert "Leave" not in read.html


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([
                "<table>", "<tr>", "<td>", "</td>", "</table>", "<p>", "<div>", "</div>", "<b>", "</b>", "<!--",
                "-->", "<!--[if mso]>", "<![endif]-->", "<style>", "</style>", "<img src=x onerror=y>", "<script>",
                "</script>", "<a href='javascript:x'>", "</a>", "<title>", "</title>", "<svg>", "--!>",
                "{% if field.a %}", "{% endif %}", "{{ field.b }}", "<!", "<?", "&lt;script&gt;", "<pre>", "</pre>",
                "]]>", "<xmp>", "<textarea>", "\0", '"', "'",
            ]),
            st.text(max_size=6),
        ),
        max_size=14,
    )
)  # fmt: skip
def test_whatever_is_written_is_refused_or_harmless(pieces):
    source = "".join(pieces)
    if not source.strip() or refused(source, Kind.HTML):
        return
    try:
        made = letter(source, Kind.HTML).html
    except TemplateBroken:
        return
    page = page_of(made)
    assert not page.xpath("//script|//iframe|//svg|//object|//textarea|//xmp")
    assert not [name for one in page.iter() for name in one.attrib if name.startswith("on")]
    assert not [one for one in page.xpath("//a/@href") if one.lower().startswith("javascript")]
