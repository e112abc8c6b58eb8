"""Every campaign that ended, compared in one table."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.database.session import reading
from app.pages.guards import needs
from app.permissions import Act
from app.queries.campaign_figures import ended_campaigns, figures_of

blueprint = Blueprint("reports", __name__, url_prefix="/reports")
PAGE = 25


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    page = max(1, request.args.get("page", 1, int))
    with reading() as session:
        found = ended_campaigns(session, most=PAGE + 1, after=(page - 1) * PAGE)
        campaigns = found[:PAGE]
        figures = figures_of(session, campaigns, at_a_glance=True)
        return render_template(
            "pages/reports/index.html", campaigns=campaigns, figures=figures, page=page, more=len(found) > PAGE
        )
