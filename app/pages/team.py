"""The team: who works here, invited, given roles, removed. Owners only."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config import Settings
from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Role
from app.pages.forms.refusals import take_refusal
from app.pages.forms.team import MAY_DO, ROLES, InvitationsForm, RoleForm
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.services import users

blueprint = Blueprint("team", __name__, url_prefix="/settings/team")


def own_url() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.url


@blueprint.get("")
@needs(Act.TEAM)
def index() -> ResponseReturnValue:
    with reading() as session:
        return render_template("pages/team/index.html", team=users.team(session), roles=ROLES)


@blueprint.route("/invite", methods=["GET", "POST"])
@needs(Act.TEAM)
def invite() -> ResponseReturnValue:
    form = InvitationsForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                invited = users.invite(
                    session, form.email.data or "", role=Role(form.role.data), base_url=own_url(), by=viewer().id
                )
            flash(_("An invitation to %(email)s is on its way. It is good for a week.", email=invited.email), "good")
            return redirect(url_for("team.index"), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return render_template("pages/team/invite.html", form=form, may_do=MAY_DO), 422 if form.errors else 200


@blueprint.post("/<int:user_id>/invite-again")
@needs(Act.TEAM)
def invite_again(user_id: int) -> ResponseReturnValue:
    with transaction() as session:
        users.invite_again(session, user_id, base_url=own_url(), by=viewer().id)
    flash(_("A fresh invitation is on its way; the earlier one no longer works."), "good")
    return redirect(url_for("team.index"), 303)


@blueprint.route("/<int:user_id>", methods=["GET", "POST"])
@needs(Act.TEAM)
def edit(user_id: int) -> ResponseReturnValue:
    with reading() as session:
        user = users.get_user(session, user_id)
    form = RoleForm(role=user.role.value)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                users.change_role(session, user_id, Role(form.role.data), by=viewer().id)
            flash(_("The new role holds from the next sign-in, which is asked for at once."), "good")
            return redirect(url_for("team.index"), 303)
        except WrongState as refusal:
            form.form_errors.append(str(refusal))
    return render_template("pages/team/edit.html", form=form, user=user, may_do=MAY_DO), 422 if form.errors else 200


@blueprint.get("/<int:user_id>/remove")
@needs(Act.TEAM)
def ask_remove(user_id: int) -> ResponseReturnValue:
    with reading() as session:
        return render_template("pages/team/remove.html", user=users.get_user(session, user_id))


@blueprint.post("/<int:user_id>/remove")
@needs(Act.TEAM)
def remove(user_id: int) -> ResponseReturnValue:
    with transaction() as session:
        users.remove_user(session, user_id, by=viewer().id)
    flash(_("Removed, and signed out everywhere."), "good")
    return redirect(url_for("team.index"), 303)
