"""The designs that a campaign's letter can wear, each with a picture of the letter in it, dressed as its brand."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from app.models import Campaign
from app.services.brand_looks import as_worn, look_of
from app.services.brands import get_brand
from emails.articles.inline import text_of
from emails.themes.catalogue import THEMES
from emails.themes.dressing import dressed
from emails.themes.miniature import miniature


@dataclass(frozen=True)
class Design:
    """`picture` is an SVG that we drew, its words escaped."""

    name: str
    title: str
    description: str
    picture: Markup


def designs(session: Any, campaign: Campaign, title: str) -> list[Design]:
    brand = get_brand(session, campaign.brand_id)
    look, shown = as_worn(look_of(brand)), text_of(title) or _("Your title")
    told = descriptions()
    return [
        Design(name, theme.title, told.get(name, ""), Markup(miniature(dressed(theme, look), brand.name, shown)))  # noqa: S704
        for name, theme in THEMES.items()
    ]


def descriptions() -> dict[str, str]:
    return {
        "calm": _("Warm paper, headings with serifs, deep green."),
        "broadsheet": _("Black on white with rules, like a newspaper."),
        "signal": _("Clear and strong, for news of a product."),
        "midnight": _("Dark for everybody, with one bright accent."),
    }
