"""The brand's look on its page: figures while one types, a letter in small, and what Save refuses."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from app.database.session import reading
from app.models import Brand, LogoTone, Role
from app.services.brand_looks import LookDetails, look_of

BRAND = {"name": "Quince", "address": "48 Harbour Street", "language": "en", "time_zone": "Europe/Paris"}
LOOK = {"accent": "#E4572E", "paper": "#FFF6E9", "ink": "#2B2118", "heading_font": "palatino", "logo_width": "150"}


def brand() -> Brand:
    with reading() as session:
        return session.query(Brand).one()


def dark_logo() -> BytesIO:
    picture, data = Image.new("RGBA", (300, 64)), BytesIO()
    ImageDraw.Draw(picture).rectangle((10, 10, 200, 50), "#101010")
    picture.save(data, "PNG")
    return BytesIO(data.getvalue())


def test_the_look_is_kept_and_shown_again(owner):
    assert owner.post("/settings/brand", {**BRAND, **LOOK}).status_code == 303
    assert look_of(brand()) == LookDetails("#E4572E", "#FFF6E9", "#2B2118", "palatino", "", "", 150)
    page = owner.get("/settings/brand").text
    assert all(f'value="{LOOK[name]}"' in page for name in ("accent", "paper", "ink", "logo_width"))
    assert '<option selected value="palatino">' in page


def test_saving_without_any_look_leaves_it_to_the_designs(owner):
    owner.post("/settings/brand", BRAND)
    assert look_of(brand()) == LookDetails()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("ink", "#999999", "Too pale for words: 2.8:1"), ("paper", "#202020", "Too dark for paper"),
     ("accent", "greenish", "Write a colour as #0F6461"), ("logo_width", "4000", "24 to 320 pixels"),
     ("heading_font", "wingdings", "Not a valid choice")],
)  # fmt: skip
def test_what_cannot_be_is_refused_under_its_field(owner, field, value, sentence):
    answer = owner.post("/settings/brand", {**BRAND, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert sentence in answer.text


def test_the_preview_tells_figures_in_light_and_dark_while_one_types(owner):
    part = owner.post("/settings/brand/preview", {**BRAND, "accent": "#FFD400"}).text
    assert part.count(":1</span>") == 14
    assert "14.6:1" in part
    assert "Words in #FFD400 would be hard to read" in part
    assert "on light paper" in part
    assert "on dark paper" not in part
    assert "Words in" not in owner.post("/settings/brand/preview", {**BRAND, "design": "midnight", "accent": ""}).text


def test_the_preview_says_what_save_would_refuse(owner):
    part = owner.post("/settings/brand/preview", {**BRAND, "ink": "#999"}).text
    assert "Ink: Too pale for words" in part
    assert "ink=" not in part


def test_figures_follow_the_design_that_is_looked_at(owner):
    parts = {name: owner.post("/settings/brand/preview", {**BRAND, "design": name}).text for name in ("calm", "signal")}
    assert "design=signal" in parts["signal"]
    assert parts["calm"] != parts["signal"]


def test_the_sample_is_a_letter_in_the_look_that_was_asked_for(owner):
    answer = owner.get("/settings/brand/sample", query_string={**LOOK, "name": "Quince & Rye", "address": "Elm Lane 3"})
    assert answer.status_code == 200
    assert "Quince &amp; Rye" in answer.text
    assert "Elm Lane 3" in answer.text
    assert "#FFF6E9" in answer.text
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"].replace("style-src 'unsafe-inline'", "")
    assert "@media all" in owner.get("/settings/brand/sample?scheme=dark").text
    assert "masthead" in owner.get("/settings/brand/sample?design=broadsheet").text


@pytest.mark.parametrize(
    "values",
    [{"accent": '"><script>alert(1)</script>'}, {"name": "{{ 7 * 7 }} {% if %}"}, {"logo_width": "-1e9"},
     {"heading_font": "'}*{x:y"}, {"design": "../x", "scheme": "<"}, {"logo_alt": '"onload="x', "logo_width": "٣"}],
)  # fmt: skip
def test_a_sample_takes_any_values_as_words_or_not_at_all(owner, values):
    answer = owner.get("/settings/brand/sample", query_string=values)
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert "49" not in answer.text.partition("</title>")[0]


def test_a_dark_logo_is_told_apart_and_gets_its_plate_in_the_dark(owner):
    data = {**BRAND, **LOOK, "logo_alt": "Quince", "picture": (dark_logo(), "logo.png")}
    owner.post("/settings/brand", data, content_type="multipart/form-data")
    assert brand().logo_tone is LogoTone.DARK
    assert "Your logo is dark on a transparent ground" in owner.get("/settings/brand").text
    sample = owner.get("/settings/brand/sample?scheme=dark").text
    assert 'class="logo" src="/media/' in sample
    assert ".logo{background-color:#FFFFFF!important}" in sample
    owner.post("/settings/brand", {**BRAND, **LOOK})
    assert brand().logo_tone is LogoTone.DARK
    owner.post("/settings/brand", {**BRAND, **LOOK, "without_logo": "y"})
    assert brand().logo_tone is LogoTone.MIXED


def test_everybody_on_the_team_sees_the_sample_and_strangers_do_not(owner, visit, stranger):
    owner.post("/settings/brand", BRAND)
    assert visit(Role.VIEWER).get("/settings/brand/sample").status_code == 200
    assert stranger.get("/settings/brand/sample").status_code == 302
