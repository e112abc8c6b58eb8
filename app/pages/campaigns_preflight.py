"""Checks that run beside a draft, and a second person's approval of it. Every act is a POST."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.errors import InvalidInput, Refused, WrongState
from app.models.preflight import ApprovalAnswer
from app.pages.campaigns_check_words import checks_part
from app.pages.guards import needs, viewer
from app.permissions import Act, can
from app.services import approvals
from app.services.approval_news import tell_answered, tell_asked
from app.services.campaigns import get_campaign
from app.services.check_subjects import subjects_of
from app.services.letter_checks import ask_for
from app.services.preflight import preflight
from emails.errors import TemplateBroken

blueprint = Blueprint("campaigns_preflight", __name__)


@blueprint.get("/campaigns/<int:campaign_id>/checks")
@needs(Act.SEE)
def checks(campaign_id: int) -> ResponseReturnValue:
    """How far the long checks are; once they stand, the page is told to show what they found."""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        now = preflight(session, campaign_id)
        page = render_template(
            "pages/campaigns/_checks.html",
            campaign=campaign,
            may_edit=can(viewer().role, Act.WRITE),
            **checks_part(session, now),
        )
    answer = make_response(page)
    if not now.is_running:
        answer.headers["HX-Trigger"] = "checks-done"
    return answer


@blueprint.post("/campaigns/<int:campaign_id>/checks")
@needs(Act.WRITE)
def run(campaign_id: int) -> ResponseReturnValue:
    """Asks for what has not been checked yet; `again` for everything."""
    try:
        with transaction() as session:
            subjects = subjects_of(session, campaign_id)
            ask_for(session, campaign_id, subjects, again=request.form.get("again") == "yes")
    except TemplateBroken:
        flash(_("The letter cannot be made as it is. Mend its merge tags first."), "bad")
        return back(campaign_id)
    except WrongState:
        # It has left meanwhile: a page that asks by itself is told nothing.
        return ("", 204) if request.headers.get("HX-Request") == "true" else back(campaign_id)
    if request.headers.get("HX-Request") != "true":
        return back(campaign_id)
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        part = checks_part(session, preflight(session, campaign_id))
        return render_template("pages/campaigns/_checks.html", campaign=campaign, may_edit=True, **part)


@blueprint.post("/campaigns/<int:campaign_id>/approval/ask")
@needs(Act.WRITE)
def ask(campaign_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            seen, note = request.form.get("seen", ""), request.form.get("note", "")
            asked = approvals.ask(session, campaign_id, user_id=viewer().id, seen_hash=seen, note=note)
            tell_asked(session, asked)
        flash(_("Asked. The others of your team who may send have mail."), "good")
    except InvalidInput as refusal:
        flash(words_of(refusal), "bad")
    return back(campaign_id)


@blueprint.post("/campaigns/<int:campaign_id>/approval/answer")
@needs(Act.SEND)
def answer(campaign_id: int) -> ResponseReturnValue:
    given = ApprovalAnswer.APPROVED if request.form.get("answer") == "approved" else ApprovalAnswer.RETURNED
    seen, words = request.form.get("seen", ""), request.form.get("words", "")
    try:
        with transaction() as session:
            said = approvals.answer(session, campaign_id, approvals.Decision(viewer().id, seen, given, words))
            tell_answered(session, said)
        flash(_("Approved. It can leave now.") if given is ApprovalAnswer.APPROVED else _("Sent back."), "good")
    except InvalidInput as refusal:
        flash(words_of(refusal), "bad")
    return back(campaign_id)


@blueprint.post("/settings/brand/<int:brand_id>/approval")
@needs(Act.SETTINGS)
def rule(brand_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            approvals.set_rule(session, brand_id, request.form.get("approval_rule", ""), user_id=viewer().id)
        flash(_("Saved. It holds for every letter that has not left yet."), "good")
    except InvalidInput as refusal:
        flash(words_of(refusal), "bad")
    return redirect(url_for("brands.edit", _anchor="approval"), 303)


def words_of(refusal: Refused) -> str:
    return " ".join(refusal.fields.values()) if isinstance(refusal, InvalidInput) else str(refusal)


def back(campaign_id: int) -> ResponseReturnValue:
    return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor="step-check"), 303)
