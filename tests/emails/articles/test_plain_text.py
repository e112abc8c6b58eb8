"""What plain text becomes: the client's article exactly, and the rules one by one."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import (
    CallToAction,
    Code,
    Divider,
    Heading,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Sponsor,
)
from emails.articles.inline import text_of
from emails.articles.plain_text import read_plain_text
from emails.errors import ArticleBroken
from tests.emails.articles.words import orders_of_article, words_of, words_of_article

DATA = Path(__file__).parents[2] / "data"
CLIENT = (DATA / "article.txt").read_text(encoding="utf-8")
BODY = "This is an ordinary paragraph of the article. It goes on for a while, so that a heading above it makes sense."


def kinds(article):
    return [type(block).__name__ for block in article.blocks]


def test_the_clients_article_becomes_these_blocks_in_this_order():
    article = read_plain_text(CLIENT)
    assert article.title == ("Embracing New Beginnings: Therapeutic Ketamine for Depression in the New Year")
    assert kinds(article) == [
        "Image",
        "Paragraph",
        "Heading",
        "Paragraph",
        "Heading",
        "Paragraph",
        "Heading",
        "Paragraph",
        "List",
        "Heading",
        "Paragraph",
        "Paragraph",
        "CallToAction",
        "Sponsor",
    ]
    headings = [block for block in article.blocks if isinstance(block, Heading)]
    assert headings == [
        Heading(2, "Understanding Depression"),
        Heading(2, "Traditional Treatments: A Long and Winding Road"),
        Heading(2, "Ketamine: A Different Kind of Hero"),
        Heading(2, "A Brighter Future with Personalized Treatment"),
    ]


def test_the_clients_article_opens_with_a_picture_that_is_described_and_missing():
    image = read_plain_text(CLIENT).blocks[0]
    assert image == Image("", CLIENT.split("\n", 1)[0])


def test_the_clients_list_has_three_labels():
    block = read_plain_text(CLIENT).blocks[8]
    assert isinstance(block, List)
    assert not block.ordered
    assert [item.label for item in block.items] == [
        "Increased neuroplasticity",
        "Reduced inflammation",
        "Rapid-acting relief",
    ]
    assert block.items[2].text.startswith("Unlike SSRIs, ketamine’s effects can be felt within hours")


def test_the_clients_last_paragraph_is_cut_before_its_question():
    *_, before, call, sponsor = read_plain_text(CLIENT).blocks
    assert isinstance(before, Paragraph)
    assert before.text.startswith("Amidst the challenges")
    assert before.text.endswith("solutions that inspire hope.")
    assert isinstance(call, CallToAction)
    assert call.heading.startswith("Are you ready to embark")
    assert call.heading.endswith("persistent depression?")
    assert call.text.startswith("Take the first step towards a healthier future. Contact IV Drips today")
    assert call.text.endswith("path to a better quality of life.")
    assert (call.button, call.url) == ("Contact IV Drips", "")
    assert sponsor == Sponsor("IVDrips", "Posted on behalf of IVDrips")


def test_the_clients_article_warns_of_what_is_open():
    warnings = {remark.code: remark.message for remark in read_plain_text(CLIENT).warnings}
    assert set(warnings) == {"image_missing", "button_address_missing", "names_differ"}
    assert "“IVDrips”" in warnings["names_differ"]
    assert "“IV Drips”" in warnings["names_differ"]


def test_not_one_character_of_the_clients_article_is_lost_or_altered():
    article = read_plain_text(CLIENT)
    assert words_of_article(article) == words_of(CLIENT)
    image, *rest = article.blocks
    shown = [image.alt, article.title]
    for block in rest:
        if isinstance(block, List):
            shown += [f"• {item.label}: {text_of(item.text)}" for item in block.items]
        else:
            shown += [getattr(block, "heading", ""), text_of(block.text)]
    assert " ".join(" ".join(shown).split()) == " ".join(CLIENT.split())


def test_windows_and_old_mac_line_ends_change_nothing():
    assert read_plain_text(CLIENT.replace("\n", "\r\n")) == read_plain_text(CLIENT)
    assert read_plain_text(CLIENT.replace("\n", "\r")) == read_plain_text(CLIENT)


def found_in(article):
    """What was found of each kind, as tests/data/articles/truth.json marks it."""
    blocks = article.blocks
    return {
        "headings": [text_of(block.text) for block in blocks if isinstance(block, Heading)],
        "lists": [len(block.items) for block in blocks if isinstance(block, List)],
        "quotes": [block.by for block in blocks if isinstance(block, Quote)],
        "calls": [block.url for block in blocks if isinstance(block, CallToAction)],
        "sponsors": [block.name for block in blocks if isinstance(block, Sponsor)],
    }


@pytest.mark.parametrize("kind", ["headings", "lists", "quotes", "calls", "sponsors"])
def test_what_stands_in_articles_of_many_kinds_is_found(kind):
    truth = json.loads((DATA / "articles" / "truth.json").read_text(encoding="utf-8"))
    assert len(truth) >= 24
    wanted, got = Counter(), Counter()
    for name, marked in truth.items():
        article = read_plain_text((DATA / "articles" / name).read_text(encoding="utf-8"))
        wanted.update((name, one) for one in marked[kind])
        got.update((name, one) for one in found_in(article)[kind])
    right = (got & wanted).total()
    assert right / got.total() >= 0.85, got - wanted
    assert right / wanted.total() >= 0.85, wanted - got


@pytest.mark.parametrize("path", sorted((DATA / "articles").glob("*.txt")), ids=lambda path: path.name)
def test_no_word_of_these_articles_is_lost(path):
    text = path.read_text(encoding="utf-8")
    article = read_plain_text(text)
    assert words_of_article(article) == words_of(text)
    assert article.title
    assert article_from_json(article_to_json(article)) == article


def test_hard_wrapped_lines_become_paragraphs():
    article = read_plain_text((DATA / "articles" / "hardwrapped.txt").read_text(encoding="utf-8"))
    assert kinds(article) == [
        "Paragraph",
        "Heading",
        "Paragraph",
        "Heading",
        "Paragraph",
        "List",
        "Heading",
        "Paragraph",
    ]
    assert article.blocks[0].text.endswith("slope that faces east and floods in March.")
    assert article.blocks[5].items[0] == ListItem(
        "they bruise when you look at them, so eat them under the tree.", "Early summer apples"
    )


def test_lists_keep_their_order_and_nest_by_indentation():
    text = f"Title Here\n\n{BODY}\n\n1. One\n   - inner\n   - other\n      - deep\n2. Two\n3. Three\n"
    block = read_plain_text(text).blocks[-1]
    assert block == List(
        (
            ListItem("One", items=(ListItem("inner"), ListItem("other", items=(ListItem("deep"),)))),
            ListItem("Two"),
            ListItem("Three"),
        ),
        ordered=True,
    )


@pytest.mark.parametrize(
    "line", ["1984. That was the year in which everything began.", "— Bonjour, dit-il.", "* Prices may change."]
)
def test_a_year_a_dialogue_and_a_footnote_are_no_list(line):
    assert read_plain_text(f"Title Here\n\n{BODY}\n\n{line}").blocks[-1] == Paragraph(line)


def test_a_quotation_keeps_its_marks_and_gives_its_author():
    text = f"Title Here\n\n{BODY}\n\n“Nobody asked us what we wanted, so we built it.” — Ada Byron\n\n{BODY}"
    assert read_plain_text(text).blocks[1] == Quote("“Nobody asked us what we wanted, so we built it.”", "Ada Byron")


def test_code_stays_code_and_a_rule_divides():
    text = f"Title Here\n\n{BODY}\n\n```python\nif x:\n    y({{1}})\n```\n\n* * *\n\n{BODY}"
    assert read_plain_text(text).blocks[1:3] == (Code("if x:\n    y({1})", "python"), Divider())


def test_underlined_lines_are_title_and_headings():
    article = read_plain_text(f"The Title\n=========\n\n{BODY}\n\nA part.\n-------\n{BODY}")
    assert article.title == "The Title"
    assert article.blocks[1] == Heading(3, "A part.")


def test_braces_in_a_text_are_shown_and_bare_addresses_linked():
    article = read_plain_text(
        f"Title Here\n\nWrite {{{{ 7*7 }}}} to <me> or see https://a.example/x?a=1&b=2. Thanks.\n\n{BODY}"
    )
    assert article.blocks[0].text == (
        "Write &#123;&#123; 7*7 &#125;&#125; to &lt;me&gt; or see "
        '<a href="https://a.example/x?a=1&amp;b=2">https://a.example/x?a=1&amp;b=2</a>. Thanks.'
    )


@pytest.mark.parametrize(
    ("paragraph", "button", "url"),
    [
        (
            "Seats are few this year. Book your place now at https://a.example/book.",
            "Book your place",
            "https://a.example/book",
        ),
        ("Questions? Write to hello@a.example and we will answer.", "Write to", "mailto:hello@a.example"),
        ("Want to know more? Visit Garden House to see it.", "Visit Garden House", ""),
        ("To learn how it works, contact Dr. Lee today.", "Contact Dr", ""),
        ("Sign up today.", "Sign up", ""),
    ],
)
def test_a_closing_paragraph_that_asks_becomes_a_call(paragraph, button, url):
    call = next(block for block in read_plain_text(f"Title Here\n\n{BODY}\n\n{paragraph}").blocks[::-1])
    assert isinstance(call, CallToAction)
    assert (call.button, call.url) == (button, url)


@pytest.mark.parametrize(
    "paragraph", ["Try it with cream.", "The book calls this a mistake.", "Who knows? Nobody does."]
)
def test_a_closing_paragraph_that_only_tells_stays_a_paragraph(paragraph):
    assert read_plain_text(f"Title Here\n\n{BODY}\n\n{paragraph}").blocks[-1] == Paragraph(paragraph)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Sponsored by Acme & Sons.", "Acme & Sons"),
        ("Brought to you by the Tea Board", "the Tea Board"),
        ("Advertisement", ""),
        ("Anzeige: Müller GmbH", "Müller GmbH"),
        ("Anzeige der Baumschule Lindqvist", "Baumschule Lindqvist"),
        ("Publicité : Dupont & Fils", "Dupont & Fils"),
        ("نُشر برعاية مكتبة المدينة", "مكتبة المدينة"),
        ("Sponsored by Halloran's Mill, who sent the rye and had no say.", "Halloran's Mill"),
        ("Brought to you by Fallow Paper, makers of notebooks that lie flat", "Fallow Paper"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_line_about_who_paid_is_a_sponsor(line, name, first):
    text = f"{line}\n\nTitle Here\n\n{BODY}" if first else f"Title Here\n\n{BODY}\n\n{line}"
    article = read_plain_text(text)
    assert article.title == "Title Here"
    sponsor = article.blocks[0 if first else -1]
    assert isinstance(sponsor, Sponsor)
    assert (sponsor.name, text_of(sponsor.text)) == (name, line)


def test_more_blocks_than_an_article_has_are_refused():
    with pytest.raises(ArticleBroken, match="more than 5,000 paragraphs"):
        read_plain_text("x\n" * 5_002)


def test_fifty_thousand_lines_are_refused():
    with pytest.raises(ArticleBroken, match="more than 50,000 lines"):
        read_plain_text("x\n" * 50_001)


MARKS = ["- item", "1. one", "2. two", "•", "* ", "\n", "\n\n", "\n\n ", "    ", "---", "===", "> said", "```", "\t"]
WORDS = ["word", "Two", "three,", "End.", "Why?", "“quoted”", "Label: text", "{{ x }}", "<b>", "&amp;", "2026"]
LINES = ["Contact Us", "Photo by", "— Name", "Posted on behalf of Acme", "https://a.example/x", "a@b.example"]
PIECES = st.sampled_from([*MARKS, *WORDS, *LINES, "A woman sits on a chair and looks at the sea now."])


@settings(max_examples=100, deadline=None)
@example("word \n Posted on behalf of Acme")
@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_no_word_is_lost_whatever_the_text_looks_like(text):
    assert words_of(text) in orders_of_article(read_plain_text(text))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_becomes_an_article_that_can_be_stored(text):
    article = read_plain_text(text)
    assert article_from_json(article_to_json(article)) == article
