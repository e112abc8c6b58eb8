"""The audience: people searched, added, corrected, and one person's page. Leaving: `subscribers_leaving`."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.errors import InvalidInput
from app.models import ConsentWay, SubscriptionStatus
from app.pages.forms.people import NewPersonForm, PersonForm, fields_as_text, fields_from_text
from app.pages.forms.refusals import take_refusal
from app.pages.guards import is_htmx, needs, viewer
from app.pages.people_words import STATUS_KIND, STATUS_WORDS, SUPPRESSION_WORDS, status_words, tell
from app.permissions import Act
from app.queries.lists import list_names
from app.queries.person_timeline import timeline
from app.queries.segments import inside_segment, segment_names
from app.queries.subscribers import Within, lists_of_person, search_people
from app.services import subscribers, suppressions
from app.services.subscribers import Person
from app.services.subscriptions import Proof

blueprint = Blueprint("subscribers", __name__, url_prefix="/people")
blueprint.add_app_template_filter(lambda status: STATUS_WORDS[status], "subscription_words")
blueprint.add_app_template_filter(lambda status: STATUS_KIND[status], "subscription_kind")
blueprint.add_app_template_filter(lambda reason: SUPPRESSION_WORDS[reason], "suppression_words")


def asked_status() -> SubscriptionStatus | None:
    asked = request.args.get("status", "")
    return SubscriptionStatus(asked) if asked in set(SubscriptionStatus) else None


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    """Search that answers as one types; the same address without script gives the whole page."""
    search, list_id = request.args.get("q", "").strip(), request.args.get("list", type=int)
    segment_id = request.args.get("segment", type=int)
    with reading() as session:
        everybody = search_people(session).total
        found = search_people(
            session,
            search,
            within=Within(list_id, asked_status(), inside_segment(session, segment_id)),
            after=request.args.get("after", ""),
            inside="inside" in request.args,
        )
        lists, saved = list_names(session), segment_names(session)
    template = "pages/subscribers/_found.html" if is_htmx() else "pages/subscribers/index.html"
    return render_template(
        template,
        found=found,
        everybody=everybody,
        lists=lists,
        search=search,
        list_id=list_id,
        segments=saved,
        segment_id=segment_id,
        status=asked_status(),
        statuses=status_words(),
        is_narrowed=bool(search or list_id or segment_id or asked_status()),
        is_continued="after" in request.args,
    )


@blueprint.get("/<int:person_id>")
@needs(Act.SEE)
def show(person_id: int) -> ResponseReturnValue:
    with reading() as session:
        person = subscribers.get_person(session, person_id)
        lists = lists_of_person(session, person_id)
        told = [tell(entry) for entry in timeline(session, person_id)]
        suppression = suppressions.find_suppression(session, person.address_hash or "")
        return render_template(
            "pages/subscribers/show.html", person=person, lists=lists, told=told, suppression=suppression
        )


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def new() -> ResponseReturnValue:
    with reading() as session:
        lists = list_names(session)
    form = NewPersonForm()
    form.lists.choices = list(lists)
    if request.method == "GET":
        asked = request.args.get("list", type=int)
        form.lists.data = [asked] if asked else [id_ for id_, _name in lists] if len(lists) == 1 else []
    if form.validate_on_submit():
        try:
            return add(form)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return render_template("pages/subscribers/new.html", form=form), 422 if form.errors else 200


def add(form: NewPersonForm) -> ResponseReturnValue:
    proof = Proof(ConsentWay.TEAM, basis=form.basis.data or "", user_id=viewer().id)
    with transaction() as session:
        person = subscribers.add_person(
            session, described(form), form.lists.data or [], proof, confirmed=form.confirmed.data
        )
    flash(_("%(email)s is here now.", email=person.email), "good")
    return redirect(url_for("subscribers.show", person_id=person.id), 303)


def described(form: PersonForm) -> Person:
    """The person as the form describes her. Raises InvalidInput for facts that cannot be read."""
    return Person(
        email=form.email.data or "",
        first_name=form.first_name.data or "",
        last_name=form.last_name.data or "",
        language=form.language.data or "",
        fields=fields_from_text(form["fields"].data or ""),
    )


@blueprint.route("/<int:person_id>/edit", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def edit(person_id: int) -> ResponseReturnValue:
    with reading() as session:
        person = subscribers.get_person(session, person_id)
        form = PersonForm(data=None) if request.method == "POST" else filled(person_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                subscribers.edit_person(session, person_id, described(form), user_id=viewer().id)
            flash(_("Saved."), "good")
            return redirect(url_for("subscribers.show", person_id=person_id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return render_template("pages/subscribers/edit.html", form=form, person=person), 422 if form.errors else 200


def filled(person_id: int) -> PersonForm:
    with reading() as session:
        person = subscribers.get_person(session, person_id)
        return PersonForm(
            data={
                "email": person.email,
                "first_name": person.first_name,
                "last_name": person.last_name,
                "language": person.language,
                "fields": fields_as_text(person),
            }
        )
