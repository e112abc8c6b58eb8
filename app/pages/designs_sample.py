"""A letter that shows a design: every usual part once, in the brand's look, for nobody in particular."""

from dataclasses import replace
from urllib.parse import urlsplit

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from app.clock import now
from app.database.session import Session
from app.models import Brand
from app.pages.campaigns_letter import shown
from app.services.brand_looks import as_worn, brand_content, look_of
from app.urls import letter_links
from emails.articles.blocks import Article, CallToAction, Heading, List, ListItem, Paragraph, Quote, Sponsor
from emails.content import BrandLook, LetterPlan, Recipient
from emails.errors import LetterError
from emails.render.compile import compile_letter
from emails.render.personalise import render_letter
from emails.themes.choices import Design, worn
from emails.themes.miniature import miniature


def as_picture(design: Design, brand: Brand | None, *, key: str = "") -> Markup:
    """The design in small, as an SVG that we drew, its words escaped; `key` tells it from others on the page."""
    look = as_worn(look_of(brand)) if brand else BrandLook()
    theme = worn(design, look)
    named = replace(theme, name=key) if key else theme
    return Markup(miniature(named, brand.name if brand else _("Your name"), _("Your title")))  # noqa: S704


def sample_page(session: Session, brand: Brand, design: Design, *, dark: bool) -> str:
    """The sample letter's HTML, or a page that says what is wrong with the design."""
    content = brand_content(session, brand)
    content = replace(content, logo_url=urlsplit(content.logo_url).path)
    plan = LetterPlan(
        subject=_("A letter in your design"),
        language=brand.language,
        greeting=_("Hello Amara,"),
        date=now().date().isoformat(),
        list_name=content.name,
    )
    reader = Recipient("reader@example.com", "Amara")
    try:
        compiled = compile_letter(sample_article(), content, plan, design=design)
        letter = render_letter(compiled, reader, letter_links(0, "https://letters.example"))
    except LetterError as error:
        return render_template("pages/campaigns/frame_problem.html", problem=str(error))
    return shown(letter, "", dark=dark)


def sample_article() -> Article:
    points = (
        ListItem(_("What stands here is marked by the accent."), _("A label")),
        ListItem(_("And a second point below it."), _("Another")),
    )
    return Article(
        title=_("What your readers see"),
        subtitle=_("A subtitle, where there is one"),
        author=_("Your name"),
        blocks=(
            Paragraph(_("The first paragraph leads in. It is a little larger than those that follow it.")),
            Paragraph(_('This is how your words look, and this is <a href="https://example.com">a link</a>.')),
            Heading(2, _("A heading between")),
            Paragraph(_("Headings divide a long letter, so that it can be read at a glance.")),
            List(points),
            Quote(_("A sentence that somebody said well."), _("Somebody")),
            CallToAction(_("One button, and it is easy to find."), _("Read on"), "https://example.com", _("Shall we?")),
            Sponsor(_("A sponsor"), _("With thanks to a sponsor.")),
        ),
    )
