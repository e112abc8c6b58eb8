"""How a brand looks in letters: what it may choose, and its row as the designs see it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.errors import InvalidInput
from app.models import Asset, Brand, LogoTone
from app.services import typed
from app.urls import public_base
from emails.content import Brand as BrandContent
from emails.content import BrandLook
from emails.themes.contrast import BLACK, WHITE, WORDS, contrast, readable
from emails.themes.fonts import FONTS

NARROWEST_LOGO, WIDEST_LOGO = 24, 320
LOGO_HEIGHT = 40
"""What a logo's height comes to, in px, where nobody chose its width."""

PAPER_ROOM = 10.0
"""The contrast of black on paper that leaves room for softer words."""


@dataclass(frozen=True, slots=True)
class LookDetails:
    """What the team chooses; "" leaves a colour or font to the design, a width of 0 follows from the logo's shape."""

    accent: str = ""
    paper: str = ""
    ink: str = ""
    heading_font: str = ""
    body_font: str = ""
    logo_alt: str = ""
    logo_width: int = 0


PLAIN_LOOK = LookDetails()


def checked(details: LookDetails) -> LookDetails:
    """The same, tidied. An accent is never refused: designs find the shades that words need.

    Raises:
        InvalidInput: under its field; words would not be read, with the nearest colour that does.
    """
    look, problems = tried(details)
    if problems:
        raise InvalidInput(problems)
    return look


def tried(details: LookDetails) -> tuple[LookDetails, dict[str, str]]:
    """What of it can be used, and what is wrong with the rest by its field."""
    problems: dict[str, str] = {}
    kept: dict[str, str] = {}
    for field in ("accent", "paper", "ink"):
        try:
            kept[field] = typed.colour(field, getattr(details, field))
        except InvalidInput as refusal:
            kept[field] = ""
            problems |= refusal.fields
    for field, trouble in (("paper", paper_trouble(kept["paper"])), ("ink", ink_trouble(kept["ink"], kept["paper"]))):
        if trouble:
            problems[field] = trouble
            kept[field] = ""
    for field in ("heading_font", "body_font"):
        kept[field] = getattr(details, field)
        if kept[field] not in {"", *FONTS}:
            problems[field], kept[field] = "Choose one of the fonts.", ""
    if details.logo_width and not NARROWEST_LOGO <= details.logo_width <= WIDEST_LOGO:
        problems["logo_width"] = f"A logo may be {NARROWEST_LOGO} to {WIDEST_LOGO} pixels wide."
    width = 0 if "logo_width" in problems else details.logo_width
    return LookDetails(**kept, logo_alt=typed.line("logo_alt", details.logo_alt), logo_width=width), problems


def paper_trouble(paper: str) -> str:
    if not paper or contrast(BLACK, paper) >= PAPER_ROOM:
        return ""
    nearest = readable(paper, BLACK, ratio=PAPER_ROOM)
    return f"Too dark for paper: words need a lighter one. The nearest that does is {nearest}."


def ink_trouble(ink: str, paper: str) -> str:
    ground = paper or WHITE
    if not ink or min(contrast(ink, ground), contrast(ink, WHITE)) >= WORDS:
        return ""
    nearest = readable(ink, ground, WHITE)
    ratio = min(contrast(ink, ground), contrast(ink, WHITE))
    return f"Too pale for words: {ratio:.1f}:1, and they need {WORDS}:1. The nearest that has it is {nearest}."


def look_of(brand: Brand) -> LookDetails:
    return LookDetails(
        accent=brand.accent,
        paper=brand.paper,
        ink=brand.ink,
        heading_font=brand.heading_font,
        body_font=brand.body_font,
        logo_alt=brand.logo_alt,
        logo_width=brand.logo_width,
    )


def as_worn(look: LookDetails) -> BrandLook:
    return BrandLook(look.accent, look.paper, look.ink, look.heading_font, look.body_font)


def brand_content(session: Session, brand: Brand) -> BrandContent:
    """The brand as letters wear it; its logo has the public address that works in a mailbox."""
    logo = session.get(Asset, brand.logo_asset_id) if brand.logo_asset_id else None
    return BrandContent(
        name=brand.name,
        address=brand.address,
        url=brand.website_url,
        logo_url=f"{public_base(brand.base_url)}/media/{logo.sha256}.{logo.extension}" if logo else "",
        logo_alt=brand.logo_alt,
        logo_width=(brand.logo_width or fitting_width(logo)) if logo else 0,
        logo_tone="" if brand.logo_tone is LogoTone.MIXED else brand.logo_tone.value,
        look=as_worn(look_of(brand)),
    )


def fitting_width(logo: Asset) -> int:
    """The width in px at which a logo is as high as a line with room around it."""
    return max(NARROWEST_LOGO, min(WIDEST_LOGO, round(logo.width * LOGO_HEIGHT / max(logo.height, 1)), logo.width))
