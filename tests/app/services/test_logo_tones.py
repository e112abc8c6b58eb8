"""Logos by how they were drawn: dark or light on nothing need a plate, everything else is seen everywhere."""

import pytest
from PIL import Image, ImageDraw

from app.models import LogoTone
from app.services.logo_tones import tone_of


def drawn(*shapes: tuple[str, tuple[int, int, int, int]], ground: str | None = None) -> Image.Image:
    picture = Image.new("RGBA", (300, 64), ground or (0, 0, 0, 0))
    for colour, box in shapes:
        ImageDraw.Draw(picture).rectangle(box, colour)
    return picture


LEFT, RIGHT = (10, 10, 100, 50), (120, 10, 290, 50)


@pytest.mark.parametrize(
    ("picture", "tone"),
    [
        (drawn(("#2B2118", RIGHT)), LogoTone.DARK),
        (drawn(("#E4572E", LEFT), ("#111111", RIGHT)), LogoTone.DARK),
        (drawn(("#FFFFFF", RIGHT)), LogoTone.LIGHT),
        (drawn(("#E4572E", RIGHT)), LogoTone.MIXED),
        (drawn(("#FFFFFF", LEFT), ("#000000", RIGHT)), LogoTone.MIXED),
        (drawn(("#111111", RIGHT), ground="#FFFFFF"), LogoTone.MIXED),
        (drawn(), LogoTone.MIXED),
    ],
    ids=["dark", "dark with colour", "light", "colour", "both", "on a ground", "nothing"],
)
def test_the_tone_is_what_would_vanish(tmp_path, picture, tone):
    picture.save(tmp_path / "logo.png")
    assert tone_of(tmp_path / "logo.png") is tone


def test_a_photograph_has_none(tmp_path):
    Image.new("RGB", (80, 80), "black").save(tmp_path / "logo.jpg")
    assert tone_of(tmp_path / "logo.jpg") is LogoTone.MIXED
