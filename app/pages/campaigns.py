"""The list of campaigns, and one campaign's page: written while it is a draft, watched once it leaves."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.models import CampaignStatus
from app.pages.bringing import begin_empty, begin_whole, bring
from app.pages.campaigns_leaving import leaving
from app.pages.campaigns_words import FILTERS
from app.pages.campaigns_workbench import sending, states, workbench
from app.pages.forms.pasted import read_source, read_whole
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.queries.campaigns import find_campaigns
from app.services.audience import count_audience
from app.services.campaign_segments import set_segments
from app.services.campaigns import (
    CampaignChanges,
    delete_draft,
    duplicate_campaign,
    get_campaign,
    set_lists,
    update_campaign,
)
from app.services.preflight import preflight
from emails.errors import ArticleBroken

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")
for name, words in FILTERS.items():
    blueprint.add_app_template_filter(words, name)

LOOK_FIELDS = ("subject", "preheader", "greeting", "theme", "language")


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    with reading() as session:
        campaigns = find_campaigns(session)
        return render_template("pages/campaigns/index.html", campaigns=campaigns)


@blueprint.get("/new")
@needs(Act.WRITE)
def new() -> ResponseReturnValue:
    return render_template("pages/campaigns/new.html", paste_to=url_for("campaigns.create"), pasted="", problem="")


@blueprint.post("")
@needs(Act.WRITE)
def create() -> ResponseReturnValue:
    """A draft from what was pasted, uploaded or started empty; several articles become a list to choose from."""
    if request.form.get("empty"):
        return begin_empty()
    try:
        if request.form.get("whole"):
            return begin_whole("" if request.form["whole"] == "begin" else read_whole())
        return bring(read_source())
    except ArticleBroken as error:
        page = {"paste_to": url_for("campaigns.create"), "pasted": request.form.get("text", ""), "problem": str(error)}
        return render_template("pages/campaigns/new.html", **page), 422


@blueprint.get("/<int:campaign_id>")
@needs(Act.SEE)
def show(campaign_id: int) -> ResponseReturnValue:
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        if campaign.status == CampaignStatus.DRAFT:
            return render_template("pages/campaigns/show.html", **workbench(session, campaign))
        return render_template("pages/campaigns/leaving.html", **leaving(session, campaign))


@blueprint.post("/<int:campaign_id>/look")
@needs(Act.WRITE)
def save_look(campaign_id: int) -> ResponseReturnValue:
    given: dict[str, Any] = {name: request.form[name] for name in LOOK_FIELDS if name in request.form}
    with transaction() as session:
        campaign = update_campaign(session, campaign_id, CampaignChanges(**given))
        if not is_live():
            return back(campaign_id, "look")
        return saved(
            render_template("pages/campaigns/_states.html", saved=_("Saved"), states=states(session, campaign))
        )


@blueprint.post("/<int:campaign_id>/audience")
@needs(Act.WRITE)
def save_audience(campaign_id: int) -> ResponseReturnValue:
    sender = request.form.get("sender_id", "")
    include, exclude = request.form.getlist("include", type=int), request.form.getlist("exclude", type=int)
    with transaction() as session:
        changes = CampaignChanges(sender_id=int(sender) if sender.isdecimal() else None)
        campaign = update_campaign(session, campaign_id, changes)
        set_lists(session, campaign_id, include=include, exclude=exclude)
        set_segments(
            session,
            campaign_id,
            include=request.form.getlist("include_segment", type=int),
            exclude=request.form.getlist("exclude_segment", type=int),
            user_id=viewer().id,
        )
        if not is_live():
            return back(campaign_id, "people")
        count = render_template("pages/campaigns/_audience_count.html", audience=count_audience(session, campaign_id))
        told = render_template("pages/campaigns/_states.html", saved=_("Saved"), states=states(session, campaign))
    return saved(count + told)


@blueprint.get("/<int:campaign_id>/check")
@needs(Act.SEE)
def check(campaign_id: int) -> ResponseReturnValue:
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        now, audience = preflight(session, campaign_id), count_audience(session, campaign_id)
        part = {**sending(session, campaign, now, audience), "keep_tests": True}
        return render_template("pages/campaigns/_check_told.html", **part)


@blueprint.post("/<int:campaign_id>/name")
@needs(Act.WRITE)
def rename(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        update_campaign(session, campaign_id, CampaignChanges(name=request.form.get("name", "")))
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


@blueprint.post("/<int:campaign_id>/duplicate")
@needs(Act.WRITE)
def duplicate(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        copy = duplicate_campaign(session, campaign_id, user_id=viewer().id)
    return redirect(url_for("campaigns.show", campaign_id=copy.id), 303)


@blueprint.get("/<int:campaign_id>/delete")
@needs(Act.WRITE)
def confirm_delete(campaign_id: int) -> ResponseReturnValue:
    with reading() as session:
        return render_template("pages/campaigns/delete.html", campaign=get_campaign(session, campaign_id))


@blueprint.post("/<int:campaign_id>/delete")
@needs(Act.WRITE)
def delete(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        delete_draft(session, campaign_id, user_id=viewer().id)
    return redirect(url_for("campaigns.index"), 303)


def is_live() -> bool:
    """Whether the page itself asks, and wants a part of it back."""
    return request.headers.get("HX-Request") == "true"


def back(campaign_id: int, step: str) -> ResponseReturnValue:
    return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor=f"step-{step}"), 303)


def saved(html: str) -> ResponseReturnValue:
    """Tells the page that the letter is another one now."""
    return html, 200, {"HX-Trigger": "letter-changed"}
