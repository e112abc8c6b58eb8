"""What the world can look up about a sender's domain, with the records to paste, and whether we sign its letters.

Asks the DNS while one waits.
"""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config import Settings
from app.database.session import Session, reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Sender
from app.pages.guards import needs, viewer
from app.pages.warm_up_words import read_steps, warm_up_part
from app.permissions import Act
from app.services import probes, senders, signing_keys, warm_ups
from app.services.sender_domains import examine_domain, key_is_published
from app.services.signing_keys import as_own_key, domain_of
from emails.domains.checks import Level

blueprint = Blueprint("sender_domains", __name__, url_prefix="/settings/senders")


@blueprint.get("/<int:sender_id>/domain")
@needs(Act.SEE)
def show(sender_id: int) -> ResponseReturnValue:
    return domain_page(sender_id)


def domain_page(sender_id: int, **more: Any) -> str:
    """The page; `more` wins (what was typed and refused)."""
    with reading() as session:
        sender = senders.get_sender(session, sender_id)
        domain = domain_of(sender.email)
        signs = signing_keys.signing_key(session, domain)
        waits = signing_keys.waiting_key(session, domain)
        keys = signing_keys.own_keys(session, domain)
        part = {**warm_up_part(session, domain), **probe_part(session, sender), **more}
    checks = list(examine_domain(here(), domain, keys=keys, reports_to=sender.reply_to or sender.email))
    facts = {"domain": domain, "checks": checks, "signs": signs, "waits": waits}
    return render_template("pages/senders/domain.html", **facts, **part)


def probe_part(session: Session, sender: Sender) -> dict[str, Any]:
    """Everything that _probe.html uses."""
    last = probes.last_ended(session, sender.id)
    obstacle, stays_here = probes.obstacle(session, here(), sender), not probes.way_of(session, here(), sender)
    return {
        "sender": sender,
        "last": last,
        "found": probes.checks_of(last) if last else (),
        "under_way": probes.find_open(session, sender.id),
        "obstacle": obstacle,
        "stays_here": stays_here,
        "is_daily": not (obstacle or stays_here or probes.is_trial(sender)),
    }


@blueprint.get("/<int:sender_id>/domain/probe")
@needs(Act.SEE)
def probe(sender_id: int) -> ResponseReturnValue:
    """The part about the letter to ourselves alone, asked for again while one is on its way."""
    with reading() as session:
        return render_template(
            "pages/senders/_probe.html", **probe_part(session, senders.get_sender(session, sender_id))
        )


@blueprint.post("/<int:sender_id>/domain/probe")
@needs(Act.SETTINGS)
def send_probe(sender_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            probes.ask(session, here(), sender_id, user_id=viewer().id)
    except WrongState as refusal:
        flash(str(refusal), "warn")
    else:
        flash(_("The letter is on its way. What is found in it appears below."), "good")
    return back_to(sender_id, "probe")


@blueprint.post("/<int:sender_id>/domain/key")
@needs(Act.SETTINGS)
def make_key(sender_id: int) -> ResponseReturnValue:
    with transaction() as session:
        domain = domain_of_sender(session, sender_id)
        signing_keys.make_key(session, domain, user_id=viewer().id)
    flash(_("The key is made. Publish its record, which stands below; until then nothing is signed with it."), "good")
    return back_to(sender_id)


@blueprint.post("/<int:sender_id>/domain/sign")
@needs(Act.SETTINGS)
def start(sender_id: int) -> ResponseReturnValue:
    """Only a key that receivers find may sign: an unknown one would make every letter look forged."""
    with reading() as session:
        domain = domain_of_sender(session, sender_id)
        waits = signing_keys.waiting_key(session, domain)
    found = key_is_published(here(), domain, as_own_key(waits)) if waits else None
    if found is not None and found.level is not Level.GOOD:
        flash(_("Letters are not signed yet. %(why)s", why=found.message), "warn")
        return back_to(sender_id)
    with transaction() as session:
        signing_keys.start_signing(session, domain, user_id=viewer().id)
    flash(_("Letters from %(domain)s are signed from now on.", domain=domain), "good")
    return back_to(sender_id)


@blueprint.post("/<int:sender_id>/domain/unsign")
@needs(Act.SETTINGS)
def stop(sender_id: int) -> ResponseReturnValue:
    with transaction() as session:
        domain = domain_of_sender(session, sender_id)
        signing_keys.stop_signing(session, domain, user_id=viewer().id)
    flash(_("Letters from %(domain)s are not signed here any more.", domain=domain), "good")
    return back_to(sender_id)


@blueprint.post("/<int:sender_id>/domain/warm-up")
@needs(Act.SETTINGS)
def save_warm_up(sender_id: int) -> ResponseReturnValue:
    steps, zone = request.form.get("steps", ""), request.form.get("zone", "").strip()
    try:
        with transaction() as session:
            domain = domain_of_sender(session, sender_id)
            warm_ups.save_warm_up(session, domain, read_steps(steps), zone, user_id=viewer().id)
    except InvalidInput as error:
        return domain_page(sender_id, warm_up_steps=steps, warm_up_zone=zone, warm_up_problems=error.fields), 422
    flash(_("Saved. So many letters from %(domain)s leave a day, all campaigns together.", domain=domain), "good")
    return back_to(sender_id, "warm-up")


@blueprint.post("/<int:sender_id>/domain/warm-up/stop")
@needs(Act.SETTINGS)
def stop_warm_up(sender_id: int) -> ResponseReturnValue:
    with transaction() as session:
        domain = domain_of_sender(session, sender_id)
        warm_ups.stop_warm_up(session, domain, user_id=viewer().id)
    flash(_("Letters from %(domain)s are not held back any more.", domain=domain), "good")
    return back_to(sender_id, "warm-up")


def domain_of_sender(session: Session, sender_id: int) -> str:
    return domain_of(senders.get_sender(session, sender_id).email)


def back_to(sender_id: int, part: str | None = None) -> ResponseReturnValue:
    """To the domain's page, or to one part of it."""
    return redirect(url_for("sender_domains.show", sender_id=sender_id, _anchor=part), 303)


def here() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
