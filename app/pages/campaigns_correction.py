"""A letter's words on the web, put right after it has left. Nothing is kept until it is saved; what was sent stays."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import now
from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.pages.campaigns_archive import archive_part
from app.pages.campaigns_article import changed
from app.pages.campaigns_editor import editor_of
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.services import corrections
from app.services.campaigns import get_campaign
from app.services.corrections import Corrected, Wanted
from emails.articles.article_json import article_to_json
from emails.errors import ArticleBroken

blueprint = Blueprint("campaigns_correction", __name__, url_prefix="/campaigns/<int:campaign_id>/correction")


@blueprint.get("")
@needs(Act.WRITE)
def edit(campaign_id: int) -> ResponseReturnValue:
    with reading() as session:
        held = corrections.corrected(session, campaign_id)
    return show(campaign_id, held)


def show(campaign_id: int, held: Corrected, *, focus: str | None = None, field: str = "", problem: str = "") -> str:
    """The page; where the block editor asks, its column alone."""
    template = "_blocks.html" if request.headers.get("HX-Request") == "true" else "correct.html"
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        page: dict[str, Any] = {
            **archive_part(session, campaign),
            "article": held.article,
            "revision": held.revision,
            "note": held.note,
            "noted_on": held.noted_on,
            "today": now().date().isoformat(),
            "editor": editor_of(session, campaign),
            "conflict": None,
            "focus": focus,
            "focus_field": field,
            "problem": problem,
            "removed": "",
            "oob": False,
        }
        return render_template(f"pages/campaigns/{template}", **page)


@blueprint.post("")
@needs(Act.WRITE)
def save(campaign_id: int) -> ResponseReturnValue:
    """Keeps the correction; an act on the blocks only shows the page again with what it did."""
    with reading() as session:
        held = corrections.corrected(session, campaign_id)
    note, noted_on = request.form.get("note", ""), request.form.get("noted_on", "")
    revision = request.form.get("revision", 0, int)
    act = request.form.get("act", "")
    typed = Corrected(held.article, revision, note, noted_on)
    try:
        edited = changed(campaign_id, act, article_to_json(held.article)).edited
        typed = Corrected(edited.article, revision, note, noted_on)
        if act:
            return show(campaign_id, typed, focus=edited.focus, field=edited.field)
        wanted = Wanted(article_to_json(edited.article), revision, note, noted_on)
        with transaction() as session:
            corrections.correct(session, campaign_id, wanted, user_id=viewer().id)
    except (ArticleBroken, InvalidInput) as refusal:
        told = " ".join(refusal.fields.values()) if isinstance(refusal, InvalidInput) else str(refusal)
        return show(campaign_id, typed, problem=told), 422
    except WrongState as refusal:
        return show(campaign_id, typed, problem=str(refusal)), 409
    flash(_("Corrected on the web. The letters that were sent stay as they are."), "good")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor="on-the-web"), 303)


@blueprint.post("/take-back")
@needs(Act.WRITE)
def take_back(campaign_id: int) -> ResponseReturnValue:
    with transaction() as session:
        corrections.take_back(session, campaign_id, user_id=viewer().id)
    flash(_("The web shows again what was sent."), "good")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor="on-the-web"), 303)
