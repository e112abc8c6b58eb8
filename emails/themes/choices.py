"""What a brand's own design decides over the theme it was made from; whatever is left empty stays the theme's.

Words stay readable whatever is chosen: `dressing` moves the shades that words wear until they are read.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from emails.content import BrandLook
from emails.themes.catalogue import find_theme
from emails.themes.contrast import BLACK, WHITE, WORDS, contrast, ink_on, mix, readable, steady_ground
from emails.themes.dressing import dressed, kept_readable
from emails.themes.theme import Align, Palette, Shape, Theme, Title

LIMITS: dict[str, tuple[int, int]] = {
    "title_size": (24, 46),
    "text_size": (15, 20),
    "card_radius": (0, 32),
    "picture_radius": (0, 32),
    "button_radius": (0, 32),
    "gutter": (24, 56),
    "gap": (12, 32),
}
"""The least and the most of every number, in px."""

WEIGHTS = (400, 700, 800)
LONGEST_NOTE = 300
_STEPS = 16
COLOURS = (
    "ground", "card", "ink", "head", "accent", "panel", "button", "dark_ground", "dark_card", "dark_ink", "dark_accent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """Colours are #RRGGBB or "", fonts names of `themes.fonts` or "", numbers px or None for the theme's own.

    `masthead` and `footer` are words of Align or ""; `ruled` is "yes", "no" or "".
    """

    ground: str = ""
    card: str = ""
    ink: str = ""
    head: str = ""
    accent: str = ""
    panel: str = ""
    button: str = ""
    dark_ground: str = ""
    dark_card: str = ""
    dark_ink: str = ""
    dark_accent: str = ""
    heading_font: str = ""
    body_font: str = ""
    title_size: int | None = None
    title_weight: int | None = None
    text_size: int | None = None
    card_radius: int | None = None
    picture_radius: int | None = None
    button_radius: int | None = None
    gutter: int | None = None
    gap: int | None = None
    masthead: str = ""
    footer: str = ""
    ruled: str = ""
    footer_note: str = ""

    def to_json(self) -> dict[str, object]:
        """Only what was chosen."""
        return {name: value for name, value in asdict(self).items() if value not in {"", None}}


@dataclass(frozen=True, slots=True)
class Design:
    """A look that a letter can wear: a theme, choices over it, and perhaps a page of its own in MJML around them."""

    theme: str = "calm"
    choices: Choices = Choices()
    shell: str = ""


def choices_from_json(data: Mapping[str, Any]) -> Choices:
    """What `to_json` wrote; anything else in it is passed over."""
    return Choices(**{name: value for name, value in data.items() if name in Choices.__dataclass_fields__})


@lru_cache(maxsize=256)
def worn(design: Design, look: BrandLook) -> Theme:
    """The design's theme in the brand's look and then its own. Raises: TemplateBroken for a theme that is not there."""
    chosen = design.choices
    mixed = replace(
        look,
        accent=chosen.accent or look.accent,
        paper=chosen.ground or look.paper,
        ink=chosen.ink or look.ink,
        heading_font=chosen.heading_font or look.heading_font,
        body_font=chosen.body_font or look.body_font,
    )
    theme = dressed(find_theme(design.theme), mixed)
    if chosen == Choices():
        return theme
    dark = theme.dark
    if chosen.dark_accent:
        dark = dressed(find_theme(design.theme), replace(mixed, accent=chosen.dark_accent)).dark
    return replace(
        theme, light=_light(theme.light, chosen), dark=_dark(dark, chosen), shape=_shape(theme.shape, chosen)
    )


def _light(palette: Palette, chosen: Choices) -> Palette:
    palette = replace(
        palette,
        ground=chosen.ground or palette.ground,
        card=chosen.card or palette.card,
        ink=chosen.ink or palette.ink,
        head=chosen.head or palette.head,
    )
    if chosen.card:
        palette = _on_card(palette)
    return kept_readable(_with_panel(_together(palette), chosen))


def _dark(palette: Palette, chosen: Choices) -> Palette:
    palette = replace(
        palette,
        ground=chosen.dark_ground or palette.ground,
        card=chosen.dark_card or palette.card,
        ink=chosen.dark_ink or palette.ink,
        head=chosen.dark_ink or palette.head,
    )
    if chosen.dark_card or chosen.dark_ink:
        palette = _on_card(palette)
    palette = kept_readable(_with_panel(_together(palette), chosen))
    # In the dark, links of the small print wear the accent, and stand on the ground.
    accent = readable(palette.accent, palette.card, palette.tint, palette.ground)
    return replace(palette, accent=accent)


def _together(palette: Palette) -> Palette:
    """Small print stands on the paper and behind it: the ground comes as near as one ink needs to be read on both."""
    card = palette.card
    tint = palette.tint if _share_ink(card, palette.tint) else card
    grounds = (mix(palette.ground, card, step / _STEPS) for step in range(_STEPS))
    ground = next((one for one in grounds if _share_ink(card, tint, one)), card)
    return replace(palette, tint=tint, ground=ground)


def _share_ink(*grounds: str) -> bool:
    return any(min(contrast(ink, ground) for ground in grounds) >= WORDS for ink in (BLACK, WHITE))


def _on_card(palette: Palette) -> Palette:
    """Boxes and hairlines follow the card that they stand on."""
    return replace(
        palette,
        tint=mix(palette.card, palette.accent, 0.08),
        line=mix(palette.card, palette.ink, 0.16),
        soft=mix(palette.ink, palette.card, 0.28),
    )


def _with_panel(palette: Palette, chosen: Choices) -> Palette:
    if chosen.panel:
        panel = steady_ground(chosen.panel)
        head = ink_on(panel)
        text = readable(mix(head, panel, 0.12), panel)
        palette = replace(palette, panel=panel, panel_head=head, panel_text=text)
        if not chosen.button:
            button = WHITE if head == WHITE else head
            palette = replace(palette, button=button, button_ink=readable(panel, button))
    if chosen.button:
        button = steady_ground(chosen.button)
        palette = replace(palette, button=button, button_ink=ink_on(button))
    return palette


def _shape(shape: Shape, chosen: Choices) -> Shape:
    return replace(
        shape,
        title=_title(shape.title, chosen),
        text_size=_or(chosen.text_size, shape.text_size),
        card_radius=_or(chosen.card_radius, shape.card_radius),
        picture_radius=_or(chosen.picture_radius, shape.picture_radius),
        button_radius=_or(chosen.button_radius, shape.button_radius),
        gutter=_or(chosen.gutter, shape.gutter),
        gap=_or(chosen.gap, shape.gap),
        masthead=Align(chosen.masthead) if chosen.masthead else shape.masthead,
        footer=Align(chosen.footer) if chosen.footer else shape.footer,
        ruled=chosen.ruled == "yes" if chosen.ruled else shape.ruled,
        footer_note=chosen.footer_note,
    )


def _or(chosen: int | None, own: int) -> int:
    return own if chosen is None else chosen


def _title(title: Title, chosen: Choices) -> Title:
    weighed = replace(title, weight=_or(chosen.title_weight, title.weight))
    if chosen.title_size is None:
        return weighed
    narrow = max(LIMITS["title_size"][0], round(chosen.title_size * 0.86))
    return replace(
        weighed,
        size=chosen.title_size,
        height=round(chosen.title_size * 1.24),
        narrow_size=narrow,
        narrow_height=round(narrow * 1.27),
    )
