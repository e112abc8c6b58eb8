"""A letter that is written whole, in MJML or HTML: saved and checked while one types, or turned into blocks."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.pages.campaigns_workbench import states, workbench
from app.pages.guards import needs
from app.permissions import Act
from app.services.campaigns import get_campaign
from app.services.sources import bring_source_back, check_text, leave_source, write_source

blueprint = Blueprint("campaigns_source", __name__, url_prefix="/campaigns/<int:campaign_id>/source")


@blueprint.post("")
@needs(Act.WRITE)
def save(campaign_id: int) -> ResponseReturnValue:
    """Keeps the source as it is typed; answers with what is wrong with it, by its lines."""
    text = request.form.get("source", "").replace("\r\n", "\n")
    try:
        with transaction() as session:
            revision = write_source(session, campaign_id, text, revision=request.form.get("revision", 0, int))
    except (InvalidInput, WrongState) as error:
        problem = error.fields["source"] if isinstance(error, InvalidInput) else str(error)
        return refused(campaign_id, problem)
    if request.headers.get("HX-Request") != "true":
        return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor="step-write"), 303)
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        told = render_template("pages/campaigns/_states.html", saved=_("Saved"), states=states(session, campaign))
    refusals, remarks = check_text(text)
    problems = render_template("pages/designs/_problems.html", refusals=refusals, remarks=remarks)
    part = render_template("pages/campaigns/_revision.html", revision=revision, oob=True)
    return problems + told + part, 200, {"HX-Trigger": "letter-changed"}


def refused(campaign_id: int, problem: str) -> ResponseReturnValue:
    if request.headers.get("HX-Request") == "true":
        told = render_template("pages/campaigns/_refused.html", problem=problem)
        return told, 200, {"HX-Reswap": "none"}
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        return render_template("pages/campaigns/show.html", **workbench(session, campaign, problem=problem)), 409


@blueprint.post("/leave")
@needs(Act.WRITE)
def leave(campaign_id: int) -> ResponseReturnValue:
    """Goes on with blocks: those that were read of the source."""
    with transaction() as session:
        leave_source(session, campaign_id)
    flash(_("The letter is made of blocks now, and wears a design."), "good")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


@blueprint.post("/back")
@needs(Act.WRITE)
def back(campaign_id: int) -> ResponseReturnValue:
    """The whole letter again, as it was before it became blocks."""
    with transaction() as session:
        bring_source_back(session, campaign_id)
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
