"""The block editor's door: an article pasted, typed in, and changed by one act at a time; every save is checked."""

import json
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import gettext as _

from app.clock import now
from app.database.session import reading, transaction
from app.errors import ChangedMeanwhile, InvalidInput, NotFound, WrongState
from app.pages.bringing import bring, keep_whole
from app.pages.campaigns_conflict import Conflict, conflict_of
from app.pages.campaigns_editor import editor_of
from app.pages.campaigns_workbench import states, workbench
from app.pages.forms.article_form import Edited, apply_act, read_article
from app.pages.forms.pasted import read_source, read_whole
from app.pages.guards import is_htmx, needs, viewer
from app.pages.wording import viewer_zone
from app.permissions import Act
from app.services.articles import Source, article_of, keep_aside, paste_article, save_article
from app.services.assets import fit_for_letters
from app.services.campaigns import get_campaign
from app.services.media import Origin, add_picture, address_of, get_item
from app.services.sections import blocks_of_section, save_section
from emails.articles import edit
from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import Article, Block, Heading, Image, Paragraph
from emails.articles.edit_path import Path, beside, block_at, change_at, list_at, read_path, written
from emails.articles.inline import inline_of
from emails.articles.parse import parse_article
from emails.errors import ArticleBroken

blueprint = Blueprint("campaigns_article", __name__, url_prefix="/campaigns/<int:campaign_id>/article")


@dataclass(frozen=True)
class Changed:
    """The article after an act; `removed` is what Undo needs to bring a block back, `said` is told to listeners."""

    edited: Edited
    removed: str = ""
    said: str = ""


@blueprint.post("/paste")
@needs(Act.WRITE)
def paste(campaign_id: int) -> ResponseReturnValue:
    """The whole article at once, from the box, a file or an address; or a letter to be kept whole."""
    if request.form.get("empty"):
        empty = Article(title="", blocks=(Paragraph(""),))
        with transaction() as session:
            paste_article(session, campaign_id, empty, source=Source("", user_id=viewer().id))
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
    """Keeps the column as it stands on the page, after the act asked for; answers with what has changed.

    The act `keep:<revision>` saves over what somebody else wrote meanwhile, which stays among the versions.
    """
    act = request.form.get("act", "")
    verb, _sep, detail = act.partition(":")
    base = detail if verb == "keep" else request.form.get("revision", "")
    revision = int(base) if base.isascii() and base.isdecimal() else 0
    try:
        with reading() as session:
            content = article_to_json(article_of(session, campaign_id).article)
        made = changed(campaign_id, act, content)
        document = article_to_json(made.edited.article)
        with transaction() as session:
            revision = save_article(session, campaign_id, document, revision=revision, user_id=viewer().id)
    except ChangedMeanwhile:
        with transaction() as session:
            keep_aside(session, campaign_id, document, revision=revision, user_id=viewer().id)
        return conflicted(campaign_id, made.edited, act, revision=revision)
    except (ArticleBroken, InvalidInput, NotFound, WrongState) as error:
        return refused(campaign_id, str(error))
    if not is_htmx():
        where = f"block-{made.edited.focus}" if made.edited.focus is not None else "step-write"
        return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor=where), 303)
    return answer(campaign_id, made, revision, whole=bool(act))


def changed(campaign_id: int, act: str, content: dict[str, object]) -> Changed:
    """The article as it stands on the page, after `act`; `content` has what the page does not show."""
    article = read_article(request.form, content)
    verb, _sep, rest = act.partition(":")
    where, _sep, detail = rest.partition(":")
    if verb == "restore":
        return Changed(with_removed(article), said=_("The block is back."))
    if verb in WITH_PATH:
        return Changed(WITH_PATH[verb](campaign_id, article, read_path(where), detail))
    edited = apply_act(article, act, request.form)
    if verb != "remove":
        return Changed(edited, said=told(verb, edited))
    path = read_path(where)
    gone = replace(article, blocks=(block_at(article.blocks, path),), warnings=())
    removed = json.dumps({"at": where, "article": article_to_json(gone)})
    return Changed(edited, removed, _("Block removed. Undo brings it back."))


def told(verb: str, edited: Edited) -> str:
    """What a screen reader says after an act."""
    if edited.focus is None:
        return ""
    path = read_path(edited.focus)
    place, count = path[-1] + 1, len(list_at(edited.article.blocks, path))
    if verb in {"up", "down", "move"}:
        return str(_("Moved to place %(place)s of %(count)s.", place=place, count=count))
    if verb in {"add", "put", "split", "item-end"}:
        return str(_("New block at place %(place)s of %(count)s.", place=place, count=count))
    named = {"duplicate": _("Block duplicated."), "retype": _("Type changed."), "join": _("Blocks joined.")}
    return str(named.get(verb, ""))


def with_picture(campaign_id: int, article: Article, path: Path, _detail: str) -> Edited:
    """The picture chosen goes into the brand's library and into the block, described as it is there."""
    file = request.files.get(f"b{written(path)}-file")
    block = block_at(article.blocks, path)
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
    blocks = change_at(article.blocks, path, lambda inner, at: (*inner[:at], shown, *inner[at + 1 :]))
    return Edited(replace(article, blocks=blocks), written(path))


def with_pasted(_campaign_id: int, article: Article, path: Path, _detail: str) -> Edited:
    """Several paragraphs pasted into a block become blocks after it."""
    kind = request.form.get("pasted_kind", "")
    found = parse_article(request.form.get("pasted", ""), kind=kind if kind in {"html", "markdown"} else "text")
    title = (Heading(2, inline_of(found.title)),) if found.title else ()
    return inserted(article, path, (*title, *found.blocks))


