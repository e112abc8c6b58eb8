"""A brand's look while it is chosen: how well each pair of colours is read, and a letter in small for a frame."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.database.session import reading
from app.models import Brand
from app.pages.campaigns_letter import shown
from app.pages.forms.settings import BrandForm
from app.pages.guards import needs
from app.pages.security import letter_page
from app.permissions import Act
from app.services import brands
from app.services.brand_looks import LookDetails, as_worn, brand_content, tried
from app.urls import letter_links
from emails.articles.blocks import Article, CallToAction, List, ListItem, Paragraph
from emails.content import Brand as BrandContent
from emails.content import LetterPlan, Recipient
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from emails.themes.catalogue import THEMES
from emails.themes.contrast import contrast
from emails.themes.dressing import dressed
from emails.themes.theme import Palette

blueprint = Blueprint("brands_look", __name__, url_prefix="/settings/brand")

DESIGN = "calm"
LONGEST = 500
SHOWN_IN_SAMPLE = ("name", "address", "without_logo", "logo_alt", "logo_width")
COLOURS = ("accent", "paper", "ink")
FONTS = ("heading_font", "body_font")


@dataclass(frozen=True)
class Pair:
    """Words and what they stand on, with the contrast between the two."""

    ink: str
    ground: str

    @property
    def ratio(self) -> float:
        return contrast(self.ink, self.ground)


@dataclass(frozen=True)
class Figure:
    """One use of colour in light and in dark."""

    words: str
    light: Pair
    dark: Pair


@blueprint.get("/sample")
@needs(Act.SEE)
def sample() -> ResponseReturnValue:
    """A short letter in the look that the address describes; nothing of it is kept."""
    given = {name: value[:LONGEST] for name, value in request.args.items()}
    with reading() as session:
        row = brands.first_brand(session)
        kept = brand_content(session, row) if row else BrandContent("", "")
        language = row.language if row else "en"
    width = given.get("logo_width", "")
    wished = LookDetails(
        **{name: given.get(name, "") for name in (*COLOURS, *FONTS, "logo_alt")},
        logo_width=int(width) if width.isascii() and width.isdigit() else 0,
    )
    look, _problems = tried(wished)
    brand = replace(
        kept,
        name=given.get("name") or _("Your name"),
        address=given.get("address", ""),
        url="",
        logo_url="" if given.get("without_logo") else urlsplit(kept.logo_url).path,
        logo_alt=look.logo_alt,
        logo_width=look.logo_width or kept.logo_width,
        look=as_worn(look),
    )
    plan = LetterPlan(subject="", language=language, date=now().date().isoformat(), list_name=brand.name)
    compiled = compile_letter(sample_article(), brand, plan, theme=asked_design(given.get("design", "")))
    letter = render_letter(compiled, Recipient("reader@example.com"), letter_links(0, "https://letters.example"))
    return letter_page(shown(letter, "", dark=given.get("scheme") == "dark"))


def sample_article() -> Article:
    return Article(
        title=_("Your next letter"),
        blocks=(
            Paragraph(_('This is how your words look, and this is <a href="https://example.com">a link</a>.')),
            List((ListItem(_("What stands here is marked by the accent."), _("A label")),)),
            CallToAction(_("One button, and it is easy to find."), _("Read on"), "https://example.com", _("Shall we?")),
        ),
    )


def asked_design(name: str) -> str:
    return name if name in THEMES else DESIGN


def looked_at(form: BrandForm, brand: Brand | None) -> dict[str, Any]:
    """What the preview shows: figures, remarks on what was chosen, and the addresses of the letter in small."""
    design = asked_design(request.values.get("design", ""))
    look, problems = tried(form.look())
    theme = dressed(THEMES[design], as_worn(look))
    return {
        "form": form,
        "designs": list(THEMES.values()),
        "design": design,
        "own": THEMES[design].light,
        "figures": figures(theme.light, theme.dark),
        "problems": problems,
        "remark": accent_remark(look.accent, theme.light, theme.dark),
        "samples": {scheme: sample_address(form, look, design, scheme) for scheme in ("light", "dark")},
        "tone": brand.logo_tone if brand and brand.logo_asset_id and not form.without_logo.data else "mixed",
    }


def sample_address(form: BrandForm, look: LookDetails, design: str, scheme: str) -> str:
    values = {name: form[name].data or None for name in SHOWN_IN_SAMPLE}
    worn = {name: getattr(look, name) or None for name in (*COLOURS, *FONTS)}
    return url_for("brands_look.sample", design=design, scheme=scheme, **values, **worn)


def figures(light: Palette, dark: Palette) -> list[Figure]:
    uses = [
        (_("Text"), "ink", "card"),
        (_("Headings"), "head", "card"),
        (_("Small print"), "soft", "ground"),
        (_("Links and labels"), "accent", "card"),
        (_("Labels in a list"), "accent", "tint"),
        (_("Call to action"), "panel_text", "panel"),
        (_("Button"), "button_ink", "button"),
    ]
    return [
        Figure(words, *(Pair(getattr(palette, ink), getattr(palette, ground)) for palette in (light, dark)))
        for words, ink, ground in uses
    ]


def accent_remark(accent: str, light: Palette, dark: Palette) -> str:
    """Where words cannot wear the accent itself, which shade they wear."""
    if not accent or accent == light.accent == dark.accent:
        return ""
    where = [
        _("%(shade)s on light paper", shade=light.accent) if light.accent != accent else "",
        _("%(shade)s on dark paper", shade=dark.accent) if dark.accent != accent else "",
    ]
    shades = _(" and ").join(filter(None, where))
    return _(
        "Words in %(accent)s would be hard to read, so they wear its shade %(shades)s.", accent=accent, shades=shades
    )
