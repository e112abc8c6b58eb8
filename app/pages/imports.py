"""An import on screen: a file chosen, its columns and lists, a look through it, people coming in, the result."""

from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config import Settings
from app.database.session import Session, reading, transaction
from app.errors import InvalidInput, NotFound
from app.models import Existing, ImportBatch, ImportStatus
from app.pages.forms.imports import ColumnsForm, ConsentForm, UploadForm
from app.pages.forms.refusals import take_refusal
from app.pages.guards import find_viewer, needs, viewer
from app.pages.imports_words import (
    DELIMITER_WORDS,
    ENCODING_WORDS,
    STATUS_KIND,
    STATUS_WORDS,
    choices_of,
    dropped_in_words,
    figures_of,
    sentence_of,
    skipped_in_words,
    standing_of,
)
from app.permissions import Act
from app.queries.imports import find_imports, names_of_lists, progress_of
from app.queries.lists import list_overview
from app.services import imports
from app.services.import_files import rejected_csv
from app.services.import_pages import take_next_page
from app.services.import_reading import LARGEST_FILE_BYTES

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
blueprint.add_app_template_filter(lambda status: STATUS_WORDS[status], "import_words")
blueprint.add_app_template_filter(lambda status: STATUS_KIND[status], "import_kind")
_S = ImportStatus
ROWS_AT_ONCE = 2_000
OFTEN_MS = 1_000
FORM_AROUND_BYTES = 1024 * 1024


