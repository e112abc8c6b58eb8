"""Every pair of text and ground that the screens use can be read, in light and in dark; icons exist and wear a word."""

import json
import re
from pathlib import Path

import pytest

APP = Path(__file__).parents[3] / "app"
SOURCE = APP / "frontend" / "src"
GROUNDS = ("paper", "surface", "wash")
TEXTS = ("ink", "soft", "accent", "good", "warn", "bad")
PAIRS = [(text, ground) for ground in GROUNDS for text in TEXTS] + [("on-accent", "accent")]
ARCHIVE_PAIRS = [(text, ground) for ground in ("paper", "surface", "tint") for text in ("ink", "soft", "head", "link")]
ARCHIVE_PAIRS += [("on-notice", "notice"), ("on-panel", "panel"), ("on-panel-strong", "panel"), ("on-button", "button")]
SCHEMES = {"light": 0, "dark": 1}


def tokens(file: str = "tokens.css") -> dict[str, tuple[str, str]]:
    pair = r"--([a-z-]+): light-dark\((#[0-9A-Fa-f]{6}), (#[0-9A-Fa-f]{6})\)"
    found = re.findall(pair, (SOURCE / file).read_text())
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(scheme, text, ground):
    colours, place = tokens(), SCHEMES[scheme]
    assert contrast(colours[text][place], colours[ground][place]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), ARCHIVE_PAIRS)
def test_letters_on_the_web_can_be_read(scheme, text, ground):
    colours, place = tokens("archive.css"), SCHEMES[scheme]
    assert contrast(colours[text][place], colours[ground][place]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_edges_of_controls_can_be_seen(scheme, ground):
    colours, place = tokens(), SCHEMES[scheme]
    assert contrast(colours["edge"][place], colours[ground][place]) >= 3


def test_the_styles_name_no_colour_of_their_own():
    allowed = {"tokens.css", "reader.css", "archive.css"}
    guilty = {
        path.name: found
        for path in SOURCE.glob("*.css")
        if path.name not in allowed
        for found in [[one for one in re.findall(r"#[0-9A-Fa-f]{3,8}\b", path.read_text()) if one != "#FFF"]]
        if found
    }
    assert guilty == {}


def used_icons() -> set[str]:
    sources = [*(APP / "templates").rglob("*.html"), *(APP / "pages").rglob("*.py")]
    text = "\n".join(path.read_text() for path in sources)
    return set(re.findall(r'\bicon\("([a-z0-9-]+)"', text))


def test_every_icon_that_is_used_is_built():
    assert used_icons() - set(json.loads((SOURCE / "icons.json").read_text())) == set()


def test_an_icon_stands_beside_a_word():
    alone = re.compile(r"<(a|button)\b[^>]*>\s*\{\{ icon\([^)]*\) \}\}\s*</\1>")
    guilty = [path.name for path in (APP / "templates").rglob("*.html") if alone.search(path.read_text())]
    assert guilty == []
