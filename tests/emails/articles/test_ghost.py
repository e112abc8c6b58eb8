"""Ghost's JSON: HTML first, then Lexical, Mobiledoc and plain text; cards; tables in either shape."""

import json

import pytest

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
)
from emails.articles.imported import LeftOut
from emails.articles.parse import parse_one
from emails.errors import ArticleBroken
from tests.emails.articles.samples import codes, found_in, ghost, lexical, only


def text(words, style=0):
    return {"type": "text", "text": words, "format": style}


def node(kind, *children, **fields):
    return {"type": kind, "children": list(children), **fields}


def lexical_blocks(*children):
    return only(ghost({"lexical": lexical(*children)}), base="https://g.example").article


def test_a_post_brings_its_details_and_its_lead_picture():
    post = {
        "html": "<p>Words.</p>",
        "slug": "first",
        "feature_image": "__GHOST_URL__/f.png",
        "custom_excerpt": "Ex",
        "published_at": "2026-01-01T00:00:00Z",
    }
    found = only(
        ghost(
            post,
            posts_meta=[{"post_id": "0", "feature_image_alt": "F", "feature_image_caption": "C <i>x</i>"}],
            users=[{"id": "u", "name": "Ann"}, {"id": "v", "name": "Bob"}],
            posts_authors=[
                {"post_id": "0", "author_id": "v", "sort_order": 1},
                {"post_id": "0", "author_id": "u", "sort_order": 0},
            ],
        ),
        base="https://g.example",
    )
    article = found.article
    assert (found.part, article.title, article.author) == ("first", "T", "Ann, Bob")
    assert (article.date, article.description) == ("2026-01-01", "Ex")
    assert article.blocks == (Image("https://g.example/f.png", "F", "C <i>x</i>"), Paragraph("Words."))


@pytest.mark.parametrize(
    "document",
    [
        {"db": [{"data": {"posts": [{"title": "A", "html": "<p>x</p>"}]}}]},
        {"db": {"data": {"posts": [{"title": "A", "html": "<p>x</p>"}]}}},
        {"data": {"posts": [{"title": "A", "html": "<p>x</p>"}]}, "meta": {}},
    ],
)
def test_either_shape_of_the_tables_is_read(document):
    article = only(json.dumps(document), name="a.json").article
    assert (article.title, article.blocks) == ("A", (Paragraph("x"),))


def test_lexical_words_lists_and_quotes():
    article = lexical_blocks(
        node("heading", text("Head {{x}}", 1), tag="h2"),
        node(
            "paragraph",
            text("a", 3),
            node("link", text("l"), url="https://a.example/"),
            {"type": "linebreak"},
            text("b"),
        ),
        node(
            "list",
            node("listitem", text("one")),
            node("listitem", node("list", node("listitem", text("in")), listType="bullet")),
            listType="number",
        ),
        node("quote", text("Said")),
    )
    assert article.blocks == (
        Heading(2, "Head &#123;&#123;x&#125;&#125;"),
        Paragraph('<em><strong>a</strong></em><a href="https://a.example/">l</a><br>b'),
        List((ListItem("one", items=(ListItem("in"),)),), ordered=True),
        Quote("Said"),
    )


CARDS = [
    ({"type": "image", "src": "__GHOST_URL__/a.png", "alt": "A", "caption": "<b>C</b>"},
     Image("https://g.example/a.png", "A", "<strong>C</strong>")),
    ({"type": "callout", "calloutText": "note", "calloutEmoji": "💡"}, Paragraph("💡 note")),
    ({"type": "button", "buttonText": "Go", "buttonUrl": "https://g.example/go"},
     CallToAction("", "Go", "https://g.example/go")),
    ({"type": "bookmark", "url": "https://b.example/", "metadata": {"title": "B"}},
     Paragraph('<a href="https://b.example/">B</a>')),
    ({"type": "embed", "url": "https://v.example/1", "html": "<iframe>"}, Embed("https://v.example/1")),
    ({"type": "codeblock", "code": "<x>", "language": "js"}, Code("<x>", "js")),
    ({"type": "horizontalrule"}, Divider()),
    ({"type": "html", "html": "<script>alert(1)</script><p onclick=x>raw</p>"}, Paragraph("raw")),
    ({"type": "markdown", "markdown": "**b**"}, Paragraph("<strong>b</strong>")),
    ({"type": "file", "src": "https://g.example/f.pdf", "fileTitle": "F"},
     Paragraph('<a href="https://g.example/f.pdf">F</a>')),
]  # fmt: skip