@blueprint.url_value_preprocessor
def allow_a_large_file(endpoint: str | None, _values: object) -> None:
    """Only here, and only for those who may bring people in, a request may be as large as a file."""
    found = find_viewer()
    if endpoint == "imports.new" and found is not None and found.may(Act.PEOPLE):
        request.max_content_length = LARGEST_FILE_BYTES + FORM_AROUND_BYTES


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    with reading() as session:
        rows = find_imports(session)
        has_lists = bool(list_overview(session))
    return render_template("pages/imports/index.html", rows=rows, has_lists=has_lists)


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def new() -> ResponseReturnValue:
    form = UploadForm()
    if form.validate_on_submit():
        try:
            file = form.file.data
            received = imports.receive(file.stream, file.filename or "", settings().imports)
            with transaction() as session:
                import_id = imports.create_import(session, received, user_id=viewer().id).id
            return redirect(url_for("imports.columns", import_id=import_id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    megabytes = LARGEST_FILE_BYTES // (1024 * 1024)
    return render_template("pages/imports/new.html", form=form, megabytes=megabytes), 422 if form.errors else 200


@blueprint.route("/<int:import_id>/columns", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def columns(import_id: int) -> ResponseReturnValue:
    """What each column is; another separator, or other headings, read the file anew and guess again."""
    with reading() as session:
        batch = imports.get_import(session, import_id)
    form = ColumnsForm(data=shape_data(batch)) if request.method == "GET" else ColumnsForm()
    refused: dict[str, str] = {}
    if form.validate_on_submit():
        try:
            return keep_columns(batch, form)
        except InvalidInput as refusal:
            refused = refusal.fields
    return show_columns(batch, form, refused), 422 if refused or form.errors else 200


def shape_data(batch: ImportBatch) -> dict[str, str]:
    return {"delimiter": batch.shape["delimiter"], "headings": "1" if batch.shape["has_headings"] else "0"}


def keep_columns(batch: ImportBatch, form: ColumnsForm) -> ResponseReturnValue:
    wanted = {"delimiter": form.delimiter.data, "headings": form.headings.data}
    with transaction() as session:
        if "again" in request.form or wanted != shape_data(batch):
            imports.reshape(
                session,
                batch.id,
                settings().imports,
                delimiter=wanted["delimiter"],
                has_headings=wanted["headings"] == "1",
            )
            return redirect(url_for("imports.columns", import_id=batch.id), 303)
        imports.choose_columns(session, batch.id, chosen_columns())
    return redirect(url_for("imports.consent", import_id=batch.id), 303)


def chosen_columns() -> dict[str, str]:
    return {name.removeprefix("column-"): value for name, value in request.form.items() if name.startswith("column-")}


def show_columns(batch: ImportBatch, form: ColumnsForm, refused: dict[str, str]) -> str:
    rows = imports.first_rows(batch, settings().imports)
    chosen = batch.mapping if request.method == "GET" else {**batch.mapping, **chosen_columns()}
    offered = [
        {
            "place": place,
            "title": title or _("Column %(number)d", number=place + 1),
            "choices": choices_of(title, place, chosen.get(str(place), "")),
            "chosen": chosen.get(str(place), ""),
            "examples": [row.cells[place][:60] for row in rows if place < len(row.cells) and row.cells[place].strip()],
        }
        for place, title in enumerate(batch.shape["headings"])
    ]
    return render_template(
        "pages/imports/columns.html",
        batch=batch,
        form=form,
        offered=offered,
        refused=refused,
        encoding=ENCODING_WORDS[batch.shape["encoding"]],
        is_guessed=batch.shape["encoding"] in {"cp1252", "latin-1"},
        separated=DELIMITER_WORDS[batch.shape["delimiter"]],
    )


@blueprint.route("/<int:import_id>/consent", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def consent(import_id: int) -> ResponseReturnValue:
    """Which lists, and how these people agreed; then the file is looked through."""
    with reading() as session:
        batch = imports.get_import(session, import_id)
        lists = [(one.id, one.name) for one in list_overview(session)]
    kept = {"lists": batch.list_ids, "basis": batch.basis, "existing": batch.existing.value}
    if not batch.list_ids and len(lists) == 1:
        kept["lists"] = [lists[0][0]]
    form = ConsentForm(data=kept) if request.method == "GET" else ConsentForm()
    form.offer(lists)
    if form.validate_on_submit():
        try:
            keep_consent(import_id, form)
            return redirect(url_for("imports.show", import_id=import_id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    status = 422 if form.errors else 200
    return render_template("pages/imports/consent.html", batch=batch, form=form, has_lists=bool(lists)), status


def keep_consent(import_id: int, form: ConsentForm) -> None:
    with transaction() as session:
        imports.choose_lists(
            session,
            import_id,
            form.lists.data or [],
            basis=form.basis.data or "",
            existing=Existing(form.existing.data),
        )
    set_to_work(import_id, imports.check)


def set_to_work(import_id: int, verb: Callable[[Session, int], ImportBatch]) -> None:
    """Begins, and takes the first rows here and now, so that a small file is done when the page comes."""
    with transaction() as session:
        verb(session, import_id)
    with transaction() as session:
        take_next_page(session, import_id, settings().imports, most=ROWS_AT_ONCE)


@blueprint.get("/<int:import_id>")
@needs(Act.SEE)
def show(import_id: int) -> ResponseReturnValue:
    with reading() as session:
        batch = imports.get_import(session, import_id)
        if batch.status == _S.DRAFT and viewer().may(Act.PEOPLE):
            return redirect(url_for("imports.columns", import_id=import_id))
        return render_template("pages/imports/show.html", **standing(session, batch))


@blueprint.get("/<int:import_id>/live")
@needs(Act.SEE)
def live(import_id: int) -> ResponseReturnValue:
    """The part that changes while rows are read; at the end the whole page is asked for."""
    with reading() as session:
        batch = imports.get_import(session, import_id)
        if batch.status not in imports.AT_WORK:
            return "", 200, {"HX-Refresh": "true"}
        return render_template("pages/imports/_live.html", **standing(session, batch))


def standing(session: Session, batch: ImportBatch) -> dict[str, object]:
    progress = progress_of(batch)
    return {
        "batch": batch,
        "lists": names_of_lists(session, batch.list_ids),
        "is_at_work": batch.status in imports.AT_WORK,
        "progress": progress,
        "sentence": sentence_of(batch) if batch.report else "",
        "standing": standing_of(progress),
        "figures": figures_of(batch.report),
        "skipped": skipped_in_words(batch.report),
        "dropped": dropped_in_words(batch.report),
        "brings": batch.report.get("created", 0) + batch.report.get("updated", 0),
        "often_ms": OFTEN_MS,
    }


@blueprint.post("/<int:import_id>/start")
@needs(Act.PEOPLE)
def start(import_id: int) -> ResponseReturnValue:
    user_id = viewer().id
    set_to_work(import_id, lambda session, number: imports.start(session, number, user_id=user_id))
    return redirect(url_for("imports.show", import_id=import_id), 303)


@blueprint.post("/<int:import_id>/cancel")
@needs(Act.PEOPLE)
def cancel(import_id: int) -> ResponseReturnValue:
    with transaction() as session:
        batch = imports.cancel(session, import_id, settings().imports, user_id=viewer().id)
    flash(_("“%(name)s” is called off. Whoever had come in by then stays.", name=batch.file_name), "good")
    return redirect(url_for("imports.index"), 303)


@blueprint.get("/<int:import_id>/rejected.csv")
@needs(Act.PEOPLE)
def rejected(import_id: int) -> ResponseReturnValue:
    """The rows that could not be read, for mending and bringing in again."""
    with reading() as session:
        batch = imports.get_import(session, import_id)
    kept, size = imports.kept_of(batch, settings().imports), int(batch.report.get("rejected_size", 0))
    if not size or not kept.rejected.exists():
        raise NotFound(_("There are no such rows, or they were forgotten: they are kept for a month."))
    lines = rejected_csv(kept, [_("Row"), _("Reason"), _("Value")], size=size)
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{import_id}-rows.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
