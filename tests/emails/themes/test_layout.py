"""The page set in type: order, sizes, languages, and every kind of block; in each design where designs differ."""

import re
from dataclasses import fields, replace

import pytest
from lxml import html as lxml_html

from emails.articles.blocks import Article, CallToAction, Divider, Heading, Paragraph, Sponsor
from emails.content import Brand
from emails.render.compile import compile_letter
from emails.render.page import read_minutes
from emails.render.personalise import render_letter
from emails.themes.catalogue import THEMES, find_theme
from emails.themes.words import RIGHT_TO_LEFT, direction, words_for
from tests.emails.render.samples import (
    AMARA,
    BRAND,
    HERO,
    LINKS,
    PLAN,
    client_article,
    compiled,
    everything,
    rendered,
    words,
)
from tests.emails.themes.sheet_articles import long_read


@pytest.mark.parametrize("theme", THEMES)
def test_the_letter_reads_in_the_agreed_order(theme):
    html = rendered(theme=theme).html
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


@pytest.mark.parametrize("theme", THEMES)
def test_the_letter_stays_far_below_what_mail_programs_clip(theme):
    assert len(rendered(theme=theme).html.encode()) < 38_000
    assert len(rendered(long_read(), theme=theme).html.encode()) < 100_000


@pytest.mark.parametrize("theme", THEMES)
def test_gmail_keeps_the_style_sheet(theme):
    dressed_up = replace(BRAND, logo_url="https://x.test/l.png", logo_tone="dark")
    html = rendered(everything(), theme=theme, brand=dressed_up).html
    sheets = re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)
    assert max(len(sheet) for sheet in sheets) < 8_192


def test_paragraphs_cost_little_more_than_their_words():
    sizes = [len(rendered(words("lead", *["word " * 90] * count)).html) for count in (10, 110)]
    assert (sizes[1] - sizes[0]) / 100 < 450 + 40


@pytest.mark.parametrize("theme", THEMES)
def test_one_h1_headings_in_order_and_only_layout_tables_without_meaning(theme):
    page = lxml_html.document_fromstring(rendered(everything(), theme=theme).html)
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
    ("theme", "tone", "plates"),
    [("calm", "dark", [False, True]), ("calm", "light", [True, False]), ("midnight", "dark", [True, True]),
     ("midnight", "light", [False, False]), ("broadsheet", "", [False, False])],
)  # fmt: skip
def test_a_transparent_logo_has_a_plate_where_the_ground_is_of_its_own_tone(theme, tone, plates):
    logo = "https://images.example.test/logo.png"
    brand = Brand("Days", "", "", logo, logo_alt="Days, since 1901", logo_width=150, logo_tone=tone)
    html = rendered(words("x"), theme=theme, brand=brand).html
    image = re.search(rf'<img[^>]*src="{logo}"[^>]*>', html)[0]
    assert 'alt="Days, since 1901" width="150"' in image
    dark = html[html.index("prefers-color-scheme:dark") : html.index("[data-ogsb]")]
    assert ["background-color" in image, ".logo{background-color" in dark] == plates


def test_a_ruled_letter_is_set_like_a_newspaper():
    ruled, plain = (rendered(everything(), theme=theme).html for theme in ("broadsheet", "calm"))
    assert ruled.count('class="masthead"') == 2
    assert "masthead" not in plain
    assert 'width="520"' in re.search(rf'<img[^>]*src="{HERO}"[^>]*>', ruled)[0]
    assert 'width="600"' in re.search(rf'<img[^>]*src="{HERO}"[^>]*>', plain)[0]


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
    assert "font-style:italic" not in html


@pytest.mark.parametrize("theme", ["broadsheet", "signal"])
def test_a_bar_beside_a_list_stands_where_reading_starts(theme):
    for language, side in (("en", "left"), ("ar", "right")):
        html = rendered(everything(), theme=theme, language=language).html
        assert f"border-{side}:4px solid {find_theme(theme).light.accent}" in html


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


def test_long_words_are_hyphenated_where_languages_have_them_and_code_is_not():
    german, english = rendered(language="de-AT").html, rendered().html
    assert ".ink{-webkit-hyphens:auto;hyphens:auto;hyphenate-limit-chars:14 5 5}" in german
    assert ".ink pre,.ink code{-webkit-hyphens:none;hyphens:none}" in german
    assert "hyphens" not in english


@pytest.mark.parametrize(("language", "slants"), [("en", True), ("ja", False), ("ar", False), ("zh-Hant", False)])
def test_letters_without_italics_are_not_slanted(language, slants):
    html = rendered(everything(), language=language).html
    assert ("font-style:italic" in html) == slants
    assert ("<em>Paid for by" in html) == slants
