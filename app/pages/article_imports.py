"""Articles brought in: by paste, file or web address; and what a source of many held, chosen from and made drafts."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import Session, reading, transaction
from app.errors import InvalidInput, Refused
from app.models import ArticleImport, ArticleImportStatus, FoundState
from app.outside.web_address import FetchRefused
from app.pages.article_imports_words import STATUS_KIND, STATUS_WORDS, articles, percent_of, sentence_of
from app.pages.bringing import brand_for, bring, settings
from app.pages.forms.pasted import read_source
from app.pages.guards import find_viewer, needs, viewer
from app.permissions import Act
from app.queries.article_imports import MOST_LISTED, counts_of, find_article_imports, made_before, parts_of
from app.services import article_imports
from app.services.article_sources import LARGEST_FILE
from app.services.articles import article_of
from app.services.campaigns import get_campaign
from emails.errors import ArticleBroken

blueprint = Blueprint("article_imports", __name__, url_prefix="/content/articles")
blueprint.add_app_template_filter(lambda status: STATUS_WORDS[status], "articles_words")
blueprint.add_app_template_filter(lambda status: STATUS_KIND[status], "articles_kind")
blueprint.add_app_template_filter(articles, "articles")

OFTEN_MS = 1_000
FORM_AROUND_BYTES = 1024 * 1024
MEGA = 1024 * 1024
WAYS = ("address", "file", "text")


@blueprint.url_value_preprocessor
def allow_a_large_file(endpoint: str | None, _values: object) -> None:
    """Only here, and only for those who may write, a request may be as large as an export."""
    found = find_viewer()
    if endpoint == "article_imports.take" and found is not None and found.may(Act.WRITE):
        request.max_content_length = LARGEST_FILE + FORM_AROUND_BYTES


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    with reading() as session:
        return render_template("pages/article_imports/index.html", rows=find_article_imports(session))


@blueprint.get("/new")
@needs(Act.WRITE)
def new() -> ResponseReturnValue:
    return show_new({}), 200


@blueprint.post("/new")
@needs(Act.WRITE)
def take() -> ResponseReturnValue:
    """One article opens as a letter; several become a list to choose from."""
    way = request.form.get("way", "text")
    campaign_id = asked_campaign()
    try:
        refuse_to_overwrite(campaign_id)
        source = read_source()
        return bring(source, campaign_id=campaign_id, with_pictures=bool(request.form.get("with_pictures")))
    except (ArticleBroken, FetchRefused) as refusal:
        return show_new({way if way in WAYS else "text": str(refusal)}), 422
    except InvalidInput as refusal:
        return show_new(refusal.fields), 422


def asked_campaign() -> int | None:
    return request.values.get("campaign", None, int)


def refuse_to_overwrite(campaign_id: int | None) -> None:
    if campaign_id is None or request.form.get("replace"):
        return
    with reading() as session:
        article = article_of(session, campaign_id).article
    if article.title or any(getattr(block, "text", "x") for block in article.blocks):
        raise InvalidInput({"replace": _("This letter has an article. Say that it may be replaced.")})


def show_new(problems: dict[str, str]) -> str:
    """The three ways in; `problems` by the way they belong to, "replace", or "" for the page as a whole."""
    campaign_id = asked_campaign()
    with reading() as session:
        campaign = get_campaign(session, campaign_id) if campaign_id is not None else None
        try:
            has_brand = bool(brand_for(session, campaign_id))
        except Refused:
            has_brand = False
        written = article_of(session, campaign.id).article if campaign else None
    return render_template(
        "pages/article_imports/new.html",
        campaign=campaign, has_brand=has_brand, problems=problems, megabytes=LARGEST_FILE // MEGA,
        is_written=bool(written and (written.title or written.blocks)), given=request.form,
    )  # fmt: skip


@blueprint.get("/<int:import_id>")
@needs(Act.SEE)
def show(import_id: int) -> ResponseReturnValue:
    with reading() as session:
        batch = article_imports.get_import(session, import_id)
        return render_template("pages/article_imports/show.html", problem="", **standing(session, batch))


@blueprint.get("/<int:import_id>/live")
@needs(Act.SEE)
def live(import_id: int) -> ResponseReturnValue:
    """The part that changes while a job is at it; at the end the whole page is asked for."""
    with reading() as session:
        batch = article_imports.get_import(session, import_id)
        if batch.status not in article_imports.AT_WORK:
            return "", 200, {"HX-Refresh": "true"}
        return render_template("pages/article_imports/_live.html", **standing(session, batch))


def standing(session: Session, batch: ArticleImport) -> dict[str, Any]:
    counts = counts_of(session, batch.id)
    return {
        "batch": batch,
        "is_at_work": batch.status in article_imports.AT_WORK,
        "is_making": batch.status is ArticleImportStatus.MAKING,
        "sentence": sentence_of(batch, counts),
        "percent": percent_of(counts),
        "counts": counts,
        "State": FoundState,
        "found": parts_of(session, batch.id, FoundState.FOUND),
        "made": parts_of(session, batch.id, FoundState.MADE),
        "refused": parts_of(session, batch.id, FoundState.REFUSED),
        "made_before": made_before(session, batch),
        "most_listed": MOST_LISTED,
        "often_ms": OFTEN_MS,
    }


@blueprint.post("/<int:import_id>/choose")
@needs(Act.WRITE)
def choose(import_id: int) -> ResponseReturnValue:
    numbers = None if request.form.get("all") else request.form.getlist("article", int)
    try:
        with transaction() as session:
            article_imports.choose(session, import_id, numbers, user_id=viewer().id)
    except InvalidInput as refusal:
        with reading() as session:
            batch = article_imports.get_import(session, import_id)
            page = render_template(
                "pages/article_imports/show.html", problem=refusal.fields["articles"], **standing(session, batch)
            )
        return page, 422
    return redirect(url_for("article_imports.show", import_id=import_id), 303)


@blueprint.post("/<int:import_id>/cancel")
@needs(Act.WRITE)
def cancel(import_id: int) -> ResponseReturnValue:
    with transaction() as session:
        batch = article_imports.cancel(session, import_id, settings().imports, user_id=viewer().id)
    flash(_("“%(name)s” is called off. Drafts that were made by then stay.", name=batch.source), "good")
    return redirect(url_for("article_imports.index"), 303)
