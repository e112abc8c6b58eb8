"""What pasted HTML becomes, and that nothing in it can act, hang or crash."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import (
    CallToAction,
    Code,
    Divider,
    Embed,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Sponsor,
    Table,
)
from emails.articles.html import read_html
from emails.errors import ArticleBroken


def blocks(html):
    return list(read_html(html).blocks)


def test_a_saved_page_gives_title_language_author_and_date():
    article = read_html(
        '<!doctype html><html lang="en-GB"><head><title>Tides | The Site</title>'
        '<meta name="author" content="Ann &amp; Bob">'
        '<meta property="article:published_time" content="2026-03-01T10:00Z">'
        '<link rel="canonical" href="https://a.example/t"><style>p{}</style></head>'
        '<body><nav><a href="/">Home</a></nav><h1>Tides and <em>moons</em></h1><p>Text</p></body></html>'
    )
    assert (article.title, article.language, article.author) == ("Tides and moons", "en-GB", "Ann & Bob")
    assert (article.date, article.canonical_url) == ("2026-03-01", "https://a.example/t")
    assert article.blocks == (Paragraph("Text"),)
    assert [remark.code for remark in article.warnings] == ["navigation_left_out"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One<p>Two", [Paragraph("One"), Paragraph("Two")]),
        ("One<br><br>Two<br>still two", [Paragraph("One"), Paragraph("Two<br>still two")]),
        ("<div>One<div>Two</div>Three</div>", [Paragraph("One"), Paragraph("Two"), Paragraph("Three")]),
        ("<b><p>Bold</p></b><p> &nbsp; </p>", [Paragraph("<strong>Bold</strong>")]),
        ("<p>a <b>b</b>\n<i>c</i></p>", [Paragraph("a <strong>b</strong> <em>c</em>")]),
        ("x<h3><b>Bold heading</b></h3>y", [Paragraph("x"), Heading(3, "Bold heading"), Paragraph("y")]),
        (
            "x<pre><code class='language-py'>if a &lt; b:\n  c</code></pre>",
            [Paragraph("x"), Code("if a < b:\n  c", "py")],
        ),
        ("x<hr>", [Paragraph("x"), Divider()]),
        ("<blockquote><p>A</p><p>B</p><footer>— Ada</footer></blockquote>", [Quote("A<br><br>B", "Ada")]),
        ("<blockquote>A<p>— Ada</p></blockquote>", [Quote("A", "Ada")]),
        (
            "<figure><img src='https://a.example/i.png' alt='I'><figcaption>By <b>Ann</b></figcaption></figure>",
            [Image("https://a.example/i.png", "I", "By <strong>Ann</strong>")],
        ),
        ("<img src='https://a.example/i.png' alt=''>", [Image("https://a.example/i.png", None)]),
        ("<iframe src='//v.example/1' title='Film'>no frames</iframe>", [Embed("https://v.example/1", "Film")]),
        ("<p>x</p><img src='https://t.example/' width=1 height=1>", [Paragraph("x")]),
        ("<p>x <img class='emoji' src='https://e.example/s.png' alt='😀'></p>", [Paragraph("x 😀")]),
        ("<p><a class='btn' href='https://a.example/'>Book</a></p>", [CallToAction("", "Book", "https://a.example/")]),
        ("<p>x</p><p><em>Sponsored by Acme</em></p>", [Paragraph("x"), Sponsor("Acme", "<em>Sponsored by Acme</em>")]),
    ],
)
def test_html_becomes_these_blocks(html, expected):
    assert blocks(html) == expected


def test_lists_nest_whether_or_not_their_html_is_right():
    nested = (ListItem("a", items=(ListItem("b"),)), ListItem("text", "Label"))
    assert blocks("<ul><li>a<ul><li>b</li></ul></li><li><b>Label:</b> text</li></ul>") == [List(nested)]
    assert blocks("<ul><li>a</li><ul><li>b</li></ul><li><b>Label</b>: text</li></ul>") == [List(nested)]
    assert blocks("<ol><li><p>a</p><p>b</p></li></ol>") == [List((ListItem("a<br>b"),), ordered=True)]


def test_a_table_of_data_stays_a_table_and_a_layout_falls_apart():
    data = "<table><tr><th>A<th>B<tr><td>1<td><b>2</b><tr><td colspan=2>3</table>"
    assert blocks(data) == [Table(("A", "B"), (("1", "<strong>2</strong>"), ("3", "")))]
    layout = "<table><tr><td><h2>H</h2>x</td><td><ul><li>y</ul></td></tr></table>"
    assert blocks(f"<h1>T</h1>{layout}") == [Heading(2, "H"), Paragraph("x"), List((ListItem("y"),))]


def test_a_first_row_all_in_bold_is_the_tables_heading():
    bold, plain = "<tr><td><b>Day</b></td><td><b>Hours</b></td></tr>", "<tr><td>Monday</td><td>8–18</td></tr>"
    assert blocks(f"<table>{bold}{plain}</table>") == [Table(("Day", "Hours"), (("Monday", "8–18"),))]
    assert blocks(f"<table>{bold}{bold}</table>")[0].header == ()
    assert blocks(f"<table>{plain}{bold}</table>")[0].header == ()


def test_a_short_line_in_italics_below_a_picture_is_its_caption():
    picture, line = '<p><img src="https://a.example/1.png" alt="A"></p>', "<p><em>One fold <b>is</b> enough.</em></p>"
    [captioned] = blocks(picture + line)
    assert captioned == Image("https://a.example/1.png", "A", "One fold <strong>is</strong> enough.")
    assert blocks(picture + line + line)[1:] == [Paragraph("<em>One fold <strong>is</strong> enough.</em>")]
    assert len(blocks(f"{picture}<p><em>{'word ' * 40}</em></p>")) == 2
    assert len(blocks(f"{picture}<p><em>One</em> and <em>two</em></p>")) == 2
    assert len(blocks(f"<p>Words.</p>{line}")) == 2


def test_who_said_it_may_stand_behind_a_quotation():
    assert blocks("<blockquote>“My locker, please.” — Mr Adeyemi</blockquote>") == [
        Quote("“My locker, please.”", "Mr Adeyemi")
    ]
    assert blocks("<blockquote>Never — ever</blockquote>") == [Quote("Never — ever")]


def test_a_paste_from_google_docs_keeps_its_bold_and_loses_its_wrapper():
    article = read_html(
        '<b style="font-weight:normal;" id="docs-internal-guid-1"><h1><span style="font-weight:400">Docs</span></h1><p>'
        '<span style="font-weight:700">Bold</span><span style="font-weight:400"> plain </span>'
        '<span style="font-style:italic">it</span> <a href="https://a.example/">'
        '<span style="text-decoration:underline">link</span></a></p><br></b>'
    )
    assert article.title == "Docs"
    assert article.blocks == (
        Paragraph('<strong>Bold</strong> plain <em>it</em> <a href="https://a.example/">link</a>'),
    )


def test_a_paste_from_word_keeps_headings_and_lists():
    article = read_html(
        "<?xml:namespace prefix=o /><div class=OutlineElement><p role=heading aria-level=1>Title</p></div>"
        "<p class=MsoNormal>Text<o:p></o:p></p><p style='mso-list:l0 level1 lfo1'><![if !supportLists]>"
        "<span style='mso-list:Ignore'>1.<span>&nbsp; </span></span><![endif]>First</p>"
        "<p style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>Deep</p>"
        "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>2.</span>Last</p>"
        "<p role=heading aria-level=2>Sub</p>"
    )
    assert article.title == "Title"
    assert article.blocks == (
        Paragraph("Text"),
        List((ListItem("First", items=(ListItem("Deep"),)), ListItem("Last")), ordered=True),
        Heading(2, "Sub"),
    )


def test_what_is_left_out_is_said():
    article = read_html("<h1>T</h1><p><a href='/x'>rel</a> <img src='data:image/png;base64,AA' alt='I'></p>")
    assert article.blocks == (Paragraph("rel"), Image("", "I"))
    assert [remark.code for remark in article.warnings] == ["links_left_out", "pictures_left_out", "image_missing"]


def test_braces_are_only_shown():
    article = read_html(
        '<h1>x</h1><p>{{ 7*7 }} &#123;% x %&#125; <a href="https://a.example/{{ x }}" title="{{ y }}">z</a>'
    )
    assert "{" not in article.blocks[0].text
    assert "}" not in article.blocks[0].text


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "blockquote", "table><tr><td", "span"])
def test_twenty_thousand_nested_tags_are_refused(tag):
    with pytest.raises(ArticleBroken, match=r"nested more than 200 deep|more than 40,000 tags"):
        read_html(f"<{tag}>" * 20_000 + "x")


def test_a_hundred_and_ninety_nested_tags_are_laid_flat():
    assert blocks("<div><b>" * 90 + "x") == [Paragraph("<strong>x</strong>")]
    (block,) = blocks("<ul><li>x" * 90)
    article = read_html("<ul><li>x" * 90)
    assert article_from_json(article_to_json(article)).blocks == (block,)
    depth, items = 0, block.items
    while items:
        depth, items = depth + 1, items[-1].items
    assert depth <= 7


TAGS = ["p", "div", "b", "i", "a", "ul", "ol", "li", "table", "tr", "td", "th", "h1", "h2", "blockquote", "figure"]
MORE = ["figcaption", "pre", "code", "span", "cite", "footer", "caption", "script", "svg", "iframe", "dl", "dt"]
ATTRIBUTES = ["", " onclick=alert(1)", " style='font-weight:bold'", " style='mso-list:l0 level2 lfo1'", " role=heading"]
LINKS = [" href='javascript:x'", " href='https://a.example/{{x}}'", " src='//e.example'", " class='btn'"]
HTML = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(TAGS + MORE), st.sampled_from(ATTRIBUTES + LINKS)),
    st.builds("</{}>".format, st.sampled_from(TAGS + MORE)),
    st.sampled_from(
        ["word", " ", "{{ x }}", "{%", "<br>", "<img src=x onerror=y alt='{{z}}'>", "&#123;&#123;", "<", "<!--"]
    ),
)


def inline_fields(value):
    if isinstance(value, dict):
        shown = [value[name] for name in ("text", "caption") if name in value and value.get("type") != "code"]
        return shown + [
            text for name in ("items", "blocks") for item in value.get(name, []) for text in inline_fields(item)
        ]
    return []


@settings(max_examples=100, deadline=None)
@given(st.lists(HTML, max_size=30).map("".join))
def test_nothing_that_can_act_comes_out_of_any_html(html):
    document = article_to_json(read_html(html))
    for text in inline_fields(document):
        assert "{" not in text
        for word in ("<script", "onclick", "onerror", "javascript:", "<svg", "<iframe", "<img", "style="):
            assert word not in text
    assert article_to_json(article_from_json(document)) == document


def test_a_heading_of_two_lines_that_opens_becomes_a_title_of_one():
    article = read_html("<h2>Water<br>in winter</h2><p>Drink it.</p>")
    assert article.title == "Water in winter"
    assert article_from_json(article_to_json(article)) == article
