"""The article's JSON document: there and back, and what it refuses by place."""

import json

import pytest

from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import (
    Article,
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
    Remark,
    Sponsor,
    Table,
)
from emails.errors import ArticleBroken

EVERYTHING = Article(
    title="A & B < C",
    subtitle="Sub",
    description="What it is",
    language="de-AT",
    author="Ada",
    date="2026-03-31",
    canonical_url="https://a.example/x",
    blocks=(
        Image("", "A woman sits.", "By <em>Ann</em>"),
        Image("https://a.example/i.png", None),
        Heading(3, "One &#123;&#123; two"),
        Paragraph('Hi {{ subscriber.first_name }} <a href="https://a.example/">x</a>'),
        List((ListItem("text", "Label"), ListItem("a", items=(ListItem("b"),))), ordered=True),
        Quote("Said", "Somebody"),
        CallToAction("Text", "Book", "https://a.example/book", "Ready?"),
        Sponsor("Acme", "Posted on behalf of Acme"),
        Divider(),
        Code("if x:\n    y < {z}", "python"),
        Table(("a", "b"), (("1",), ("2", "<b>3</b>"))),
        Embed("https://v.example/1", "Film"),
    ),
    warnings=(Remark("image_missing", "Bring one.", "block 1"),),
)


def test_every_kind_of_block_makes_the_trip_there_and_back():
    document = json.loads(json.dumps(article_to_json(EVERYTHING)))
    assert article_from_json(document) == EVERYTHING
    assert article_to_json(article_from_json(document)) == document


def test_the_document_has_the_documented_shape():
    document = article_to_json(EVERYTHING)
    assert list(document) == [
        "version",
        "title",
        "subtitle",
        "description",
        "language",
        "author",
        "date",
        "canonical_url",
        "blocks",
        "warnings",
    ]
    assert document["blocks"][4] == {
        "type": "list",
        "ordered": True,
        "items": [
            {"text": "text", "label": "Label", "items": []},
            {"text": "a", "label": "", "items": [{"text": "b", "label": "", "items": []}]},
        ],
    }
    assert document["blocks"][6]["type"] == "cta"


def test_inline_html_is_made_safe_on_the_way_in():
    article = article_from_json({"title": "x", "blocks": [{"type": "paragraph", "text": "a<script>b</script> <b>c"}]})
    assert article.blocks == (Paragraph("a <b>c</b>"),)


def nested(depth):
    item = {"text": "x"}
    for _ in range(depth):
        item = {"text": "x", "items": [item]}
    return {"blocks": [{"type": "list", "items": [item]}]}


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "the article"),
        ({"title": 3}, "title"),
        ({"version": 2}, "version"),
        ({"date": "yesterday"}, "date"),
        ({"canonical_url": "javascript:x"}, "canonical_url"),
        ({"blocks": {}}, "blocks"),
        ({"blocks": ["x"]}, "blocks[0]"),
        ({"blocks": [{}]}, "blocks[0].type"),
        ({"blocks": [{"type": "marquee"}]}, "blocks[0].type"),
        ({"blocks": [{"type": "divider"}, {"type": "heading", "level": 1, "text": "x"}]}, "blocks[1].level"),
        ({"blocks": [{"type": "heading", "level": "2", "text": "x"}]}, "blocks[0].level"),
        ({"blocks": [{"type": "paragraph", "txet": "x"}]}, "blocks[0].txet"),
        ({"blocks": [{"type": "list", "items": [{"text": 1}]}]}, "blocks[0].items[0].text"),
        ({"blocks": [{"type": "list", "ordered": 1}]}, "blocks[0].ordered"),
        ({"blocks": [{"type": "cta", "url": "javascript:alert(1)"}]}, "blocks[0].url"),
        ({"blocks": [{"type": "embed"}]}, "blocks[0].url"),
        ({"blocks": [{"type": "image", "src": "data:image/png;base64,x"}]}, "blocks[0].src"),
        ({"blocks": [{"type": "image", "src": "//x.example/y"}]}, "blocks[0].src"),
        ({"blocks": [{"type": "table", "header": [], "rows": [["a"], ["b", 2]]}]}, "blocks[0].rows[1][1]"),
        ({"blocks": [{"type": "table", "rows": ["a"]}]}, "blocks[0].rows[0]"),
        ({"blocks": [{"type": "paragraph", "text": "<b>" * 300}]}, "blocks[0].text"),
        ({"blocks": [{"type": "paragraph", "text": "x" * 16_000_001}]}, "blocks[0].text"),
        ({"warnings": [{"code": None}]}, "warnings[0].code"),
        (nested(51), "blocks[0]" + ".items[0]" * 50 + ".items"),
    ],
)
def test_a_wrong_field_is_refused_by_its_place(document, place):
    with pytest.raises(ArticleBroken) as refusal:
        article_from_json(document)
    assert refusal.value.place == place
    assert str(refusal.value).startswith(place)


def test_lists_may_nest_fifty_deep():
    document = nested(49)
    assert article_to_json(article_from_json(document))["blocks"][0]["items"][0]["items"]


def test_an_upload_and_a_decorative_picture_are_accepted():
    blocks = [
        {"type": "image", "src": "/assets/3.jpg", "alt": None},
        {"type": "image", "src": "asset:7", "alt": ""},
    ]
    assert article_from_json({"blocks": blocks}).blocks == (
        Image("/assets/3.jpg", None),
        Image("asset:7", ""),
    )
