"""Whether a transparent logo is drawn dark or light, so that letters put a plate behind it where it would vanish."""

from pathlib import Path

from PIL import Image

from app.models import LogoTone

LOOKED_AT = 96
"""Pixels along each side that the logo is looked at with."""

VISIBLE = 128
"""The alpha, of 255, from which a pixel counts."""

TOO_DARK, TOO_LIGHT = 90, 165
"""Brightness, of 255, below which a pixel vanishes on dark paper, and above which on white (less than about 3:1)."""

SHARE = 0.25
"""The share of a logo that may vanish before it needs a plate."""


def tone_of(file: Path) -> LogoTone:
    """The tone of a picture that was stored; MIXED where it has a ground of its own or is read on both."""
    with Image.open(file) as picture:
        if not picture.has_transparency_data:
            return LogoTone.MIXED
        small = picture.convert("RGBA")
    small.thumbnail((LOOKED_AT, LOOKED_AT))
    grey, alpha = small.convert("L").tobytes(), small.getchannel("A").tobytes()
    seen = [value for value, shown in zip(grey, alpha, strict=True) if shown >= VISIBLE]
    if not seen or len(seen) == len(grey):
        return LogoTone.MIXED
    dark = sum(value < TOO_DARK for value in seen) / len(seen) >= SHARE
    light = sum(value > TOO_LIGHT for value in seen) / len(seen) >= SHARE
    if dark == light:
        return LogoTone.MIXED
    return LogoTone.DARK if dark else LogoTone.LIGHT
