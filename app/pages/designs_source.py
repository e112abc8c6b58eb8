"""One design's page in MJML: written, checked by its lines while one types, shown, saved; or given up again."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Design as DesignRow
from app.pages.designs_sample import sample_page
from app.pages.guards import needs, viewer
from app.pages.security import letter_page
from app.pages.source_beginnings import design_beginning
from app.permissions import Act
from app.services import designs
from app.services.brand_looks import as_worn, look_of
from app.services.brands import get_brand
from emails.render.shell import check_shell
from emails.themes.choices import Design, worn
from emails.themes.words import words_for

blueprint = Blueprint("designs_source", __name__, url_prefix="/content/designs/<int:design_id>/mjml")


@blueprint.get("")
@needs(Act.SEE)
def edit(design_id: int) -> ResponseReturnValue:
    with reading() as session:
        row = designs.get_design(session, design_id)
        brand = get_brand(session, row.brand_id)
        kept = designs.content_of(row)
        theme = worn(Design(kept.theme, kept.choices), as_worn(look_of(brand)))
        return show(row, row.shell or design_beginning(theme, words_for(brand.language)), row.revision)


def show(row: DesignRow, shell: str, revision: int, problem: str = "") -> str:
    refusals, remarks = check_shell(shell[: designs.LONGEST_SHELL])
    return render_template(
        "pages/designs/source.html",
        design=row,
        shell=shell,
        revision=revision,
        refusals=refusals,
        remarks=remarks,
        problem=problem,
        may_write=viewer().may(Act.WRITE),
    )


@blueprint.post("")
@needs(Act.WRITE)
def save(design_id: int) -> ResponseReturnValue:
    shell = "" if request.form.get("leave") else request.form.get("source", "").replace("\r\n", "\n")
    revision = request.form.get("revision", 0, int)
    try:
        with transaction() as session:
            designs.save_shell(session, design_id, shell, revision=revision, user_id=viewer().id)
    except (InvalidInput, WrongState) as refusal:
        problem = refusal.fields["shell"] if isinstance(refusal, InvalidInput) else str(refusal)
        with reading() as session:
            row = designs.get_design(session, design_id)
            return show(row, shell, revision, problem), 422
    told = _("Saved. Letters that are made from now on wear it; what has left stays as it was.")
    flash(told if shell else _("The letter has the theme’s own page again."), "good")
    page = "designs_source.edit" if shell else "designs_form.edit"
    return redirect(url_for(page, design_id=design_id), 303)


@blueprint.post("/check")
@needs(Act.WRITE)
def check(design_id: int) -> ResponseReturnValue:
    """What is wrong with the source, by its lines, while one types."""
    with reading() as session:
        designs.get_design(session, design_id)
    refusals, remarks = check_shell(request.form.get("source", "")[: designs.LONGEST_SHELL])
    return render_template("pages/designs/_problems.html", refusals=refusals, remarks=remarks)


@blueprint.post("/sample")
@needs(Act.SEE)
def sample(design_id: int) -> ResponseReturnValue:
    """The sample letter in the source as it is typed, for the frame; nothing of it is kept."""
    with reading() as session:
        row = designs.get_design(session, design_id)
        kept = designs.content_of(row)
        design = Design(kept.theme, kept.choices, request.form.get("source", "")[: designs.LONGEST_SHELL])
        brand = get_brand(session, row.brand_id)
        return letter_page(sample_page(session, brand, design, dark=request.form.get("scheme") == "dark"))
