"""Whether mail is leaving: one page for whoever asks why a letter has not come, or whether anybody must do something.

Each section is one question and one partial, `pages/delivery/_<name>.html`, which finds its answer in `part`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.config import Settings
from app.database.session import Session, reading, transaction
from app.models import Mailbox
from app.pages.campaigns_departure_words import WAIT_TITLES
from app.pages.campaigns_sentence import held_because
from app.pages.delivery_words import (
    counted,
    for_how_long,
    free_in,
    inbox_state,
    notice_words,
    process_words,
    queue_words,
    sentence,
    stretches,
)
from app.pages.guards import needs, viewer
from app.pages.transports import state_of
from app.permissions import Act, can
from app.queries.departures import Departure, departures, held_back
from app.queries.machines import machines
from app.queries.mailboxes import find_mailbox
from app.queries.metrics import oldest_due_at, queue_figures
from app.queries.slowed import slowed_ones
from app.queries.waiting_notices import waiting_notices
from app.queries.ways_out import WayOut, ways_out
from app.services import paces, scheduling, warm_ups
from app.services.campaigns import get_campaign
from app.services.transport_rates import rates
from app.services.transports import transports

blueprint = Blueprint("delivery", __name__, url_prefix="/delivery")
OFTEN_MS, SELDOM_MS = 2_000, 10_000
WORDS: dict[str, Callable[..., Any]] = {
    "for_how_long": for_how_long,
    "free_in": free_in,
    "held_because": held_because,
    "notice_words": notice_words,
    "process_words": process_words,
    "queue_words": queue_words,
    "stretches": stretches,
    "wait_title": lambda waits_for: WAIT_TITLES[waits_for](),
    "is_aside": lambda transport: state_of(transport) == "aside",
}


@dataclass(frozen=True, slots=True)
class House:
    """What sections ask of; `leaving` is asked once, since more than one of them shows it."""

    session: Session
    settings: Settings
    leaving: tuple[Departure, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """`ask` answers with what its partial shows."""

    name: str
    ask: Callable[[House], Any]


def ways_of(house: House) -> tuple[WayOut, ...]:
    ids = [one.id for one in transports(house.session)]
    return ways_out(house.session, house.settings, sum(one.rate for one in house.leaving), rates(ids, now()))


MAIN = (
    Section("held", lambda house: held_back(house.session)),
    Section("leaving", lambda house: house.leaving),
    Section("slowed", lambda house: slowed_ones(house.session)),
)
BESIDE = (
    Section("ways_out", ways_of),
    Section("warming", lambda house: warm_ups.days_now(house.session)),
    Section("queues", lambda house: (queue_figures(), oldest_due_at(house.session, now()))),
    Section("machines", lambda house: machines(house.session)),
    Section("notices", lambda house: waiting_notices(house.session)),
    Section("inbox", lambda house: inbox_state(house.settings, mailbox_of(house))),
)


def mailbox_of(house: House) -> Mailbox | None:
    named = house.settings.mailbox
    return find_mailbox(house.session, named.name) if named else None


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    return render_template("pages/delivery/index.html", **whole())


@blueprint.get("/live")
@needs(Act.SEE)
def live() -> ResponseReturnValue:
    """Everything below the title, which changes while letters leave."""
    return render_template("pages/delivery/_live.html", **whole())


def whole() -> dict[str, Any]:
    """Every section's answer, with the words that partials say it in."""
    settings: Settings = current_app.extensions["settings"]
    with reading() as session:
        house = House(session, settings, departures(session))
        main, beside = ({one.name: one.ask(house) for one in sections} for sections in (MAIN, BESIDE))
    return {
        "main": main,
        "beside": beside,
        "counted": counted(house.leaving, main["held"]),
        "sentence": sentence(house.leaving, main["held"]),
        "renewed_ms": OFTEN_MS if any(one.rate or one.to_go for one in house.leaving) else SELDOM_MS,
        "may_send": can(viewer().role, Act.SEND),
        **WORDS,
    }


@blueprint.post("/campaigns/<int:campaign_id>/resume")
@needs(Act.SEND)
def resume(campaign_id: int) -> ResponseReturnValue:
    """The same as on the campaign's page, and back to this one."""
    with transaction() as session:
        scheduling.resume(session, campaign_id, user_id=viewer().id)
        name = get_campaign(session, campaign_id).name
    flash(_("“%(name)s” goes on.", name=name), "good")
    return redirect(url_for("delivery.index"), 303)


@blueprint.post("/slowed/<group>/free")
@needs(Act.SEND)
def free(group: str) -> ResponseReturnValue:
    """Somebody knows better than ten clean minutes: letters go there as fast as they can."""
    with transaction() as session:
        freed = paces.free(session, group, user_id=viewer().id)
    if freed:
        flash(_("%(group)s is free. Should it ask for patience again, it is slowed again.", group=group), "good")
    else:
        flash(_("%(group)s was free already.", group=group), "good")
    return redirect(url_for("delivery.index"), 303)
