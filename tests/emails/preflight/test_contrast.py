"""Contrast is measured on the finished letter: faint words are told in every scheme, our designs raise no alarm."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emails.content import BrandLook
from emails.preflight.contrast import colour_of, faint_words
from emails.preflight.styles import Cascade, declarations_of, read_rules, read_selector, read_styled
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from tests.emails.render.samples import AMARA, BRAND, LINKS, PLAN, client_article

THEMES = ("calm", "broadsheet", "signal", "midnight")


def page(body: str, sheet: str = "") -> str:
    return f'<html lang="en"><head><style>{sheet}</style></head><body>{body}</body></html>'


def schemes(body: str, sheet: str = "") -> list[str]:
    return [faint.scheme for faint in faint_words(page(body, sheet))]


@pytest.mark.parametrize("theme", THEMES)
def test_our_designs_are_read_in_every_scheme(theme):
    letter = render_letter(compile_letter(client_article(), BRAND, PLAN, theme=theme), AMARA, LINKS)
    assert faint_words(letter.html) == ()


colours = st.integers(min_value=0, max_value=0xFFFFFF).map("#{:06X}".format)


@settings(max_examples=6, deadline=None)
@given(accent=colours, paper=st.sampled_from(["", "#FFF8E7", "#E8F0F8"]), theme=st.sampled_from(THEMES))
def test_no_accent_that_a_brand_may_choose_is_complained_about(accent, paper, theme):
    brand = replace(BRAND, look=BrandLook(accent=accent, paper=paper))
    letter = render_letter(compile_letter(client_article(), brand, PLAN, theme=theme), AMARA, LINKS)
    assert faint_words(letter.html) == ()


def test_faint_words_are_told_with_their_figures():
    (faint,) = faint_words(page('<p style="color:#999999">Hard to read</p><p style="color:#000000">Easy</p>'))
    assert (faint.scheme, faint.ink, faint.ground, faint.sample, faint.count) == (
        "light", "#999999", "#FFFFFF", "Hard to read", 1
    )  # fmt: skip
    assert round(faint.ratio, 2) == 2.85


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<p style="color:#767676">Just enough</p>', []),
        ('<p style="color:#888888">Too faint</p>', ["light"]),
        ('<h1 style="color:#888888;font-size:24px">Large enough</h1>', []),
        ('<h1 style="color:#888888;font:bold 20px/26px serif">Bold enough</h1>', []),
        ('<td bgcolor="#222222"><span style="color:#FFFFFF">Inside</span></td>', []),
        ('<table><tr><td bgcolor="#EEEEEE"><b style="color:#FFFFFF">Pale</b></td></tr></table>', ["light"]),
        ('<div style="display:none;color:#FFFFFF">Hidden words</div>', []),
        ('<div style="background:url(x.png);color:#FFFFFF">Over a picture</div>', []),
        ('<div style="color:hsl(1 2% 3%)">Unknown colour</div>', []),
        ('<div style="font-size:0px;color:#FFFFFF">No size</div>', []),
    ],
)
def test_words_are_judged_on_what_they_stand_on(body, expected):
    assert schemes(body) == expected


def test_a_dark_sheet_that_forgets_the_words_is_found():
    sheet = "@media (prefers-color-scheme:dark){.card{background-color:#111111!important}}"
    body = '<div class="card" style="background-color:#FFFFFF"><p style="color:#222222">Words</p></div>'
    assert schemes(body, sheet) == ["dark"]
    both = sheet.replace("}}", "}.card p{color:#EEEEEE!important}}")
    assert schemes(body, both) == []
    assert schemes(body, both.replace("!important", "")) == []


def test_dark_words_on_a_middling_ground_vanish_where_a_program_inverts():
    assert schemes('<p style="background-color:#BBBBBB;color:#000000">Turned alone</p>') == ["inverted"]


def test_a_sheet_is_read_as_mail_programs_read_it():
    sheet = """/* {} */ p, .a > .b{color:red;background:url(a;b)} @font-face{src:x}
    @media (max-width:500px){ h1{color:blue!important} } [data-ogsc] td{color:green} a:hover{color:gray}"""
    rules = list(read_rules(sheet))
    assert [(len(rule.selector), rule.media) for rule in rules] == [
        (1, ""), (2, ""), (1, "(max-width:500px)"), (2, "")
    ]  # fmt: skip
    assert rules[2].declarations == (("color", "blue", True),)
    assert ("background", "url(a;b)", False) in rules[0].declarations


def test_the_cascade_weighs_importance_then_place_then_order():
    sheet = "p{color:#111111} .x{color:#222222} #y{color:#333333!important} p{color:#444444}"
    styled = read_styled(
        page('<p>1</p><p class="x">2</p><p class="x" style="color:#555555">3</p><p id="y">4</p>', sheet)
    )
    cascade = Cascade(styled.rules, frozenset({"color"}))
    assert [cascade.of(one)["color"] for one in styled.root.iter("p")] == ["#444444", "#222222", "#555555", "#333333"]


@pytest.mark.parametrize(("text", "found"), [
    ("#abc", "#AABBCC"), ("#a1b2c3 ", "#A1B2C3"), ("rgb(1, 2, 300)", "#0102FF"), ("white", "#FFFFFF"),
    ("inherit", "#000001"), ("transparent", "#000001"), ("hsl(1 2% 3%)", None),
])  # fmt: skip
def test_colours_are_read_or_unknown(text, found):
    assert colour_of(text, "#000001") == found


@given(text=st.text(alphabet="{}@#.:;,>[]()'\"! abpx*/-\n", max_size=80))
def test_no_sheet_is_an_error(text):
    list(read_rules(text))
    list(declarations_of(text))
    read_selector(text)
    faint_words(page(f'<p style="{text}">x</p>', text))
