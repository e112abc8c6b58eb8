"""Pictures of a draft that lie on other sites: brought here on request, with what came and what did not."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import Session, reading, transaction
from app.errors import InvalidInput
from app.models import PictureFetchStatus
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.services import picture_fetches
from app.services.articles import article_of
from emails.articles.blocks import Article

blueprint = Blueprint("campaigns_pictures", __name__, url_prefix="/campaigns/<int:campaign_id>/pictures")

OFTEN_MS = 1_000


def picture_state(session: Session, campaign_id: int, article: Article) -> dict[str, Any]:
    """How many pictures lie elsewhere, how far fetching them is, and which did not come, with the reasons."""
    outside = picture_fetches.outside_pictures(article)
    row = picture_fetches.newest(session, campaign_id)
    running = row is not None and row.status is PictureFetchStatus.RUNNING
    failed = [(address, reason) for address, reason in row.failed.items() if address in outside] if row else []
    return {
        "outside": len(outside),
        "is_running": running,
        "tried": len(row.came) + len(row.failed) if row else 0,
        "wanted": len(row.wanted) if row else 0,
        "failed": failed if not running else [],
        "often_ms": OFTEN_MS,
    }


@blueprint.post("")
@needs(Act.WRITE)
def bring(campaign_id: int) -> ResponseReturnValue:
    try:
        with transaction() as session:
            picture_fetches.begin(session, campaign_id, user_id=viewer().id)
    except InvalidInput as refusal:
        flash(refusal.fields.get("pictures", str(refusal)), "good")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor="outside-pictures"), 303)


@blueprint.post("/stop")
@needs(Act.WRITE)
def stop(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        picture_fetches.stop(session, campaign_id)
    return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor="outside-pictures"), 303)


@blueprint.get("/live")
@needs(Act.SEE)
def live(campaign_id: int) -> ResponseReturnValue:
    """The part that changes while pictures come; at the end the whole page, which has their new addresses."""
    with reading() as session:
        state = picture_state(session, campaign_id, article_of(session, campaign_id).article)
    if not state["is_running"]:
        return _("The pictures are here."), 200, {"HX-Refresh": "true"}
    return render_template("pages/campaigns/_outside_pictures.html", pictures=state, campaign_id=campaign_id)
