"""The block editor's door: an article pasted, typed in, and changed by one act at a time; every save is checked."""

import json
from dataclasses import replace
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.database.session import reading, transaction
from app.errors import InvalidInput, WrongState
from app.pages.bringing import bring, keep_whole
from app.pages.campaigns_workbench import kinds, states, workbench
from app.pages.forms.article_form import Edited, apply_act, read_article
from app.pages.forms.pasted import read_source, read_whole
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.services.articles import article_of, paste_article, save_article
from app.services.assets import fit_for_letters
from app.services.campaigns import get_campaign
from app.services.media import Origin, add_picture, address_of, get_item
from emails.articles import edit
from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import Article, Heading, Image, Paragraph
from emails.articles.inline import inline_of
from emails.articles.parse import parse_article
from emails.errors import ArticleBroken

blueprint = Blueprint("campaigns_article", __name__, url_prefix="/campaigns/<int:campaign_id>/article")


@blueprint.post("/paste")
@needs(Act.WRITE)
def paste(campaign_id: int) -> ResponseReturnValue:
    """The whole article at once, from the box, a file or an address; or a letter to be kept whole."""
    if request.form.get("empty"):
        with transaction() as session:
            paste_article(session, campaign_id, Article(title="", blocks=(Paragraph(""),)), source="")
        return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
    try:
        if request.form.get("whole"):
            begins = request.form["whole"] == "begin"
            return keep_whole(campaign_id, "" if begins else read_whole())
        return bring(read_source(), campaign_id=campaign_id)
    except ArticleBroken as error:
        return page_again(campaign_id, problem=str(error), pasted=request.form.get("text", "")), 422


@blueprint.post("")
@needs(Act.WRITE)
def save(campaign_id: int) -> ResponseReturnValue:
    """Keeps the column as it stands on the page, after the act asked for; answers with what has changed."""
    act = request.form.get("act", "")
    try:
        edited, removed = changed(campaign_id, act)
        with transaction() as session:
            revision = save_article(
                session, campaign_id, article_to_json(edited.article), revision=request.form.get("revision", 0, int)
            )
    except (ArticleBroken, InvalidInput, WrongState) as error:
        return refused(campaign_id, str(error))
    if request.headers.get("HX-Request") != "true":
        where = f"block-{edited.focus}" if edited.focus is not None else "step-write"
        return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor=where), 303)
    return answer(campaign_id, edited, revision, removed=removed if act else None)


def changed(campaign_id: int, act: str) -> tuple[Edited, str]:
    """The article after `act`, and what Undo needs to bring a removed block back."""
    with reading() as session:
        content = article_to_json(article_of(session, campaign_id).article)
    written = read_article(request.form, content)
    verb, _sep, rest = act.partition(":")
    at = int(rest.split(":")[0]) if rest.split(":")[0].isdecimal() else 0
    if verb == "upload":
        return Edited(with_picture(campaign_id, written, at), at), ""
    if verb == "paste":
        return with_pasted(written, at), ""
    if verb == "restore":
        return with_removed(written), ""
    edited = apply_act(written, act, request.form)
    if verb != "remove":
        return edited, ""
    gone = replace(written, blocks=(written.blocks[at],), warnings=())
    return edited, json.dumps({"at": at, "article": article_to_json(gone)})


def with_picture(campaign_id: int, article: Article, at: int) -> Article:
    """The picture chosen goes into the brand's library and into block `at`, described as it is there."""
    file = request.files.get(f"b{at}-file")
    block = edit.look(article.blocks, at)
    if not file or not file.filename or not isinstance(block, Image):
        raise InvalidInput({"picture": _("Choose a picture first.")})
    picture = fit_for_letters(file.read())
    with transaction() as session:
        brand_id = get_campaign(session, campaign_id).brand_id
        origin = Origin(brand_id, viewer().id, current_app.extensions["settings"].uploads)
        item = add_picture(session, picture, filename=file.filename, origin=origin, alt=block.alt or "")
        asset = get_item(session, item.id)[1]
    alt = (block.alt or item.alt) if block.alt is not None else None
    shown = replace(block, src=address_of(asset, item.name), alt=alt)
    return replace(article, blocks=(*article.blocks[:at], shown, *article.blocks[at + 1 :]))


def with_pasted(article: Article, at: int) -> Edited:
    """Several paragraphs pasted into a block become blocks after it."""
    kind = "html" if request.form.get("pasted_kind") == "html" else "text"
    found = parse_article(request.form.get("pasted", ""), kind=kind)
    title = (Heading(2, inline_of(found.title)),) if found.title else ()
    new = (*title, *found.blocks)
    blocks = edit.insert(article.blocks, at + 1, new)
    here = blocks[at]
    if isinstance(here, Paragraph) and not here.text.strip():
        blocks = edit.remove(blocks, at)
    return Edited(replace(article, blocks=blocks), min(at + len(new), len(blocks) - 1))


def with_removed(article: Article) -> Edited:
    try:
        kept: dict[str, Any] = json.loads(request.form.get("removed", "{}"))
        at = min(int(kept["at"]), len(article.blocks))
        blocks = article_from_json(kept["article"]).blocks
    except (ValueError, KeyError, TypeError):
        raise ArticleBroken(_("There is nothing to bring back any more.")) from None
    return Edited(replace(article, blocks=edit.insert(article.blocks, at, blocks)), at)


def answer(campaign_id: int, edited: Edited, revision: int, *, removed: str | None) -> ResponseReturnValue:
    """After typing: only the states and the new revision. After an act: the whole column."""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        told = render_template("pages/campaigns/_states.html", saved=_("Saved"), states=states(session, campaign))
    if removed is None:
        part = render_template("pages/campaigns/_revision.html", revision=revision, oob=True)
        return told + part, 200, {"HX-Trigger": "letter-changed", "HX-Reswap": "none"}
    column = render_template(
        "pages/campaigns/_blocks.html",
        campaign=campaign, article=edited.article, revision=revision, kinds=kinds(),
        focus=edited.focus, removed=removed, problem="", oob=False,
    )  # fmt: skip
    return column + told, 200, {"HX-Trigger": "letter-changed"}


def refused(campaign_id: int, problem: str) -> ResponseReturnValue:
    """Nothing was saved and nothing typed is lost: the page keeps its words and says what is in the way."""
    if request.headers.get("HX-Request") == "true":
        told = render_template("pages/campaigns/_refused.html", problem=problem)
        return told, 200, {"HX-Reswap": "none"}
    return page_again(campaign_id, problem=problem), 409


def page_again(campaign_id: int, **more: Any) -> str:
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        return render_template("pages/campaigns/show.html", **workbench(session, campaign, **more))
