"""A person leaves, comes back, is stopped, or is forgotten: each asked first, each with its reason kept."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import ConsentWay, SubscriptionStatus, SuppressionReason
from app.pages.forms.people import EraseForm, JoinForm, LeaveForm, ReasonForm
from app.pages.forms.refusals import take_refusal
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.queries.lists import list_overview
from app.queries.subscribers import lists_of_person
from app.services import subscribers, subscriptions, suppressions
from app.services.subscriptions import Proof
from app.services.suppressions import ByHand

blueprint = Blueprint("subscribers_leaving", __name__, url_prefix="/people/<int:person_id>")

ALL = "all"


def ask(name: str, person_id: int, form: FlaskForm, act: Callable[[], str]) -> ResponseReturnValue:
    """Shows the question, or does what was answered; a refusal is shown where it belongs."""
    with reading() as session:
        person = subscribers.get_person(session, person_id)
    if form.validate_on_submit():
        try:
            flash(act(), "good")
            return redirect(url_for("subscribers.show", person_id=person_id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
        except WrongState as refusal:
            form.form_errors.append(str(refusal))
    return render_template(f"pages/subscribers/{name}.html", person=person, form=form), 422 if form.errors else 200


@blueprint.route("/unsubscribe", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def unsubscribe(person_id: int) -> ResponseReturnValue:
    with reading() as session:
        lists = [
            one for one in lists_of_person(session, person_id) if one.status is not SubscriptionStatus.UNSUBSCRIBED
        ]
    form = LeaveForm()
    form.lists.choices = [(str(one.list_id), one.name) for one in lists] + [(ALL, _("All lists"))]
    if request.method == "GET":
        form.lists.data = request.args.get("list", ALL if len(lists) != 1 else str(lists[0].list_id))

    def act() -> str:
        chosen = None if form.lists.data == ALL else [int(form.lists.data)]
        proof = Proof(ConsentWay.TEAM, basis=form.basis.data or "", user_id=viewer().id)
        with transaction() as session:
            left = subscriptions.unsubscribe(session, person_id, chosen, proof)
        return str(ngettext("Unsubscribed from %(num)d list.", "Unsubscribed from %(num)d lists.", len(left)))

    return ask("unsubscribe", person_id, form, act)


@blueprint.route("/subscribe", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def subscribe(person_id: int) -> ResponseReturnValue:
    with reading() as session:
        on = {one.list_id: one.status for one in lists_of_person(session, person_id)}
        free = [one for one in list_overview(session) if on.get(one.id) in {None, SubscriptionStatus.UNSUBSCRIBED}]
    form = JoinForm()
    form.list_id.choices = [(one.id, one.name) for one in free]
    if request.method == "GET" and len(free) == 1:
        form.list_id.data = free[0].id

    def act() -> str:
        proof = Proof(ConsentWay.TEAM, basis=form.basis.data or "", user_id=viewer().id)
        with transaction() as session:
            if form.list_id.data in on:
                subscriptions.resubscribe(session, person_id, [form.list_id.data], proof)
            else:
                subscriptions.add(session, person_id, form.list_id.data, proof, confirmed=form.confirmed.data)
        return str(_("Subscribed."))

    return ask("subscribe", person_id, form, act)


@blueprint.route("/erase", methods=["GET", "POST"])
@needs(Act.ERASE)
def erase(person_id: int) -> ResponseReturnValue:
    with reading() as session:
        person = subscribers.get_person(session, person_id)
    form = EraseForm()
    if form.validate_on_submit():
        with transaction() as session:
            subscribers.erase_person(session, person_id, user_id=viewer().id)
        flash(_("This person is forgotten. The books keep their numbers, without a name."), "good")
        return redirect(url_for("subscribers.index"), 303)
    return render_template("pages/subscribers/erase.html", person=person, form=form), 422 if form.errors else 200


@blueprint.route("/stop", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def stop(person_id: int) -> ResponseReturnValue:
    """Suppresses the address: no list, import or campaign reaches it until that is lifted."""
    form = ReasonForm()

    def act() -> str:
        by = ByHand(viewer().id, form.reason.data or "")
        with transaction() as session:
            address_hash = subscribers.get_person(session, person_id).address_hash or ""
            suppressions.suppress(session, address_hash, SuppressionReason.BY_HAND, by=by)
        return str(_("Nothing is written to this address any more."))

    return ask("stop", person_id, form, act)


@blueprint.route("/lift", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def lift(person_id: int) -> ResponseReturnValue:
    form = ReasonForm()

    def act() -> str:
        with transaction() as session:
            address_hash = subscribers.get_person(session, person_id).address_hash or ""
            suppressions.lift(session, address_hash, ByHand(viewer().id, form.reason.data or ""))
        return str(_("This address may be written to again. Lists that were left stay left."))

    return ask("lift", person_id, form, act)
