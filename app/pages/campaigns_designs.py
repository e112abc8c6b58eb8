"""The designs that a campaign's letter can wear, each with a picture of the letter in it, dressed as its brand."""

from dataclasses import dataclass, replace

from flask_babel import gettext as _
from markupsafe import Markup

from app.database.session import Session
from app.models import Campaign
from app.models import Design as DesignRow
from app.services.brand_looks import as_worn, look_of
from app.services.brands import get_brand
from app.services.designs import content_of, designs_of, find_worn, word_of
from emails.articles.inline import text_of
from emails.content import BrandLook
from emails.themes.catalogue import THEMES
from emails.themes.choices import worn
from emails.themes.dressing import dressed
from emails.themes.miniature import miniature


@dataclass(frozen=True)
class Design:
    """`picture` is an SVG that we drew, its words escaped."""

    name: str
    title: str
    description: str
    picture: Markup


def designs(session: Session, campaign: Campaign, title: str) -> list[Design]:
    brand = get_brand(session, campaign.brand_id)
    look, shown = as_worn(look_of(brand)), text_of(title) or _("Your title")
    told = descriptions()
    themes = [
        Design(name, theme.title, told.get(name, ""), Markup(miniature(dressed(theme, look), brand.name, shown)))  # noqa: S704
        for name, theme in THEMES.items()
    ]
    rows = list(designs_of(session, brand.id))
    chosen = find_worn(session, campaign.theme, brand.id)
    if chosen is not None and chosen not in rows:
        rows.append(chosen)
    return [*(own_design(row, look, brand.name, shown) for row in rows), *themes]


def own_design(row: DesignRow, look: BrandLook, brand: str, title: str) -> Design:
    word = word_of(row)
    theme = replace(worn(content_of(row), look), name=word)
    told = _("Your own, from %(theme)s.", theme=THEMES[row.theme].title)
    return Design(word, row.name, told, Markup(miniature(theme, brand, title)))  # noqa: S704


def design_title(session: Session, campaign: Campaign) -> str:
    """What the campaign's design is called."""
    row = find_worn(session, campaign.theme, campaign.brand_id)
    return row.name if row else THEMES[campaign.theme].title if campaign.theme in THEMES else campaign.theme


def descriptions() -> dict[str, str]:
    return {
        "calm": _("Warm paper, headings with serifs, deep green."),
        "broadsheet": _("Black on white with rules, like a newspaper."),
        "signal": _("Clear and strong, for news of a product."),
        "midnight": _("Dark for everybody, with one bright accent."),
    }
