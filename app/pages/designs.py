"""Designs of the brand's own: the overview; one made from a theme, copied, put away, brought back."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.database.session import Session, reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Brand
from app.models import Design as DesignRow
from app.pages.campaigns_designs import descriptions
from app.pages.designs_sample import as_picture
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.services import designs
from app.services.brands import first_brand, get_brand
from emails.themes.catalogue import THEMES
from emails.themes.choices import Design

blueprint = Blueprint("designs", __name__, url_prefix="/content/designs")


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    with reading() as session:
        brand = first_brand(session)
        return render_template("pages/designs/index.html", **overview(session, brand))


def overview(session: Session, brand: Brand | None, **more: Any) -> dict[str, Any]:
    own = designs.designs_of(session, brand.id) if brand else ()
    away = designs.designs_of(session, brand.id, archived=True) if brand else ()
    told = descriptions()
    return {
        "has_brand": brand is not None,
        "own": [(row, picture(row, brand), THEMES[row.theme].title) for row in own if brand],
        "away": away,
        "offered": [
            (name, theme.title, told.get(name, ""), as_picture(Design(name), brand)) for name, theme in THEMES.items()
        ],
        "problem": "",
        **more,
    }


def picture(row: DesignRow, brand: Brand) -> Markup:
    return as_picture(designs.content_of(row), brand, key=designs.word_of(row))


@blueprint.post("")
@needs(Act.WRITE)
def create() -> ResponseReturnValue:
    """From a theme, in the form or in MJML; or from another design (`copy`)."""
    with transaction() as session:
        brand = first_brand(session)
        if brand is None:
            raise WrongState(_("There is no brand yet. Name yours under Settings first."))
        try:
            made = designs.create_design(
                session, brand.id, name=fresh_name(session, brand.id), design=asked_for(session), user_id=viewer().id
            )
        except InvalidInput as refusal:
            problem = next(iter(refusal.fields.values()))
            return render_template("pages/designs/index.html", **overview(session, brand, problem=problem)), 422
        design_id = made.id
    page = "designs_source.edit" if request.form.get("as") == "mjml" else "designs_form.edit"
    return redirect(url_for(page, design_id=design_id), 303)


def asked_for(session: Session) -> Design:
    copied = request.form.get("copy", "")
    if copied.isdecimal():
        return designs.content_of(designs.get_design(session, int(copied)))
    return Design(request.form.get("theme", ""))


def fresh_name(session: Session, brand_id: int) -> str:
    """What was typed, else a name after the theme or the copied design, with a number where it is taken."""
    typed = request.form.get("name", "").strip()
    if typed:
        return typed
    copied, theme = request.form.get("copy", ""), THEMES.get(request.form.get("theme", ""))
    if copied.isdecimal():
        base = designs.get_design(session, int(copied)).name
    else:
        base = _("Our %(theme)s", theme=theme.title) if theme else _("Our design")
    taken = {row.name.casefold() for row in designs.designs_of(session, brand_id)}
    numbered = (f"{base} {number}" for number in range(2, len(taken) + 3))
    return next(name for name in (base, *numbered) if name.casefold() not in taken)


@blueprint.post("/<int:design_id>/put-away")
@needs(Act.WRITE)
def put_away(design_id: int) -> ResponseReturnValue:
    away = request.form.get("back") != "1"
    with transaction() as session:
        name = designs.put_away(session, design_id, away=away, user_id=viewer().id).name
    if away:
        flash(_("“%(name)s” is put away. Campaigns that wear it keep it.", name=name), "good")
    else:
        flash(_("“%(name)s” is back.", name=name), "good")
    return redirect(url_for("designs.index"), 303)


@blueprint.get("/<int:design_id>/versions")
@needs(Act.SEE)
def versions(design_id: int) -> ResponseReturnValue:
    with reading() as session:
        row = designs.get_design(session, design_id)
        brand = get_brand(session, row.brand_id)
        kept = [
            (one, as_picture(designs.version_content(one), brand, key=f"v{one.number}"))
            for one in designs.versions_of(session, design_id)
        ]
        return render_template("pages/designs/versions.html", design=row, versions=kept)


@blueprint.post("/<int:design_id>/versions/<int:number>")
@needs(Act.WRITE)
def bring_back(design_id: int, number: int) -> ResponseReturnValue:
    with transaction() as session:
        designs.bring_back(session, design_id, number, user_id=viewer().id)
    flash(_("Version %(number)s is the one in use again.", number=number), "good")
    return redirect(url_for("designs_form.edit", design_id=design_id), 303)
