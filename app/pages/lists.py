"""Lists: the overview, one list with its people by state, made, renamed, put away."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.errors import InvalidInput
from app.pages.forms.refusals import take_refusal
from app.pages.forms.settings import ListForm
from app.pages.guards import is_htmx, needs, viewer
from app.pages.people_words import source_words, status_words
from app.pages.subscribers import asked_status
from app.permissions import Act
from app.queries.list_report import list_report
from app.queries.lists import list_counts, list_overview
from app.queries.subscribers import Within, search_people
from app.services import brands, lists

blueprint = Blueprint("lists", __name__, url_prefix="/lists")


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    with reading() as session:
        rows = list_overview(session, with_archived=True)
        brand = brands.first_brand(session)
    return render_template("pages/lists/index.html", lists=rows, has_brand=brand is not None)


@blueprint.get("/<int:list_id>")
@needs(Act.SEE)
def show(list_id: int) -> ResponseReturnValue:
    search, status = request.args.get("q", "").strip(), asked_status()
    with reading() as session:
        mailing_list = lists.get_list(session, list_id)
        counts = list_counts(session, list_id)
        found = search_people(
            session,
            search,
            within=Within(list_id, status),
            after=request.args.get("after", ""),
            inside="inside" in request.args,
        )
        template = "pages/lists/_found.html" if is_htmx() else "pages/lists/show.html"
        return render_template(
            template,
            list=mailing_list,
            counts=counts,
            found=found,
            search=search,
            status=status,
            statuses=status_words(),
            is_continued="after" in request.args,
        )


@blueprint.get("/<int:list_id>/report")
@needs(Act.SEE)
def report(list_id: int) -> ResponseReturnValue:
    """How the list grew, by month or by week, and how its people came."""
    by_week = request.args.get("by") == "week"
    with reading() as session:
        mailing_list = lists.get_list(session, list_id)
        told = list_report(session, list_id, by_week=by_week)
    return render_template(
        "pages/lists/report.html", list=mailing_list, report=told, by_week=by_week, ways=source_words()
    )


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def new() -> ResponseReturnValue:
    with reading() as session:
        brand = brands.first_brand(session)
    if brand is None:
        flash(_("Name your brand first: every list speaks for one."), "warn")
        return redirect(url_for("brands.edit"))
    form = ListForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = lists.create_list(
                    session,
                    form.name.data or "",
                    brand_id=brand.id,
                    description=form.description.data or "",
                    user_id=viewer().id,
                )
            flash(_("“%(name)s” is ready for its people.", name=made.name), "good")
            return redirect(url_for("lists.show", list_id=made.id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return render_template("pages/lists/new.html", form=form), 422 if form.errors else 200


@blueprint.route("/<int:list_id>/edit", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def edit(list_id: int) -> ResponseReturnValue:
    with reading() as session:
        mailing_list = lists.get_list(session, list_id)
        form = ListForm(data={"name": mailing_list.name, "description": mailing_list.description})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                lists.edit_list(
                    session,
                    list_id,
                    name=form.name.data or "",
                    description=form.description.data or "",
                    user_id=viewer().id,
                )
            flash(_("Saved."), "good")
            return redirect(url_for("lists.show", list_id=list_id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return render_template("pages/lists/edit.html", form=form, list=mailing_list), 422 if form.errors else 200


@blueprint.post("/<int:list_id>/archive")
@needs(Act.PEOPLE)
def archive(list_id: int) -> ResponseReturnValue:
    with transaction() as session:
        mailing_list = lists.archive_list(session, list_id, user_id=viewer().id)
    flash(
        _("“%(name)s” is put away. Its people and proofs stay; you can bring it back.", name=mailing_list.name), "good"
    )
    return redirect(url_for("lists.show", list_id=list_id), 303)


@blueprint.post("/<int:list_id>/restore")
@needs(Act.PEOPLE)
def restore(list_id: int) -> ResponseReturnValue:
    with transaction() as session:
        mailing_list = lists.restore_list(session, list_id, user_id=viewer().id)
    flash(_("“%(name)s” is back.", name=mailing_list.name), "good")
    return redirect(url_for("lists.show", list_id=list_id), 303)
