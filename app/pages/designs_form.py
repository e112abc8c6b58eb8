"""One design in its form: colours with their contrast, fonts, corners, room, what stands above and below."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import Field

from app.database.session import Session, reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Design as DesignRow
from app.pages.brands_look import figures
from app.pages.designs_sample import sample_page
from app.pages.forms.designs import TEXTS, DesignForm, filled
from app.pages.forms.refusals import take_refusal
from app.pages.guards import needs, viewer
from app.pages.security import letter_page
from app.permissions import Act
from app.services import designs
from app.services.brand_looks import as_worn, look_of
from app.services.brands import get_brand
from app.services.design_choices import tried_choices
from emails.themes.catalogue import THEMES
from emails.themes.choices import COLOURS, LIMITS, Choices, Design, choices_from_json, worn
from emails.themes.theme import Palette

blueprint = Blueprint("designs_form", __name__, url_prefix="/content/designs/<int:design_id>")
LONGEST = 400
NUMBERS = (*LIMITS, "title_weight")


@blueprint.get("")
@needs(Act.SEE)
def edit(design_id: int) -> ResponseReturnValue:
    with reading() as session:
        row = designs.get_design(session, design_id)
        form = filled(row.name, designs.content_of(row).choices, row.revision)
        return render_template("pages/designs/edit.html", **looked_at(session, row, form))


@blueprint.post("")
@needs(Act.WRITE)
def save(design_id: int) -> ResponseReturnValue:
    form = DesignForm()
    status = 422
    if form.validate_on_submit():
        try:
            keep(design_id, form)
            flash(_("Saved. Letters that are made from now on wear it; what has left stays as it was."), "good")
            return redirect(url_for("designs_form.edit", design_id=design_id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
        except WrongState as refusal:
            form.form_errors.append(str(refusal))
            status = 409
    with reading() as session:
        row = designs.get_design(session, design_id)
        return render_template("pages/designs/edit.html", **looked_at(session, row, form)), status


def keep(design_id: int, form: DesignForm) -> None:
    revision = form.revision.data or ""
    over = int(revision) if revision.isdecimal() else 0
    with transaction() as session:
        designs.save_choices(session, design_id, form.wished(), revision=over, user_id=viewer().id)
        designs.rename_design(session, design_id, form.name.data or "", user_id=viewer().id)


@blueprint.post("/preview")
@needs(Act.WRITE)
def preview(design_id: int) -> ResponseReturnValue:
    """The figures of the colours, and where the letter in small is to be had, while one types."""
    with reading() as session:
        row = designs.get_design(session, design_id)
        return render_template("pages/designs/_preview.html", **looked_at(session, row, DesignForm()))


@blueprint.get("/sample")
@needs(Act.SEE)
def sample(design_id: int) -> ResponseReturnValue:
    """The sample letter in the choices that the address describes; nothing of it is kept."""
    given: dict[str, Any] = {name: value[:LONGEST] for name, value in request.args.items()}
    numbers = {name: int(given[name]) for name in NUMBERS if given.get(name, "").isdecimal()}
    texts = {name: given[name] for name in (*COLOURS, *TEXTS) if name in given}
    choices, _problems = tried_choices(choices_from_json({**texts, **numbers}))
    with reading() as session:
        row = designs.get_design(session, design_id)
        design = replace(designs.content_of(row), choices=choices)
        brand = get_brand(session, row.brand_id)
        return letter_page(sample_page(session, brand, design, dark=given.get("scheme") == "dark"))


def looked_at(session: Session, row: DesignRow, form: DesignForm) -> dict[str, Any]:
    """Everything that the page and its preview use."""
    look = as_worn(look_of(get_brand(session, row.brand_id)))
    choices, problems = tried_choices(form.wished())
    own, theme = worn(Design(row.theme), look), worn(Design(row.theme, choices), look)
    return {
        "design": row,
        "form": form,
        "theme": THEMES[row.theme],
        "own": own,
        "shape": own.shape,
        "limits": LIMITS,
        "figures": figures(theme.light, theme.dark),
        "problems": problems,
        "moved": moved(form, choices, theme.light),
        "samples": {scheme: sample_address(row.id, choices, scheme) for scheme in ("light", "dark")},
        "may_write": viewer().may(Act.WRITE),
    }


def moved(form: DesignForm, choices: Choices, light: Palette) -> list[str]:
    """Where something cannot wear the very colour that was chosen, which shade it wears."""
    pairs: list[tuple[Field, str, str]] = [
        (form.ink, choices.ink, light.ink),
        (form.head, choices.head, light.head),
        (form.accent, choices.accent, light.accent),
        (form.ground, choices.ground, light.ground),
    ]
    sentence = _("%(what)s in %(chosen)s would be hard to read with the others, so it wears %(shade)s.")
    return [
        sentence % {"what": field.label.text, "chosen": chosen, "shade": shade}
        for field, chosen, shade in pairs
        if chosen and chosen != shade
    ]


def sample_address(design_id: int, choices: Choices, scheme: str) -> str:
    values: dict[str, Any] = choices.to_json()
    return url_for("designs_form.sample", design_id=design_id, scheme=scheme, **values)
