"""What Markdown becomes: front matter, blocks, and foreign tags that stay inert."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import Code, Divider, Heading, Image, List, ListItem, Paragraph, Quote, Table
from emails.articles.markdown import read_markdown
from emails.errors import ArticleBroken

FRONT = """---
title: "A: quoted title"
date: 2026-03-01 10:00:00 +0100
description: >
  Folded over
  two lines
author: [Ann, "Bob"]
image: https://a.example/i.jpg
image_alt: A hill
lang: de_AT
tags:
  - x
---
"""


def blocks(text):
    return list(read_markdown(text).blocks)


def test_front_matter_fills_the_fields_of_the_article():
    article = read_markdown(FRONT + "# A: quoted title\n\nText.\n")
    assert article.title == "A: quoted title"
    assert (article.date, article.author, article.language) == ("2026-03-01", "Ann, Bob", "de-AT")
    assert article.description == "Folded over two lines"
    assert article.blocks == (Image("https://a.example/i.jpg", "A hill"), Paragraph("Text."))
    assert article.warnings == ()


def test_toml_front_matter_is_read_too():
    article = read_markdown(
        '+++\ntitle = "T"\ndate = 2026-03-01T10:00:00Z\nauthors = ["A", "B"]\n[params]\nx = 1\n+++\nText\n'
    )
    assert (article.title, article.date, article.author) == ("T", "2026-03-01", "A, B")


def test_a_rule_at_the_top_is_no_front_matter():
    assert blocks("---\n\nText and more\n\n---\n\nEnd") == [
        Divider(),
        Paragraph("Text and more"),
        Divider(),
        Paragraph("End"),
    ]


def test_the_first_first_level_heading_is_the_title_and_others_stay():
    article = read_markdown("# One *two*\n\n# Three\n\n## Four\n\nText")
    assert article.title == "One two"
    assert article.blocks == (Heading(2, "Three"), Heading(3, "Four"), Paragraph("Text"))
    kept = read_markdown("---\ntitle: Front\n---\n# Own\n\n## Below\n\nText")
    assert kept.title == "Front"
    assert kept.blocks[:2] == (Heading(2, "Own"), Heading(3, "Below"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '**b** *i* ~~s~~ `c` "q" -- ... (c)',
            [Paragraph('<strong>b</strong> <em>i</em> <s>s</s> <code>c</code> "q" -- ... (c)')],
        ),
        (
            '[l](https://a.example/ "t") https://b.example/x plain.com',
            [
                Paragraph(
                    '<a href="https://a.example/" title="t">l</a> '
                    '<a href="https://b.example/x">https://b.example/x</a> plain.com'
                )
            ],
        ),
        (
            "x\n\n1. a\n   - b\n2. c",
            [Paragraph("x"), List((ListItem("a", items=(ListItem("b"),)), ListItem("c")), ordered=True)],
        ),
        ("x\n\n- **Label:** text", [Paragraph("x"), List((ListItem("text", "Label"),))]),
        ("x\n\n```py\nif a < {b}:\n    c\n```", [Paragraph("x"), Code("if a < {b}:\n    c", "py")]),
        ("x\n\n| a | b |\n|---|---|\n| 1 | *2* |", [Paragraph("x"), Table(("a", "b"), (("1", "<em>2</em>"),))]),
        ("x\n\n> Said.\n>\n> — Ada", [Paragraph("x"), Quote("Said.", "Ada")]),
        ("![A hill](https://a.example/i.png)", [Image("https://a.example/i.png", "A hill")]),
        ("<div onclick=x>\n\ninner <b>raw</b><script>x</script>\n\n</div>", [Paragraph("inner <strong>raw</strong>")]),
    ],
)
def test_markdown_becomes_these_blocks(text, expected):
    assert blocks(text) == expected


def test_liquid_and_merge_tags_are_shown_and_said():
    article = read_markdown("# T\n\n{% include x.html %} {{ site.title }} `{{ y }}`")
    assert article.blocks[0].text == (
        "&#123;% include x.html %&#125; &#123;&#123; site.title &#125;&#125; <code>&#123;&#123; y &#125;&#125;</code>"
    )
    assert [remark.code for remark in article.warnings] == ["liquid_shown"]


@pytest.mark.parametrize(
    "text",
    [
        "> " * 20_000 + "x",
        "- " * 20_000 + "x",
        "[" * 59_000,
        ("[" * 1000 + "\n\n") * 1900,
        "*a_ " * 30_000,
        "<b>" * 20_000,
        "- a\n\n" * 60_000,
        ("> " * 30 + "x\n") * 20_000,
    ],
)
def test_hostile_markdown_is_refused_with_a_cure(text):
    with pytest.raises(ArticleBroken, match=r"Remove|Break|Split|Paste"):
        read_markdown(text)


def test_the_refused_line_is_counted_with_the_front_matter():
    with pytest.raises(ArticleBroken, match="line 5") as refusal:
        read_markdown("---\ntitle: x\n---\n\n" + "> " * 120 + "x")
    assert refusal.value.place == "line 5"


MARKS = ["# ", "- ", "1. ", "> ", "**", "_", "`", "```\n", "\n", "\n\n", "|", "|-|-|", "---\n"]
WORDS = ["[x](javascript:y)", "![z](", "word ", "{{ x }}", "{% y %}", "title: {{ q }}\n", "&#123;"]
PIECES = st.sampled_from([*MARKS, *WORDS, "<script>", "<b onclick=x>", "</b>", "<svg onload=x>"])


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_nothing_that_can_act_comes_out_of_any_markdown(text):
    document = article_to_json(read_markdown(text))
    for block in document["blocks"]:
        words = block.get("text", "") if block["type"] != "code" else ""
        assert "{" not in words
        for word in ("<script", "<b onclick", 'href="javascript', "<svg"):
            assert word not in words
    assert article_to_json(article_from_json(document)) == document
