"""What a brand may choose for its letters, and how its row reaches the designs and the notices."""

import pytest

from app.database.session import reading, transaction
from app.errors import InvalidInput
from app.models import Asset, LogoTone
from app.services.brand_looks import LookDetails, brand_content, checked, fitting_width, look_of, tried
from app.services.brands import BrandDetails, edit_brand, get_brand
from emails.content import BrandLook
from emails.themes.contrast import contrast

LOOK = LookDetails("#E4572E", "#FFF6E9", "#2B2118", "palatino", "verdana", "Quince & Rye", 150)


def test_colours_are_understood_as_people_write_them():
    assert checked(LookDetails(accent=" 0f6461 ", paper="#fff", ink="ABC".replace("ABC", "123"))) == LookDetails(
        "#0F6461", "#FFFFFF", "#112233"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accent", "teal"),
        ("accent", "#12345"),
        ("paper", "#1B1F23"),
        ("paper", "url(x)"),
        ("ink", "#999999"),
        ("heading_font", "Comic Sans"),
        ("body_font", "georgia; x:y"),
        ("logo_width", 5),
        ("logo_width", 4_000),
        ("logo_width", -60),
    ],
)
def test_what_cannot_be_is_refused_under_its_field_and_the_rest_still_shown(field, value):
    wished = LookDetails(**{"accent": "#0F6461", field: value})
    with pytest.raises(InvalidInput) as refusal:
        checked(wished)
    assert set(refusal.value.fields) == {field}
    kept, _problems = tried(wished)
    assert getattr(kept, field) in {"", 0}
    assert kept.accent == ("" if field == "accent" else "#0F6461")


@pytest.mark.parametrize(("field", "colour"), [("ink", "#999999"), ("paper", "#8A8A8A")])
def test_a_refusal_names_a_colour_that_will_do(field, colour):
    _kept, problems = tried(LookDetails(**{field: colour}))
    proposed = problems[field].rstrip(".")[-7:]
    assert tried(LookDetails(**{field: proposed}))[1] == {}


def test_an_ink_is_judged_on_the_paper_it_is_chosen_with():
    assert tried(LookDetails(ink="#6E6E6E"))[1] == {}
    assert set(tried(LookDetails(ink="#6E6E6E", paper="#D0D0D0"))[1]) == {"ink"}
    assert contrast("#6E6E6E", "#D0D0D0") < 4.5


def test_a_brand_keeps_its_look_and_letters_wear_it(brand):
    with transaction() as session:
        logo = Asset(
            sha256="a" * 64, extension="png", content_type="image/png", filename="l.png", width=300, height=64, size=9
        )
        session.add(logo)
        session.flush()
        details = BrandDetails("Quince", logo_asset_id=logo.id, logo_tone=LogoTone.DARK, look=LOOK)
        edit_brand(session, brand, details)
    with reading() as session:
        row = get_brand(session, brand)
        assert look_of(row) == LOOK
        worn = brand_content(session, row)
    assert worn.look == BrandLook("#E4572E", "#FFF6E9", "#2B2118", "palatino", "verdana")
    assert (worn.logo_alt, worn.logo_width, worn.logo_tone) == ("Quince & Rye", 150, "dark")
    assert worn.logo_url.endswith(f"/media/{'a' * 64}.png")


@pytest.mark.parametrize(
    ("size", "width"), [((300, 64), 188), ((64, 64), 40), ((1200, 60), 320), ((30, 600), 24), ((100, 20), 100)]
)
def test_a_logo_without_a_chosen_width_is_a_line_high(size, width):
    assert fitting_width(Asset(width=size[0], height=size[1])) == width


def test_a_brand_without_a_logo_has_neither_width_nor_tone(brand):
    with reading() as session:
        worn = brand_content(session, get_brand(session, brand))
    assert (worn.logo_url, worn.logo_width, worn.logo_tone, worn.look) == ("", 0, "", BrandLook())
