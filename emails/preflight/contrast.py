"""Words are read on what they stand on: in the light, in the dark, and where a program inverts colours by itself.

Measured on the finished letter (WCAG 2.2, 1.4.3), not on what a design promises. Words over pictures are not judged.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from emails.preflight.evidence import PreflightInput
from emails.preflight.page import is_hidden, squeeze
from emails.preflight.report import Finding, Severity
from emails.preflight.styles import Cascade, read_styled
from emails.themes.contrast import WHITE, contrast, is_steady

WORDS, LARGE_WORDS, HARDLY = 4.5, 3.0, 3.0
LARGE_PX, LARGE_BOLD_PX = 24.0, 18.66
SHORTEST_SAMPLE = 2
NAMED = {"white": "#FFFFFF", "black": "#000000", "red": "#FF0000", "gray": "#808080", "grey": "#808080"}
HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*\)")
PIXELS = re.compile(r"(\d+(?:\.\d+)?)px")
WANTED = frozenset({"color", "background-color", "background", "background-image", "font-size", "font-weight", "font"})
DARK = re.compile(r"prefers-color-scheme\s*:\s*dark")
NARROW = re.compile(r"\b(?:min|max)-width\b|prefers-color-scheme\s*:\s*light|print")
SCHEMES = {
    "light": "on light screens",
    "dark": "on dark screens",
    "inverted": "where a program inverts letters by itself",
}


@dataclass(frozen=True, slots=True)
class Look:
    """How words look where they stand; `ground` None where a picture or an unknown colour lies behind them."""

    ink: str | None
    ground: str | None
    size: float = 16.0
    is_bold: bool = False

    @property
    def needs(self) -> float:
        large = self.size >= LARGE_PX or (self.is_bold and self.size >= LARGE_BOLD_PX)
        return LARGE_WORDS if large else WORDS


@dataclass(frozen=True, slots=True)
class Faint:
    """The worst of some words that are hard to read in one scheme, and how many pieces are."""

    scheme: str
    ratio: float
    ink: str
    ground: str
    sample: str
    count: int


def check_contrast(given: PreflightInput) -> Iterator[Finding]:
    if not given.rendered:
        return
    for faint in faint_words(given.rendered.html):
        if faint.scheme == "inverted":
            message = f"“{faint.sample}” may vanish {SCHEMES['inverted']}: its words turn, and {faint.ground} does not."
            cure = "Give what lies behind these words a paler or a deeper colour."
            yield Finding("contrast_inverted", Severity.ADVICE, "Colours", message, cure, faint.count)
            continue
        yield Finding(
            "contrast",
            Severity.REASON if faint.ratio < HARDLY else Severity.ADVICE,
            "Colours",
            f"“{faint.sample}” is hard to read {SCHEMES[faint.scheme]}: {faint.ink} on {faint.ground} has a contrast "
            f"of {faint.ratio:.1f} to 1, and words need 4.5 (large ones 3).",
            "Choose a darker or a paler colour in the brand's look, or another design.",
            faint.count,
        )


@lru_cache(maxsize=8)
def faint_words(html: str) -> tuple[Faint, ...]:
    """The worst of each scheme in which anything is hard to read."""
    styled = read_styled(html)
    plain = [rule for rule in styled.rules if not rule.media or rule.media in {"all", "screen"}]
    dark = [rule for rule in styled.rules if DARK.search(rule.media) and not NARROW.search(rule.media)]
    light_looks = list(looks_of(styled.root, Cascade(plain, WANTED)))
    found = [worst_of("light", light_looks)]
    if dark:
        found.append(worst_of("dark", list(looks_of(styled.root, Cascade([*plain, *dark], WANTED)))))
    found.append(unsteady_of(light_looks))
    return tuple(one for one in found if one)


def worst_of(scheme: str, looks: list[tuple[Look, str]]) -> Faint | None:
    faint = [
        (contrast(look.ink, look.ground), look, sample)
        for look, sample in looks
        if look.ink and look.ground and round(contrast(look.ink, look.ground), 1) < look.needs
    ]
    if not faint:
        return None
    ratio, look, sample = min(faint, key=lambda one: one[0])
    return Faint(scheme, ratio, look.ink or "", look.ground or "", sample, len(faint))


def unsteady_of(looks: list[tuple[Look, str]]) -> Faint | None:
    """Words that such a program turns while it leaves what lies behind them."""
    turned = [one for one in looks if one[0].ink and one[0].ground and not is_steady(one[0].ink, one[0].ground)]
    if not turned:
        return None
    look, sample = turned[0]
    return Faint("inverted", 0.0, look.ink or "", look.ground or "", sample, len(turned))


def looks_of(root: etree._Element, cascade: Cascade) -> Iterator[tuple[Look, str]]:
    """Each piece of visible words with its look, in reading order; never deeper than the tree is."""
    waiting: list[tuple[etree._Element, Look]] = [(root, Look("#000000", WHITE))]
    while waiting:
        element, above = waiting.pop()
        if not isinstance(element.tag, str) or is_hidden(element):
            continue
        look = dressed(above, cascade.of(element))
        if look.size > 0 and (sample := squeeze(own_words(element))[:60]) and len(sample) >= SHORTEST_SAMPLE:
            yield look, sample
        waiting.extend((child, look) for child in reversed(element))


def own_words(element: etree._Element) -> str:
    return " ".join([element.text or "", *(child.tail or "" for child in element)])


def dressed(above: Look, styles: Mapping[str, str]) -> Look:
    """The look of an element inside another; what is not understood leaves the colour unknown."""
    ink = colour_of(styles["color"], above.ink) if "color" in styles else above.ink
    ground = above.ground
    for name in ("background", "background-color"):
        if name in styles:
            ground = colour_of(styles[name], ground)
    if "url(" in styles.get("background", "") + styles.get("background-image", ""):
        ground = None
    size = PIXELS.search(styles.get("font-size", "") or styles.get("font", ""))
    weight = styles.get("font-weight", "") or styles.get("font", "")
    bold = bool(re.search(r"\b(bold|[6-9]00)\b", weight)) if weight else above.is_bold
    return Look(ink, ground, float(size[1]) if size else above.size, bold)


def colour_of(value: str, above: str | None) -> str | None:
    """#RRGGBB; `above` for what shows through or is inherited, None for what is not understood."""
    text = value.strip().lower()
    if text in {"", "inherit", "transparent", "none", "currentcolor", "initial", "unset"}:
        return above
    if found := HEX.search(text):
        digits = found[1] if len(found[1]) == len("rrggbb") else "".join(sign * 2 for sign in found[1])
        return f"#{digits.upper()}"
    if found := RGB.search(text):
        return "#" + "".join(f"{min(255, int(part)):02X}" for part in found.groups())
    return NAMED.get(text)