@pytest.mark.parametrize(("card", "block"), CARDS, ids=[card["type"] for card, _ in CARDS])
def test_a_card_becomes_a_block(card, block):
    assert lexical_blocks(node("paragraph", text("Before")), card).blocks == (Paragraph("Before"), block)


def test_an_unknown_card_is_said_and_never_lost_in_silence():
    article = lexical_blocks(node("paragraph", text("x")), {"type": "signup", "header": "Join"}, {"type": "novel"})
    (remark,) = article.warnings
    assert (remark.code, "novel, signup" in remark.message) == ("cards_left_out", True)


def test_an_unknown_container_keeps_its_words():
    assert lexical_blocks(node("novel", node("paragraph", text("kept")))).blocks == (Paragraph("kept"),)


def test_a_heading_of_the_first_level_inside_the_text_stays_in_its_place():
    article = only(ghost({"html": "<p>a</p><h1>Own</h1><p>b</p><h2>Sub</h2>"})).article
    assert article.title == "T"
    assert article.blocks == (Paragraph("a"), Heading(2, "Own"), Paragraph("b"), Heading(3, "Sub"))


def test_mobiledoc_words_marks_atoms_lists_and_cards():
    document = {
        "atoms": [["soft-return", "", {}], ["mention", "@bob", {}]],
        "cards": [["image", {"src": "https://a.example/a.png", "caption": "c"}], ["hr", {}], ["weird", {}]],
        "markups": [["a", ["href", "https://a.example/"]], ["strong"]],
        "sections": [
            [1, "h2", [[0, [], 0, "H"]]],
            [1, "p", [[0, [0], 0, "l"], [0, [1], 2, "both"], [1, [], 0, 0], [1, [], 0, 1], [0, [], 0, " end"]]],
            [3, "ol", [[[0, [], 0, "i"]], [[0, [], 0, "j"]]]],
            *([10, number] for number in range(3)),
        ],
    }
    article = only(ghost({"mobiledoc": json.dumps(document)})).article
    assert article.blocks == (
        Heading(2, "H"),
        Paragraph('<a href="https://a.example/">l<strong>both</strong></a><br>@bob end'),
        List((ListItem("i"), ListItem("j")), ordered=True),
        Image("https://a.example/a.png", None, "c"),
        Divider(),
    )
    assert codes(article) == ["cards_left_out"]


def test_a_draft_a_page_and_a_paid_post_are_read_and_said():
    post = {"plaintext": "Hello\n\nWords", "status": "draft", "visibility": "paid", "type": "page"}
    article = only(ghost(post)).article
    assert article.blocks == (Paragraph("Hello"), Paragraph("Words"))
    assert codes(article) == ["not_published", "not_public", "other_type"]


@pytest.mark.parametrize("post", [{}, {"html": "<p> </p>"}, {"lexical": "{"}, {"mobiledoc": "[1]"}, {"html": 7.5}])
def test_a_post_without_readable_words_is_left_out_and_the_next_is_read(post):
    first, second = found_in(ghost(post, {"html": "<p>fine</p>"}))
    assert isinstance(first, LeftOut)
    assert first.part == "T"
    assert second.article.blocks == (Paragraph("fine"),)


def test_a_tower_of_nodes_is_left_out():
    tower = node("paragraph", text("x"))
    for _ in range(70):
        tower = node("paragraph", tower)
    (found,) = found_in(ghost({"lexical": lexical(tower)}))
    assert "nested more than 60 deep" in found.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ('{"db": []}', "no export of Ghost"),
        ('{"data": {"posts": 3}}', "no export of Ghost"),
        ('{"data": {"posts": []}}', "no export of Ghost"),
        ("[1, 2]", "no export of Ghost"),
        (ghost({"html": "x"})[:-5], "The JSON is broken"),
        ("[" * 100_000, "The JSON is broken"),
    ],
)
def test_what_is_no_export_is_refused(data, reason):
    with pytest.raises(ArticleBroken, match=reason):
        parse_one(data, kind="ghost", name="a.json")


def test_no_key_of_the_site_is_read():
    secret = "sk_live_never_shown"
    data = ghost({"html": "<p>x</p>"}, settings=[{"key": "stripe", "value": secret}], api_keys=[{"secret": secret}])
    assert secret not in repr(found_in(data))
