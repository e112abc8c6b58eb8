"""Segments: the overview, one with its people, and the page that puts a rule together. Works without script."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.database.session import Session, reading, transaction
from app.errors import InvalidInput, WrongState
from app.pages.forms.segment_form import Drafted, acted, drafted, kind_of, read_drafted
from app.pages.guards import is_htmx, needs, viewer
from app.pages.segments_words import about_campaigns, about_letters, about_lists, about_person, how_words, rule_words
from app.permissions import Act
from app.queries.segment_filter import segment_filter
from app.queries.segment_rules import FIELD, Kind, Rule, read_rule
from app.queries.segments import (
    askable_campaigns,
    askable_lists,
    campaigns_using,
    known_fields,
    names_in,
    reach_of,
    segment_overview,
)
from app.queries.subscribers import Within, search_people
from app.services import segments
from app.services.segments import checked_rule

blueprint = Blueprint("segments", __name__, url_prefix="/segments")
MOST_FIELDS = 50


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    with reading() as session:
        rows = segment_overview(session)
        names = names_in(session, [one.rule for one in rows])
    told = {one.id: rule_words(one.rule, names) for one in rows}
    return render_template("pages/segments/index.html", segments=rows, told=told)


@blueprint.get("/<int:segment_id>")
@needs(Act.SEE)
def show(segment_id: int) -> ResponseReturnValue:
    """Who is in it now, searched as one types."""
    search = request.args.get("q", "").strip()
    with reading() as session:
        segment = segments.get_segment(session, segment_id)
        rule = read_rule(segment.rule)
        inside = Within(segment=segment_filter(session, rule, now()))
        found = search_people(
            session,
            search,
            within=inside,
            after=request.args.get("after", ""),
            inside="inside" in request.args,
        )
        page = {"segment": segment, "found": found, "search": search, "is_continued": "after" in request.args}
        if is_htmx():
            return render_template("pages/segments/_found.html", **page)
        told = rule_words(rule, names_in(session, [rule]))
        return render_template(
            "pages/segments/show.html", **page, told=told, campaigns=campaigns_using(session, segment_id)
        )


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def new() -> ResponseReturnValue:
    if request.method == "GET":
        return form_page(Drafted())
    draft = read_drafted(request.form)
    if "act" in request.form:
        return form_page(acted(draft, request.form["act"]))
    try:
        with transaction() as session:
            made = segments.create_segment(session, draft.name, draft.rule, user_id=viewer().id)
            segments.keep_count(session, made.id)
    except InvalidInput as refusal:
        return form_page(draft, refusal)
    flash(_("“%(name)s” is ready. It always counts who fits now.", name=made.name), "good")
    return redirect(url_for("segments.show", segment_id=made.id), 303)


@blueprint.route("/<int:segment_id>/edit", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def edit(segment_id: int) -> ResponseReturnValue:
    with reading() as session:
        segment = segments.get_segment(session, segment_id)
        begun = drafted(segment.name, read_rule(segment.rule))
    if request.method == "GET":
        return form_page(begun, segment=segment)
    draft = read_drafted(request.form)
    if "act" in request.form:
        return form_page(acted(draft, request.form["act"]), segment=segment)
    try:
        with transaction() as session:
            segments.edit_segment(session, segment_id, draft.name, draft.rule, user_id=viewer().id)
            segments.keep_count(session, segment_id)
    except InvalidInput as refusal:
        return form_page(draft, refusal, segment=segment)
    flash(_("Saved."), "good")
    return redirect(url_for("segments.show", segment_id=segment_id), 303)


@blueprint.post("/build")
@needs(Act.PEOPLE)
def build() -> ResponseReturnValue:
    """The conditions after another choice; the page then asks how many people they find."""
    draft = acted(read_drafted(request.form), request.form.get("act", ""))
    with reading() as session:
        return render_template("pages/segments/_builder.html", counted=False, problems={}, **builder(session, draft))


@blueprint.post("/count")
@needs(Act.PEOPLE)
def count() -> ResponseReturnValue:
    with reading() as session:
        return render_template("pages/segments/_count.html", **counted(session, read_drafted(request.form)))


@blueprint.post("/<int:segment_id>/delete")
@needs(Act.PEOPLE)
def delete(segment_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            segments.delete_segment(session, segment_id, user_id=viewer().id)
    except WrongState as refusal:
        flash(str(refusal), "bad")
        return redirect(url_for("segments.edit", segment_id=segment_id), 303)
    flash(_("Deleted. Reports keep what was counted."), "good")
    return redirect(url_for("segments.index"), 303)


def form_page(draft: Drafted, refusal: InvalidInput | None = None, *, segment: Any = None) -> ResponseReturnValue:
    problems = dict(refusal.fields) if refusal else {}
    with reading() as session:
        parts = {**builder(session, draft), **counted(session, draft), "counted": True}
        page = render_template("pages/segments/edit.html", segment=segment, problems=problems, **parts)
    return page, 422 if refusal else 200


def builder(session: Session, draft: Drafted) -> dict[str, Any]:
    """What `_builder.html` shows."""
    known = [f"{FIELD}{name}" for name in known_fields(session, most=MOST_FIELDS)]
    asked = [one["what"] for group in draft.groups for one in group if one["what"].startswith(FIELD)]
    fields = {what: what.removeprefix(FIELD) for what in (*known, *asked)}
    return {
        "draft": draft,
        "kind_of": kind_of,
        "kinds": Kind,
        "hows": how_words(),
        "whats": [
            (_("The person"), about_person()),
            (_("Further facts"), dict(sorted(fields.items()))),
            (_("Lists"), about_lists()),
            (_("Letters"), about_letters()),
            (_("One campaign"), about_campaigns()),
        ],
        "askable": {Kind.LIST: askable_lists(session), Kind.CAMPAIGN: askable_campaigns(session)},
    }


def counted(session: Session, draft: Drafted) -> dict[str, Any]:
    """What `_count.html` shows: the count where the rule is whole, what is missing where it is not."""
    rule, missing = whole_rule(session, draft)
    told = rule_words(rule, names_in(session, [rule])) if rule else ""
    return {"reach": reach_of(session, rule) if rule else None, "told": told, "missing": missing}


def whole_rule(session: Session, draft: Drafted) -> tuple[Rule | None, str]:
    if not draft.rule["groups"]:
        return None, _("Choose what it is about, and the people who fit are counted here.")
    try:
        return checked_rule(session, draft.rule), ""
    except InvalidInput as refusal:
        return None, refusal.fields["rule"]
