"""One's own account: name, address, time zone, password, and signing out everywhere."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.errors import InvalidInput
from app.pages.forms.refusals import take_refusal
from app.pages.forms.team import PasswordForm, ProfileForm
from app.pages.guards import enter, needs, viewer
from app.permissions import Act
from app.services import users

blueprint = Blueprint("account", __name__, url_prefix="/settings/account")


@blueprint.route("", methods=["GET", "POST"])
@needs(Act.SEE)
def edit() -> ResponseReturnValue:
    form = ProfileForm(data={"name": viewer().name, "email": viewer().email, "time_zone": viewer().time_zone})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                users.edit_profile(
                    session,
                    viewer().id,
                    name=form.name.data or "",
                    email=form.email.data or "",
                    time_zone=form.time_zone.data,
                )
            flash(_("Saved."), "good")
            return redirect(url_for("account.edit"), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return render_template("pages/account/edit.html", form=form), 422 if form.errors else 200


@blueprint.route("/password", methods=["GET", "POST"])
@needs(Act.SEE)
def password() -> ResponseReturnValue:
    """A new password ends every session; this one goes on under the new epoch."""
    with reading() as session:
        has_password = bool(users.get_user(session, viewer().id).password_hash)
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                user = users.change_password(
                    session, viewer().id, current=form.current.data or "", new=form.password.data or ""
                )
            enter(user)
            flash(_("Your password is changed. Everywhere else you are signed out."), "good")
            return redirect(url_for("account.edit"), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return render_template("pages/account/password.html", form=form, has_password=has_password), (
        422 if form.errors else 200
    )


@blueprint.post("/sign-out-everywhere")
@needs(Act.SEE)
def end_sessions() -> ResponseReturnValue:
    with transaction() as session:
        user = users.end_sessions(session, viewer().id)
    enter(user)
    flash(_("You are signed out everywhere but here."), "good")
    return redirect(url_for("account.edit"), 303)
