"""The archive as the team chooses it: a brand's own under Settings, and for each campaign whether it stands there."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import Session, reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import ArchiveMode, Brand, Campaign, CampaignStatus
from app.pages.campaigns_archive import archive_part
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.queries.archive import issues_page, waiting_issues
from app.services import archives, brands
from app.services.archive_tags import set_tags
from app.services.campaigns import get_campaign
from app.services.letters import base_url
from app.urls import archive_address

blueprint = Blueprint("archives", __name__)


@blueprint.get("/settings/archive")
@needs(Act.SEE)
def edit() -> ResponseReturnValue:
    with reading() as session:
        brand = brands.first_brand(session)
        if brand is None:
            flash(_("Name your brand first: the archive is its own."), "warn")
            return redirect(url_for("brands.edit"))
        return show(session, brand)


@blueprint.post("/settings/archive")
@needs(Act.SETTINGS)
def save() -> ResponseReturnValue:
    opened, slug = request.form.get("opened") == "yes", request.form.get("slug", "")
    try:
        with transaction() as session:
            brand = own_brand(session)
            archives.set_archive(session, brand.id, opened=opened, slug=slug, user_id=viewer().id)
    except InvalidInput as refusal:
        with reading() as session:
            return show(session, own_brand(session), opened=opened, slug=slug, errors=refusal.fields), 422
    flash(_("Your archive is open.") if opened else _("Your archive is closed. Nobody can read it."), "good")
    return redirect(url_for("archives.edit"), 303)


def own_brand(session: Session) -> Brand:
    brand = brands.first_brand(session)
    if brand is None:
        raise WrongState(_("There is no brand yet. Name yours under Settings first."))
    return brand


def show(session: Session, brand: Brand, **typed: Any) -> str:
    """`typed` is what was refused: opened, slug, errors."""
    page: dict[str, Any] = {
        "brand": brand,
        "opened": brand.archive_opened_at is not None,
        "slug": archives.suggest_brand_slug(brand),
        "errors": {},
        "base": archive_address(base_url(brand), "").rstrip("/") + "/",
        "address": archive_address(base_url(brand), brand.slug or ""),
        "path": archive_address("", brand.slug or ""),
        "sitemap": f"{base_url(brand)}/sitemap.xml",
        "letters": issues_page(session, brand.id).total,
        "waiting": waiting_issues(session, brand.id),
    }
    return render_template("pages/brands/archive.html", **{**page, **typed})


@blueprint.post("/campaigns/<int:campaign_id>/archive")
@needs(Act.WRITE)
def publish(campaign_id: int) -> ResponseReturnValue:
    """Answers with the part of the campaign's page that shows it; without script, with the page."""
    asked, slug = request.form.get("archive", ""), request.form.get("slug")
    mode = ArchiveMode(asked) if asked in set(ArchiveMode) else ArchiveMode.OFF
    try:
        with transaction() as session:
            campaign = archives.publish(session, campaign_id, mode, slug=slug, user_id=viewer().id)
            if "tags" in request.form:
                set_tags(session, campaign_id, request.form["tags"], user_id=viewer().id)
            return answer(session, campaign, saved=True)
    except InvalidInput as refusal:
        with reading() as session:
            campaign = get_campaign(session, campaign_id)
            typed = {
                "mode": mode,
                "slug_error": refusal.fields.get("slug", ""),
                "tags_error": refusal.fields.get("tags", ""),
            }
            typed |= {name: request.form[name] for name in ("slug", "tags") if name in request.form}
            return answer(session, campaign, **typed)


def answer(session: Session, campaign: Campaign, **more: Any) -> ResponseReturnValue:
    if request.headers.get("HX-Request") == "true":
        return render_template("pages/campaigns/_archive.html", **archive_part(session, campaign, **more))
    if not more.get("saved"):
        flash(more["slug_error"] or more["tags_error"], "bad")
    anchor = "step-people" if campaign.status == CampaignStatus.DRAFT else "on-the-web"
    return redirect(url_for("campaigns.show", campaign_id=campaign.id, _anchor=anchor), 303)
