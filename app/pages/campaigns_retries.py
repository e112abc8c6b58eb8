"""Once more, because a person asks: letters of unknown fate sent again or left, the refused tried again."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.database.session import reading, transaction
from app.models import Campaign
from app.pages.guards import needs, viewer
from app.pages.wording import number
from app.permissions import Act
from app.queries.retries import Retryable, retryable
from app.services import retries
from app.services.campaigns import get_campaign

blueprint = Blueprint("campaigns_retries", __name__, url_prefix="/campaigns/<int:campaign_id>")
ANOTHER_NUMBER = 409


@blueprint.get("/send-again")
@needs(Act.SEND)
def confirm_send_again(campaign_id: int) -> ResponseReturnValue:
    """Says plainly that some may get the letter twice."""
    with reading() as session:
        return ask(get_campaign(session, campaign_id), retryable(session, campaign_id))


@blueprint.post("/send-again")
@needs(Act.SEND)
def send_again(campaign_id: int) -> ResponseReturnValue:
    """Sends to as many as were agreed to; where there are more or fewer by now, it asks again."""
    with transaction() as session:
        campaign, could = get_campaign(session, campaign_id), retryable(session, campaign_id)
        if could.unknown != request.form.get("letters", could.unknown, int):
            return ask(campaign, could, changed=True), ANOTHER_NUMBER
        letters = retries.send_unknown_again(session, campaign_id, user_id=viewer().id)
    return back(campaign_id, letters)


@blueprint.post("/leave-unknown")
@needs(Act.SEND)
def leave(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        retries.leave_unknown(session, campaign_id, user_id=viewer().id)
    flash(_("Left as they are. They stay in the books as unknown, until something proves that they arrived."), "good")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


@blueprint.post("/retry-refused")
@needs(Act.SEND)
def retry_refused(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        letters = retries.retry_refused(session, campaign_id, user_id=viewer().id)
    return back(campaign_id, letters)


def ask(campaign: Campaign, could: Retryable, *, changed: bool = False) -> str:
    return render_template("pages/campaigns/send_again.html", campaign=campaign, could=could, changed=changed)


def back(campaign_id: int, letters: int) -> ResponseReturnValue:
    if letters:
        told = ngettext(
            "%(figure)s letter is tried again.", "%(figure)s letters are tried again.", letters, figure=number(letters)
        )
        flash(told, "good")
    else:
        flash(_("There is no letter left to try again."), "warn")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
