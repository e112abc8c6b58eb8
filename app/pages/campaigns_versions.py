"""Versions of a campaign's article: the list, what each changed, and back to one of them."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.models import CampaignStatus, VersionKind
from app.pages.guards import needs, viewer
from app.pages.wording import local_time
from app.permissions import Act
from app.queries.versions import versions_of
from app.services.articles import article_of, restore_version
from app.services.campaigns import get_campaign
from app.services.versions import get_version
from emails.articles.article_json import article_from_json
from emails.articles.compare import compare, is_same

blueprint = Blueprint("campaigns_versions", __name__, url_prefix="/campaigns/<int:campaign_id>/versions")


def how(kind: VersionKind) -> str:
    return str(
        {
            VersionKind.SAVED: _("written"),
            VersionKind.PASTED: _("put in as a whole"),
            VersionKind.RESTORED: _("taken from an older version"),
            VersionKind.ASIDE: _("kept aside: somebody else had saved first"),
        }[kind]
    )


@blueprint.get("")
@needs(Act.SEE)
def index(campaign_id: int) -> ResponseReturnValue:
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        held = article_of(session, campaign_id)
        lines = versions_of(session, held.article_id)
    return render_template(
        "pages/campaigns/versions.html", campaign=campaign, lines=lines, revision=held.revision, how=how
    )


@blueprint.get("/<int:version_id>")
@needs(Act.SEE)
def show(campaign_id: int, version_id: int) -> ResponseReturnValue:
    """What changed between this version and the article as it is now."""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        held = article_of(session, campaign_id)
        version = get_version(session, held.article_id, version_id)
        line = next(one for one in versions_of(session, held.article_id) if one.id == version_id)
        changes = compare(article_from_json(version.content), held.article)
    may_restore = viewer().may(Act.WRITE) and campaign.status == CampaignStatus.DRAFT and not is_same(changes)
    return render_template(
        "pages/campaigns/version.html",
        campaign=campaign, line=line, changes=changes, same=is_same(changes), may_restore=may_restore, how=how,
    )  # fmt: skip


@blueprint.post("/<int:version_id>/restore")
@needs(Act.WRITE)
def restore(campaign_id: int, version_id: int) -> ResponseReturnValue:
    with transaction() as session:
        restore_version(session, campaign_id, version_id, user_id=viewer().id)
        at = get_version(session, article_of(session, campaign_id).article_id, version_id).updated_at
    flash(_("The article is again what it was on %(when)s.", when=local_time(at)), "good")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
