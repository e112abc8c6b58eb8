"""Blocks that are only for some people, and columns: shown in the letter, its text and its page on the web."""

from dataclasses import replace

import pytest

from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import (
    Article,
    CallToAction,
    Code,
    Columns,
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
from emails.content import LetterPlan, Recipient
from emails.errors import ArticleBroken, TemplateBroken
from emails.preflight.page import read_page
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from emails.render.web_page import make_web_page
from emails.themes.catalogue import THEMES
from tests.emails.render.samples import BRAND, LINKS

PLAN = LetterPlan(subject="Water")
LYON = Recipient("amara@example.test", "Amara", fields={"town": "Lyon"}, lists=(3,))
PARIS = Recipient("bo@example.test", "Bo", fields={"town": "Paris"})
ONLY = "field.town == 'Lyon'"
SOME = (
    Image("https://images.example.test/lyon.jpg", "Lyon by night", "The Saône"),
    Heading(2, "For Lyon"),
    Paragraph("Come to {{ field.town }}"),
    List((ListItem("One way"),)),
    Quote("Lovely", "A Lyonnais"),
    CallToAction("Come", "Book Lyon", "https://example.test/lyon", "Join us"),
    Divider(),
    Code("lyon = 1"),
    Table(("What",), (("Lyon",),)),
    Embed("https://example.test/film", "The film"),
    Columns(((Paragraph("Left in Lyon"),), (Paragraph("Right in Lyon"),))),
)
BOTH = Article(
    "Two towns",
    (
        Paragraph("First."),
        Columns(
            (
                (Heading(3, "North"), Paragraph("Cold."), Image("https://images.example.test/n.jpg", "Snow", "Ice")),
                (
                    List((ListItem("Sun", "Noon"),)),
                    Quote("Warm", "Her"),
                    Paragraph("Only Lyon.", only=ONLY),
                    CallToAction("Come", "Go south", "https://example.test/s", "South"),
                    Divider(),
                    Code("x = 1"),
                    Table(("A", "B"), (("1", "2"),)),
                    Embed("https://example.test/film", "Film"),
                ),
            )
        ),
        Paragraph("Members only.", only="3 in subscriber.lists"),
        Paragraph("Last."),
    ),
)


def letter(article, person=LYON, theme="calm"):
    return render_letter(compile_letter(article, BRAND, PLAN, theme=theme), person, LINKS)


@pytest.mark.parametrize("block", SOME, ids=lambda block: type(block).__name__)
@pytest.mark.parametrize("theme", THEMES)
def test_who_a_block_is_not_for_gets_the_letter_without_it(block, theme):
    """Byte for byte, in the text part; in the HTML no trace of it is left but an empty line of running text."""
    around = (Paragraph("Before."), Divider()), (Divider(), Paragraph("After."))
    without = letter(Article("T", (*around[0], *around[1])), PARIS, theme)
    conditional = Article("T", (*around[0], replace(block, only=ONLY), *around[1]))
    seen, unseen = letter(conditional, LYON, theme), letter(conditional, PARIS, theme)
    assert unseen.text == without.text
    assert "Lyon" not in unseen.html.replace(".half", "")
    plain = letter(Article("T", (*around[0], block, *around[1])), LYON, theme)
    if not isinstance(block, Image):
        assert seen.text == plain.text
        assert seen.html == plain.html


def test_a_block_for_the_members_of_a_list_is_theirs_alone():
    assert "Members only." in letter(BOTH).html
    assert "Members only." in letter(BOTH).text
    assert "Members only." not in letter(BOTH, PARIS).html
    assert "Members only." not in letter(BOTH, PARIS).text


def test_the_field_a_block_is_for_needs_no_default_inside_it():
    article = Article("T", (Paragraph("You live in {{ field.town }}.", only=ONLY), Paragraph("{{ field.age }}")))
    assert compile_letter(article, BRAND, PLAN).fields_without_default == {"field.age"}


@pytest.mark.parametrize("theme", THEMES)
def test_columns_stand_side_by_side_and_stack_on_a_telephone(theme):
    html = letter(BOTH, theme=theme).html
    assert html.count("mj-column-per-50") >= 2
    assert "max-width:519px" in html
    assert ".half>table>tbody>tr>td" in html
    page = read_page(html)
    assert [picture.alt for picture in page.pictures] == ["Snow"]


def test_columns_are_one_after_the_other_in_the_text():
    text = letter(BOTH).text
    words = ["North", "Cold.", "[Snow]", "- Noon: Sun", "> Warm", "Only Lyon.", "[Go south]", "x = 1", "A: 1", "Film"]
    places = [text.index(word) for word in words]
    assert places == sorted(places)
    assert "\n\n\n\n" not in letter(BOTH, PARIS).text


def test_a_page_on_the_web_shows_what_nobody_in_particular_would_read():
    page = make_web_page(BOTH, BRAND, PLAN)
    assert '<div class="columns"><div><h2>North</h2>' in page.body
    assert "Members only." not in page.body
    assert "Only Lyon." not in page.body


def test_a_condition_that_cannot_be_asked_names_its_block():
    with pytest.raises(TemplateBroken, match=r"Block 1, paragraph, only for: field\. cannot be read"):
        letter(Article("T", (Paragraph("x", only="field."),)))


def test_conditions_and_columns_make_the_trip_through_json():
    assert article_from_json(article_to_json(BOTH)) == BOTH
    assert article_to_json(BOTH)["blocks"][2]["only"] == "3 in subscriber.lists"
    assert "only" not in article_to_json(BOTH)["blocks"][0]


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ({"type": "columns", "columns": [[]]}, "blocks[0].columns"),
        ({"type": "columns", "columns": [[], {}]}, "blocks[0].columns[1]"),
        ({"type": "columns", "columns": [[], [{"type": "sponsor"}]]}, "blocks[0].columns[1][0].type"),
        ({"type": "columns", "columns": [[{"type": "columns"}], []]}, "blocks[0].columns[0][0].type"),
        ({"type": "sponsor", "name": "A", "text": "B", "only": "field.a"}, "blocks[0].only"),
        ({"type": "divider", "only": "x" * 501}, "blocks[0].only"),
    ],
)
def test_what_cannot_stand_there_is_refused_by_its_place(block, place):
    with pytest.raises(ArticleBroken) as refused:
        article_from_json({"title": "T", "blocks": [block]})
    assert refused.value.place == place


def test_who_paid_is_told_to_everybody():
    article = Article("T", (Sponsor("Acme", "Paid by Acme"), Paragraph("x", only=ONLY)))
    assert letter(article, PARIS).text.count("Acme") >= 2