def with_section(campaign_id: int, article: Article, path: Path, detail: str) -> Edited:
    """A copy of a saved section after the block, or in the place of an empty paragraph."""
    with reading() as session:
        brand_id = get_campaign(session, campaign_id).brand_id
        new = blocks_of_section(session, brand_id, int(detail) if detail.isdecimal() else 0)
    return inserted(article, path, new)


def keep_section(campaign_id: int, article: Article, path: Path, _detail: str) -> Edited:
    """Keeps this block, and as many after it as were asked for, under a name for the brand."""
    at = f"b{written(path)}-section"
    count = request.form.get(f"{at}-count", "1")
    here = list_at(article.blocks, path)
    block_at(article.blocks, path)
    some = here[path[-1] : path[-1] + max(1, int(count) if count.isdecimal() else 1)]
    with transaction() as session:
        brand_id = get_campaign(session, campaign_id).brand_id
        save_section(session, brand_id, request.form.get(f"{at}-name", ""), some, user_id=viewer().id)
    return Edited(article, written(path))


def inserted(article: Article, path: Path, new: tuple[Block, ...]) -> Edited:
    here = block_at(article.blocks, path)
    in_place = isinstance(here, Paragraph) and not here.text.strip()

    def change(blocks: edit.Blocks, at: int) -> edit.Blocks:
        longer = edit.insert(blocks, at + 1, new)
        return edit.remove(longer, at) if in_place else longer

    blocks = change_at(article.blocks, path, change)
    last = min(path[-1] + len(new) - in_place, len(list_at(blocks, path)) - 1)
    return Edited(replace(article, blocks=blocks), written(beside(path, last)))


WITH_PATH = {"upload": with_picture, "paste": with_pasted, "section": with_section, "keep-section": keep_section}


def with_removed(article: Article) -> Edited:
    try:
        kept: dict[str, Any] = json.loads(request.form.get("removed", "{}"))
        path = read_path(str(kept["at"]))
        blocks = article_from_json(kept["article"]).blocks
    except (ValueError, KeyError, TypeError):
        raise ArticleBroken(_("There is nothing to bring back any more.")) from None
    path = beside(path, min(path[-1], len(list_at(article.blocks, path))))
    back = change_at(article.blocks, path, lambda inner, at: edit.insert(inner, at, blocks))
    return Edited(replace(article, blocks=back), written(path))


def answer(campaign_id: int, made: Changed, revision: int, *, whole: bool) -> ResponseReturnValue:
    """After typing: only the states and the new revision. After an act: the whole column."""
    saved = _("Saved %(time)s", time=format_time(now().astimezone(viewer_zone()), "HH:mm", rebase=False))
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        told = render_template(
            "pages/campaigns/_states.html", saved=saved, said=made.said, states=states(session, campaign)
        )
        editor = editor_of(session, campaign) if whole else None
    if not whole:
        part = render_template("pages/campaigns/_revision.html", revision=revision, oob=True)
        calm = render_template("pages/campaigns/_conflict.html", conflict=None, oob=True)
        return told + part + calm, 200, {"HX-Trigger": "letter-changed", "HX-Reswap": "none"}
    column = render_template(
        "pages/campaigns/_blocks.html",
        campaign=campaign, article=made.edited.article, revision=revision, editor=editor, conflict=None,
        focus=made.edited.focus, focus_field=made.edited.field, removed=made.removed, problem="", oob=False,
    )  # fmt: skip
    return column + told, 200, {"HX-Trigger": "letter-changed"}


def conflicted(campaign_id: int, edited: Edited, act: str, *, revision: int) -> ResponseReturnValue:
    """Somebody else saved meanwhile: both texts are kept, and the page asks which one it shall be."""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        conflict: Conflict = conflict_of(session, campaign, mine=edited.article)
        editor = editor_of(session, campaign)
    if not is_htmx():
        again = page_again(campaign_id, article=edited.article, revision=revision, conflict=conflict)
        return again, 409
    told = render_template("pages/campaigns/_refused.html", problem=conflict.sentence)
    if not act:
        panel = render_template("pages/campaigns/_conflict.html", campaign=campaign, conflict=conflict, oob=True)
        return told + panel, 409, {"HX-Reswap": "none"}
    column = render_template(
        "pages/campaigns/_blocks.html",
        campaign=campaign, article=edited.article, revision=revision, editor=editor, conflict=conflict,
        focus=edited.focus, focus_field=edited.field, removed="", problem="", oob=False,
    )  # fmt: skip
    return column + told, 409, {"HX-Retarget": "#column", "HX-Reswap": "outerHTML"}


@blueprint.get("/news")
@needs(Act.SEE)
def news(campaign_id: int) -> ResponseReturnValue:
    """Tells a page that stands open that somebody else has saved; nothing where it is up to date."""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        held = article_of(session, campaign_id)
        conflict = conflict_of(session, campaign, mine=held.article)
    seen = request.args.get("revision", 0, int)
    if seen >= held.revision or conflict.user_id == viewer().id:
        return ""
    return render_template("pages/campaigns/_news.html", campaign=campaign, conflict=conflict)


def refused(campaign_id: int, problem: str) -> ResponseReturnValue:
    """Nothing was saved and nothing typed is lost: the page keeps its words and says what is in the way."""
    if is_htmx():
        told = render_template("pages/campaigns/_refused.html", problem=problem)
        return told, 200, {"HX-Reswap": "none"}
    return page_again(campaign_id, problem=problem), 409


def page_again(campaign_id: int, **more: Any) -> str:
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        return render_template("pages/campaigns/show.html", **workbench(session, campaign, **more))
