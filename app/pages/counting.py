"""What is counted of openings and clicks, for a brand, a list or a person; and links of sent letters put right."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import transaction
from app.errors import InvalidInput
from app.models import Tracking
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.services import links, untracked

blueprint = Blueprint("counting", __name__)


@blueprint.post("/settings/brand/<int:brand_id>/counting")
@needs(Act.SETTINGS)
def of_brand(brand_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            brand = untracked.set_brand_tracking(
                session, brand_id, request.form.get("tracking", ""), user_id=viewer().id
            )
        flash(told(brand.tracking), "good")
    except InvalidInput as refusal:
        flash(" ".join(refusal.fields.values()), "bad")
    return redirect(url_for("brands.edit", _anchor="counting"), 303)


def told(tracking: Tracking) -> str:
    return {
        Tracking.PEOPLE: _("Saved. From now on it is kept who opened and followed what."),
        Tracking.TOTALS: _("Saved. From now on only totals are kept."),
        Tracking.OFF: _("Saved. From now on nothing is kept, and new letters have plain links."),
    }[tracking]


@blueprint.post("/lists/<int:list_id>/counting")
@needs(Act.PEOPLE)
def of_list(list_id: int) -> ResponseReturnValue:
    with transaction() as session:
        untracked.set_list_counted(session, list_id, counted=is_counted(), user_id=viewer().id)
    flash(_("Saved. Letters that leave from now on follow this."), "good")
    return redirect(url_for("lists.edit", list_id=list_id, _anchor="counting"), 303)


@blueprint.post("/people/<int:person_id>/counting")
@needs(Act.PEOPLE)
def of_person(person_id: int) -> ResponseReturnValue:
    with transaction() as session:
        untracked.set_person_counted(session, person_id, counted=is_counted(), user_id=viewer().id)
    flash(_("Saved. Letters that leave from now on follow this."), "good")
    return redirect(url_for("subscribers.edit", person_id=person_id, _anchor="counting"), 303)


def is_counted() -> bool:
    return request.form.get("counted") == "yes"


@blueprint.post("/campaigns/<int:campaign_id>/links")
@needs(Act.SEND)
def correct(campaign_id: int) -> ResponseReturnValue:
    number, url = request.form.get("number", 0, type=int), request.form.get("url", "").strip()
    try:
        with transaction() as session:
            links.correct_link(session, campaign_id, number, url, user_id=viewer().id)
        flash(_("Link %(number)s leads to %(url)s now. Clicks follow within a minute.", number=number, url=url), "good")
    except InvalidInput as refusal:
        flash(" ".join(refusal.fields.values()), "bad")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor="links"), 303)
