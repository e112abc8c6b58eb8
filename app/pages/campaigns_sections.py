"""The brand's saved sections, as a campaign's writer finds them: what is in each, and away with one."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.pages.campaigns_editor import kinds
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.services.campaigns import get_campaign
from app.services.sections import remove_section, sections_of
from emails.articles.article_json import article_from_json
from emails.articles.compare import told_text
from emails.articles.edit import kind_of

blueprint = Blueprint("campaigns_sections", __name__, url_prefix="/campaigns/<int:campaign_id>/sections")


@blueprint.get("")
@needs(Act.SEE)
def index(campaign_id: int) -> ResponseReturnValue:
    names = kinds()
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        sections = [
            (one, [(names[kind_of(block)], told_text(block)) for block in article_from_json(one.content).blocks])
            for one in sections_of(session, campaign.brand_id)
        ]
    return render_template("pages/campaigns/sections.html", campaign=campaign, sections=sections)


@blueprint.post("/<int:section_id>/remove")
@needs(Act.WRITE)
def remove(campaign_id: int, section_id: int) -> ResponseReturnValue:
    with transaction() as session:
        brand_id = get_campaign(session, campaign_id).brand_id
        name = remove_section(session, brand_id, section_id, user_id=viewer().id)
    flash(_("“%(name)s” is no saved section any more. Letters that use it stay as they are.", name=name), "good")
    return redirect(url_for("campaigns_sections.index", campaign_id=campaign_id), 303)
