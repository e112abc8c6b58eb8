"""When a campaign leaves: now, later, taken back, paused, resumed, cancelled. Every act is a POST."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.errors import InvalidInput
from app.pages.campaigns_workbench import workbench
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.services import scheduling
from app.services.campaigns import get_campaign

blueprint = Blueprint("campaigns_schedule", __name__, url_prefix="/campaigns/<int:campaign_id>")


@blueprint.post("/send")
@needs(Act.SEND)
def send_now(campaign_id: int) -> ResponseReturnValue:
    """Leaves in 30 seconds, so that it can be taken back."""
    try:
        with transaction() as session:
            scheduling.send_now(session, campaign_id, user_id=viewer().id, override_reason=reason())
    except InvalidInput as error:
        return refused(campaign_id, error)
    return back(campaign_id)


@blueprint.post("/schedule")
@needs(Act.SEND)
def schedule(campaign_id: int) -> ResponseReturnValue:
    zone = request.form.get("zone", "").strip()
    try:
        at = scheduling.parse_local_time(request.form.get("at", ""), zone)
        with transaction() as session:
            leave = scheduling.Leave(at, zone, viewer().id, reason())
            scheduling.schedule(session, campaign_id, leave)
    except InvalidInput as error:
        return refused(campaign_id, error)
    return back(campaign_id)


@blueprint.post("/unschedule")
@needs(Act.SEND)
def unschedule(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        scheduling.unschedule(session, campaign_id, user_id=viewer().id)
    flash(_("Taken back. Nothing has left; this is a draft again."), "good")
    return back(campaign_id)


@blueprint.post("/pause")
@needs(Act.SEND)
def pause(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        scheduling.pause(session, campaign_id, user_id=viewer().id)
    return back(campaign_id)


@blueprint.post("/resume")
@needs(Act.SEND)
def resume(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        scheduling.resume(session, campaign_id, user_id=viewer().id)
    return back(campaign_id)


@blueprint.get("/cancel")
@needs(Act.SEND)
def confirm_cancel(campaign_id: int) -> ResponseReturnValue:
    with reading() as session:
        return render_template("pages/campaigns/cancel.html", campaign=get_campaign(session, campaign_id))


@blueprint.post("/cancel")
@needs(Act.SEND)
def cancel(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        scheduling.cancel(session, campaign_id, user_id=viewer().id)
    return back(campaign_id)


def reason() -> str:
    return request.form.get("override_reason", "").strip()


def back(campaign_id: int) -> ResponseReturnValue:
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


def refused(campaign_id: int, error: InvalidInput) -> ResponseReturnValue:
    """The same page with what is in the way; what was typed is kept."""
    with reading() as session:
        page = workbench(
            session,
            get_campaign(session, campaign_id),
            schedule_problem=" ".join(error.fields.values()),
            schedule_at=request.form.get("at", ""),
            schedule_zone=request.form.get("zone", "") or viewer().time_zone,
            override_reason=reason(),
        )
        return render_template("pages/campaigns/show.html", **page), 422
