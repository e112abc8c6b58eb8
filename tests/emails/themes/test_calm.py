"""Calm by its numbers: contrast, order, sizes, languages, and every kind of block."""

import itertools
import re
from dataclasses import fields

import pytest
from lxml import html as lxml_html

from emails.articles.blocks import Article, CallToAction, Divider, Heading, Paragraph, Sponsor
from emails.content import Brand
from emails.render.compile import compile_letter
from emails.render.page import read_minutes
from emails.render.personalise import render_letter
from emails.themes.calm import CALM
from emails.themes.theme import Palette
from emails.themes.words import RIGHT_TO_LEFT, direction, words_for
from tests.emails.render.samples import (
    AMARA,
    HERO,
    LINKS,
    PLAN,
    client_article,
    compiled,
    everything,
    rendered,
    words,
)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", [CALM.light, CALM.dark], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "behind"),
    [
        *itertools.product(["ink", "soft", "head", "accent", "link"], ["card", "tint"]),
        *itertools.product(["soft", "head"], ["ground"]),
        ("panel_head", "panel"),
        ("panel_text", "panel"),
        ("button_ink", "button"),
    ],
)
def test_text_contrasts_at_least_4_5(palette, ink, behind):
    assert contrast(getattr(palette, ink), getattr(palette, behind)) >= 4.5


def test_the_button_stands_out_from_its_panel():
    for palette in (CALM.light, CALM.dark):
        assert contrast(palette.button, palette.panel) >= 3


def test_colours_are_written_with_six_digits():
    for palette in (CALM.light, CALM.dark):
        assert all(re.fullmatch(r"#[0-9A-F]{6}", getattr(palette, each.name)) for each in fields(Palette))


def test_the_letter_reads_in_the_agreed_order():
    html = rendered().html
    body = html[html.index("<body") :]
    order = [
        ">Clearer Days</a>", "View in browser", f'src="{HERO}"', ">Sponsored</span> · IVDrips", "<h1", "6 January 2027",
        "3 min read", "Hi Amara,", 'class="lead"', "Understanding Depression</h2>",
        "Increased neuroplasticity:</strong>", "Amidst the challenges", "Are you ready to embark",
        "Contact IV Drips</a>", "<em>Posted on behalf of IVDrips</em>",
        "48 Harbour Street, Portland", "subscribed to Clearer Days Weekly with amara@example.test.", ">Unsubscribe</a>",
        ">View in browser</a>",
    ]  # fmt: skip
    at = 0
    for wanted in order:
        at = body.index(wanted, at)


def test_the_readers_preferences_are_one_press_away():
    assert f'<a href="{LINKS.preferences}"' in rendered().html
    assert ">Your preferences</a>" in rendered().html


def test_the_client_letter_stays_far_below_what_mail_programs_clip():
    assert len(rendered().html.encode()) < 36_000


def test_paragraphs_cost_little_more_than_their_words():
    sizes = [len(rendered(words("lead", *["word " * 90] * count)).html) for count in (10, 110)]
    assert (sizes[1] - sizes[0]) / 100 < 450 + 40


def test_one_h1_headings_in_order_and_only_layout_tables_without_meaning():
    page = lxml_html.document_fromstring(rendered(everything()).html)
    levels = [int(element.tag[1]) for element in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels == [1, 2, 3, 2]
    bare = [table for table in page.iter("table") if table.get("role") != "presentation"]
    assert [len(table.xpath(".//th[@scope='col']")) for table in bare] == [2]


def test_one_rule_leads_to_the_last_call():
    def rules(*blocks):
        return rendered(Article("T", (Paragraph("lead"), *blocks))).html.count('class="line"')

    call = CallToAction("x", "Go", "https://x.test")
    assert rules(Paragraph("a"), call) == 1
    assert rules(Paragraph("a"), call, Sponsor("A", "B")) == 2
    assert rules(Heading(2, "a"), Paragraph("b"), call) == 1
    assert rules(Divider(), call) == 1
    assert rules(call, Paragraph("after")) == 0
    assert rules(Paragraph("a")) == 0


def test_a_test_letter_says_so_above_everything():
    letter = rendered(marked_as_test=True)
    assert letter.html.index("This is a test letter.") < letter.html.index("<h1")
    assert letter.text.startswith("*** This is a test letter. It was not sent to the list. ***\n")
    assert "test letter" not in rendered().html


def test_a_logo_takes_the_names_place_and_keeps_it_as_its_alt():
    brand = Brand("Clear & Days", "", "", "https://images.example.test/logo.png")
    html = render_letter(compile_letter(words("x"), brand, PLAN), AMARA, LINKS).html
    assert 'src="https://images.example.test/logo.png" alt="Clear &#38; Days" height="32"' in html


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            ["View in browser", "Unsubscribe", "Sponsored", "3 min read", "6 January 2027", "You are receiving this"],
        ),
        ("de-AT", ["Im Browser ansehen", "Abmelden", "Anzeige", "3 Min. Lesezeit", "6. Jänner 2027", "Sie erhalten"]),
        (
            "fr",
            [
                "Voir dans le navigateur",
                "Se désabonner",
                "Sponsorisé",
                "3 min de lecture",
                "6 janvier 2027",
                "abonné à",
            ],
        ),
        ("ar", ["عرض في المتصفح", "إلغاء الاشتراك", "إعلان مموّل", "يناير 2027", "تصلك هذه الرسالة"]),
        ("tlh", ["View in browser", "Unsubscribe", "Sponsored", "6 January 2027"]),
    ],
)
def test_the_letters_own_words_are_in_its_language(language, sentences):
    letter = rendered(language=language)
    for sentence in sentences:
        assert sentence in letter.html
        assert sentence in letter.text


def test_every_sentence_is_there_in_every_language():
    for language in ("en", "de", "fr", "ar"):
        found = words_for(language)
        assert all(getattr(found, each.name) for each in fields(found))
        assert "{email}" in found.why
        assert {"{email}", "{list}"} <= set(re.findall(r"\{\w+\}", found.why_list))


def test_letters_from_right_to_left_are_turned_around():
    assert {direction(language) for language in RIGHT_TO_LEFT} == {"rtl"}
    html = rendered(everything(), language="ar").html
    to_the_left = re.findall(r'font-family[^"]*text-align:left[^"]*">(?:<a [^>]*>)?([^<]*)', html)
    assert to_the_left[0] == "عرض في المتصفح"
    assert to_the_left[1:] == []
    assert "direction:ltr" not in html
    assert "border-right:4px solid" in html


def test_a_list_name_with_braces_and_marks_is_shown_as_it_is():
    letter = rendered(list_name="{email} & <b>{x}</b>")
    assert "subscribed to {email} & <b>{x}</b> with amara@example.test." in " ".join(letter.text.split())
    assert "&#123;email&#125; &amp; &lt;b&gt;&#123;x&#125;&lt;/b&gt; with amara@example.test." in letter.html


def test_reading_time_counts_words_and_characters_of_scripts_without_blanks():
    assert read_minutes(client_article()) == 3
    assert read_minutes(words("")) == 1
    assert read_minutes(words("word " * 1000)) == 5
    assert read_minutes(words("語" * 2000)) == 5


def test_without_a_preheader_the_first_words_stand_in():
    assert ">Throughout history, people have struggled" in rendered(preheader="").html
    letter = compiled(words("{{ subscriber.first_name }}, hello"), preheader="")
    assert letter.html_size > 0
