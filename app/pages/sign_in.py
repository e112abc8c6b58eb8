"""Ways in and out: password, one-time address, forgotten password, invitation, and the first owner's welcome."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.config import Settings
from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound
from app.extensions import limiter
from app.models import LinkPurpose, User
from app.pages.forms.refusals import take_refusal
from app.pages.forms.sign_in import (
    ForgottenForm,
    InvitationForm,
    NewPasswordForm,
    OneTimeForm,
    SignInForm,
    WelcomeForm,
)
from app.pages.guards import enter, find_viewer, leave, needs, public, safe_next, viewer
from app.permissions import Act
from app.services import sign_in, users

blueprint = Blueprint("sign_in", __name__)

FORM_OF: dict[LinkPurpose, type[FlaskForm]] = {
    LinkPurpose.SIGN_IN: OneTimeForm,
    LinkPurpose.INVITATION: InvitationForm,
    LinkPurpose.PASSWORD: NewPasswordForm,
}


@blueprint.get("/sign-in")
@public
def show() -> ResponseReturnValue:
    if find_viewer():
        return redirect(safe_next(request.args.get("next")))
    return render_template("pages/sign_in/show.html", form=SignInForm(), next=request.args.get("next", ""))


@blueprint.post("/sign-in")
@limiter.limit("10/minute")
@public
def try_password() -> ResponseReturnValue:
    form = SignInForm()
    user = attempt(form) if form.validate_on_submit() else None
    if user is not None:
        enter(user)
        return redirect(safe_next(request.form.get("next")), 303)
    if not form.errors:
        form.form_errors.append(
            _("Address and password do not fit together. After ten wrong tries an account rests for 15 minutes.")
        )
    return render_template("pages/sign_in/show.html", form=form, next=request.form.get("next", "")), 422


def attempt(form: SignInForm) -> User | None:
    with reading() as session:
        weighed = sign_in.check_password(session, form.email.data or "", form.password.data or "")
    with transaction() as session:
        return sign_in.record_attempt(session, weighed)


@blueprint.post("/sign-out")
@public
def go() -> ResponseReturnValue:
    leave()
    flash(_("You are signed out."), "good")
    return redirect(url_for("sign_in.show"), 303)


@blueprint.route("/sign-in/forgotten", methods=["GET", "POST"])
@limiter.limit("5/minute", methods=["POST"])
@public
def forgotten() -> ResponseReturnValue:
    """Says the same whether or not anybody here has that address."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return render_template("pages/sign_in/forgotten.html", form=form), 422 if form.errors else 200
    settings: Settings = current_app.extensions["settings"]
    with transaction() as session:
        users.forgot_password(session, form.email.data or "", base_url=settings.url)
    return render_template("pages/sign_in/forgotten_sent.html", email=form.email.data)


@blueprint.get("/sign-in/<token>")
@public
def look(token: str) -> ResponseReturnValue:
    """Shows what the one-time address is for and changes nothing: mail programs open links before people do."""
    with reading() as session:
        try:
            user, purpose = sign_in.look_at_link(session, token)
        except NotFound as error:
            return render_template("pages/sign_in/used_up.html", message=str(error)), 404
        return show_link(token, user, purpose, FORM_OF[purpose](formdata=None, name=user.name))


@blueprint.post("/sign-in/<token>")
@limiter.limit("10/minute")
@public
def use(token: str) -> ResponseReturnValue:
    with reading() as session:
        try:
            user, purpose = sign_in.look_at_link(session, token)
        except NotFound as error:
            return render_template("pages/sign_in/used_up.html", message=str(error)), 404
    form = FORM_OF[purpose]()
    if form.validate_on_submit():
        try:
            return come_in(token, purpose, form)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return show_link(token, user, purpose, form), 422


def show_link(token: str, user: User, purpose: LinkPurpose, form: FlaskForm) -> str:
    return render_template(f"pages/sign_in/link_{purpose.value}.html", token=token, user=user, form=form)


def come_in(token: str, purpose: LinkPurpose, form: FlaskForm) -> ResponseReturnValue:
    """Uses the link up. A refused password rolls that back, so that the link still works."""
    with transaction() as session:
        user, _purpose = sign_in.use_link(session, token)
        if purpose is LinkPurpose.INVITATION:
            users.edit_profile(session, user.id, name=form["name"].data, email=user.email, time_zone=user.time_zone)
        if purpose is not LinkPurpose.SIGN_IN:
            user = users.choose_password(session, user.id, form["password"].data)
    if purpose is LinkPurpose.PASSWORD:
        leave()
        flash(_("Your new password is set. Sign in with it."), "good")
        return redirect(url_for("sign_in.show"), 303)
    enter(user)
    return redirect(url_for("sign_in.welcome" if user.email == users.FIRST_OWNER else "home.show"), 303)


@blueprint.route("/welcome", methods=["GET", "POST"])
@needs(Act.SETTINGS)
def welcome() -> ResponseReturnValue:
    """The first owner's name, address and password, asked once at the first start."""
    with reading() as session:
        if users.get_user(session, viewer().id).password_hash:
            return redirect(url_for("home.show"))
    form = WelcomeForm()
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
                user = users.change_password(session, viewer().id, current="", new=form.password.data or "")
            enter(user)
            flash(_("Welcome, %(name)s. This is your workshop.", name=user.name), "good")
            return redirect(url_for("home.show"), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return render_template("pages/sign_in/welcome.html", form=form), 422 if form.errors else 200
