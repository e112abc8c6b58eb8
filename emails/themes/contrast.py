"""How well one colour is read on another (WCAG 2.2, 1.4.3), and the nearest shade that is read well enough.

Colours are #RRGGBB. A shade keeps its hue and saturation; only its lightness moves.
"""

import re
from collections.abc import Callable
from colorsys import hls_to_rgb, rgb_to_hls
from functools import lru_cache

BLACK, WHITE = "#000000", "#FFFFFF"
WORDS = 4.5
"""The least contrast of words and their ground."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_STEPS = 256
_WORDS_TURN_BELOW, _GROUNDS_TURN_FROM = 150, 206
"""Of 255: where Chromium, and what is built on it, begins to invert; measured with 300 colours."""

_NEAR_ENOUGH = 3.0
"""A colour that white has this much contrast with is made a little deeper rather than much paler."""

_MIDDLE = 0.18
"""Below this luminance white is read better than black."""


def is_colour(text: str) -> bool:
    return _COLOUR.fullmatch(text) is not None


@lru_cache(maxsize=2048)
def luminance(colour: str) -> float:
    """From 0 (black) to 1 (white)."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (no difference) to 21 (black on white)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_dark(colour: str) -> bool:
    return luminance(colour) < _MIDDLE


def brightness(colour: str) -> float:
    """From 0 to 255, as programs reckon it that turn light letters dark by themselves."""
    red, green, blue = _parts(colour)
    return 255 * (0.299 * red + 0.587 * green + 0.114 * blue)


def is_steady(ink: str, ground: str) -> bool:
    """Whether such a program turns both or neither: dark words on a middling ground would be turned alone."""
    turned_alone = brightness(ink) < _WORDS_TURN_BELOW and brightness(ground) < _GROUNDS_TURN_FROM
    return not (turned_alone and luminance(ink) < luminance(ground))


def steady_ground(colour: str) -> str:
    """The nearest shade that stays read where a program darkens letters: deep under white words, or pale under dark."""
    if contrast(WHITE, colour) >= _NEAR_ENOUGH:
        return readable(colour, WHITE)
    return _nearest(colour, lambda shade: brightness(shade) >= _GROUNDS_TURN_FROM, BLACK)


def mix(colour: str, other: str, share: float) -> str:
    """The colour with this share (0 to 1) of the other in it."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return _written([one + (two - one) * share for one, two in pairs])


def readable(colour: str, *grounds: str, ratio: float = WORDS) -> str:
    """The colour itself where it is read on every ground, else its nearest shade that is; black or white at worst."""
    return _nearest(colour, lambda shade: min(contrast(shade, ground) for ground in grounds) >= ratio, grounds[0])


def ink_on(ground: str) -> str:
    """White where it is read on the ground, else black with a breath of the ground's own hue."""
    return WHITE if contrast(WHITE, ground) >= WORDS else readable(mix(BLACK, ground, 0.12), ground)


def _nearest(colour: str, suits: Callable[[str], bool], ground: str) -> str:
    """The colour moved away from the ground on its own side of it, on the other where its own is too narrow."""
    if suits(colour):
        return colour
    hue, lightness, saturation = rgb_to_hls(*_parts(colour))
    own_is_lighter = luminance(colour) >= luminance(ground)
    for end in (1.0, 0.0) if own_is_lighter else (0.0, 1.0):
        for step in range(1, _STEPS + 1):
            shade = _written(hls_to_rgb(hue, lightness + (end - lightness) * step / _STEPS, saturation))
            if suits(shade):
                return shade
    return WHITE if is_dark(ground) else BLACK


def _parts(colour: str) -> tuple[float, float, float]:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _written(parts: "list[float] | tuple[float, float, float]") -> str:
    return "#" + "".join(f"{round(min(max(part, 0.0), 1.0) * 255):02X}" for part in parts)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  the standard's figures
