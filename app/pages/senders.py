"""Who letters come from: the names and addresses in the From line."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.errors import InvalidInput
from app.pages.forms.refusals import take_refusal
from app.pages.forms.settings import SenderForm
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.services import brands, senders
from app.services.senders import SenderDetails

blueprint = Blueprint("senders", __name__, url_prefix="/settings/senders")


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    with reading() as session:
        brand = brands.first_brand(session)
        found = senders.senders_of(session, brand.id) if brand else ()
        return render_template("pages/senders/index.html", senders=found, has_brand=brand is not None)


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Act.SETTINGS)
def new() -> ResponseReturnValue:
    with reading() as session:
        brand = brands.first_brand(session)
    if brand is None:
        flash(_("Name your brand first: a sender speaks for it."), "warn")
        return redirect(url_for("brands.edit"))
    form = SenderForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                senders.create_sender(session, details(form), brand_id=brand.id, user_id=viewer().id)
            flash(_("Campaigns can use this sender now."), "good")
            return redirect(url_for("senders.index"), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return render_template("pages/senders/new.html", form=form, brand=brand), 422 if form.errors else 200


@blueprint.route("/<int:sender_id>", methods=["GET", "POST"])
@needs(Act.SETTINGS)
def edit(sender_id: int) -> ResponseReturnValue:
    with reading() as session:
        sender = senders.get_sender(session, sender_id)
        form = SenderForm(obj=sender)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                senders.edit_sender(session, sender_id, details(form), user_id=viewer().id)
            flash(_("Saved."), "good")
            return redirect(url_for("senders.index"), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return render_template("pages/senders/edit.html", form=form, sender=sender), 422 if form.errors else 200


@blueprint.route("/<int:sender_id>/remove", methods=["GET"])
@needs(Act.SETTINGS)
def ask_remove(sender_id: int) -> ResponseReturnValue:
    with reading() as session:
        return render_template("pages/senders/remove.html", sender=senders.get_sender(session, sender_id))


@blueprint.post("/<int:sender_id>/remove")
@needs(Act.SETTINGS)
def remove(sender_id: int) -> ResponseReturnValue:
    with transaction() as session:
        senders.remove_sender(session, sender_id, user_id=viewer().id)
    flash(_("The sender is gone. Letters that left keep their From line."), "good")
    return redirect(url_for("senders.index"), 303)


def details(form: SenderForm) -> SenderDetails:
    return SenderDetails(form.name.data or "", form.email.data or "", form.reply_to.data or "")
