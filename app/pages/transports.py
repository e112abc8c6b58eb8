"""Ways out: which mail servers and providers letters leave by, how much each takes, and a letter to try one."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.config import Settings
from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound, WrongState
from app.models import Transport, TransportKind
from app.pages.forms.refusals import take_refusal
from app.pages.forms.transports import TransportForm, form_for
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.queries.transports import letters_of_a_day, shares, without_help
from app.services import transport_tests, transports
from app.services.transport_kinds import KINDS

blueprint = Blueprint("transports", __name__, url_prefix="/delivery/transports")

OFTEN_MS = 1_000
TITLES = {kind: facts.title for kind, facts in KINDS.items()}


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    with reading() as session:
        there = transports.transports(session)
        day = letters_of_a_day(session)
    states = {one.id: state_of(one) for one in there}
    alone = without_help(there)
    return render_template(
        "pages/transports/index.html", transports=there, day=day, shares=shares(there), states=states, titles=TITLES,
        settings_host=host_in_settings(here()), all_named=bool(there) and all(one.domains for one in there),
        alone=alone,
    )  # fmt: skip


@blueprint.get("/new")
@needs(Act.SETTINGS)
def choose() -> ResponseReturnValue:
    return render_template("pages/transports/choose.html", titles=TITLES)


@blueprint.route("/new/<kind>", methods=["GET", "POST"])
@needs(Act.SETTINGS)
def new(kind: str) -> ResponseReturnValue:
    sort = kind_named(kind)
    form = form_for(sort)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = transports.create_transport(session, sort, form.typed(), user_id=viewer().id)
            flash(_("Letters leave by it from now on. Send a letter to try it."), "good")
            return redirect(url_for("transports.show", transport_id=made.id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    ask_secret_again(form)
    page = render_template("pages/transports/edit.html", form=form, kind=sort, titles=TITLES, transport=None)
    return page, 422 if form.errors else 200


@blueprint.get("/<int:transport_id>")
@needs(Act.SEE)
def show(transport_id: int) -> ResponseReturnValue:
    return page_of(transport_id)


def page_of(transport_id: int, wrong: str = "", typed: str | None = None) -> ResponseReturnValue:
    with reading() as session:
        transport = transports.get_transport(session, transport_id)
        there = transports.transports(session)
        tests = transport_tests.newest_tests(session, transport_id)
        using = transports.campaigns_using(session, transport)
        day = letters_of_a_day(session).get(transport_id, 0)
    page = render_template(
        "pages/transports/show.html", transport=transport, titles=TITLES, share=shares(there).get(transport_id),
        tests=tests, using=using, day=day, state=state_of(transport), often_ms=OFTEN_MS, wrong=wrong,
        typed=viewer().email if typed is None else typed, is_alone=transport_id in without_help(there),
    )  # fmt: skip
    return page, 422 if wrong else 200


@blueprint.get("/<int:transport_id>/tests")
@needs(Act.SEE)
def tests(transport_id: int) -> ResponseReturnValue:
    """The part of the page that tells how the tests went."""
    with reading() as session:
        transport = transports.get_transport(session, transport_id)
        found = transport_tests.newest_tests(session, transport_id)
    return render_template("pages/transports/_tests.html", transport=transport, tests=found, often_ms=OFTEN_MS)


@blueprint.route("/<int:transport_id>/edit", methods=["GET", "POST"])
@needs(Act.SETTINGS)
def edit(transport_id: int) -> ResponseReturnValue:
    with reading() as session:
        transport = transports.get_transport(session, transport_id)
    form = form_for(transport.kind, transport)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                transports.edit_transport(session, transport_id, form.typed(), user_id=viewer().id)
            flash(_("Saved. Campaigns that are leaving take it up within seconds."), "good")
            return redirect(url_for("transports.show", transport_id=transport_id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    ask_secret_again(form)
    page = render_template(
        "pages/transports/edit.html", form=form, kind=transport.kind, titles=TITLES, transport=transport
    )
    return page, 422 if form.errors else 200


@blueprint.post("/<int:transport_id>/test")
@needs(Act.SETTINGS)
def test(transport_id: int) -> ResponseReturnValue:
    address = request.form.get("email", "")
    try:
        with transaction() as session:
            transport_tests.ask_test(session, transport_id, address, user_id=viewer().id)
    except InvalidInput as refusal:
        return page_of(transport_id, refusal.fields["email"], address)
    return redirect(url_for("transports.show", transport_id=transport_id, _anchor="tests"), 303)


@blueprint.post("/<int:transport_id>/switch")
@needs(Act.SETTINGS)
def switch(transport_id: int) -> ResponseReturnValue:
    on = request.form.get("on") == "yes"
    with transaction() as session:
        transports.switch(session, transport_id, on=on, user_id=viewer().id)
    told = _("It is on: letters may leave by it.") if on else _("It is off. Letters under way there still finish.")
    flash(told, "good")
    return redirect(url_for("transports.show", transport_id=transport_id), 303)


@blueprint.post("/<int:transport_id>/try-again")
@needs(Act.SETTINGS)
def try_again(transport_id: int) -> ResponseReturnValue:
    with transaction() as session:
        transports.try_again(session, transport_id, user_id=viewer().id)
    flash(_("It is tried again with the next letters."), "good")
    return redirect(url_for("transports.show", transport_id=transport_id), 303)


@blueprint.route("/<int:transport_id>/remove", methods=["GET"])
@needs(Act.SETTINGS)
def ask_remove(transport_id: int) -> ResponseReturnValue:
    with reading() as session:
        transport = transports.get_transport(session, transport_id)
        using = transports.campaigns_using(session, transport)
    return render_template("pages/transports/remove.html", transport=transport, using=using)


@blueprint.post("/<int:transport_id>/remove")
@needs(Act.SETTINGS)
def remove(transport_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            transports.remove_transport(session, transport_id, user_id=viewer().id)
    except WrongState as refusal:
        flash(str(refusal), "bad")
        return redirect(url_for("transports.show", transport_id=transport_id), 303)
    flash(_("The transport and its secret are gone."), "good")
    return redirect(url_for("transports.index"), 303)


def ask_secret_again(form: TransportForm) -> None:
    """A refused form comes back without its secret: unsaid, the next press would keep the old one or none."""
    if form.errors and form.secret.data:
        again = _("Type it again: it was not kept, and a secret is never sent back to a page.")
        form.secret.errors = [*form.secret.errors, again]


def state_of(transport: Transport) -> str:
    """The word of its state: on, off, aside, or tried: it was set aside, and its time is over."""
    if transport.off_at is not None:
        return "off"
    if transport.aside_until is None:
        return "on"
    return "aside" if transport.aside_until > now() else "tried"


def kind_named(word: str) -> TransportKind:
    if word not in set(TransportKind):
        raise NotFound(_("There is no transport of this kind."))
    return TransportKind(word)


def host_in_settings(settings: Settings) -> str:
    """The host that SMTP_URL names; "catcher" for the built-in one; "" where neither is there."""
    if settings.smtp_url:
        return urlsplit(settings.smtp_url).hostname or ""
    return "catcher" if settings.way_out else ""


def here() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
