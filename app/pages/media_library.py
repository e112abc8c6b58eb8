"""The library of pictures: looked through, searched, added to, described, and one taken out after a question."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from app.config import Settings
from app.database.session import Session, reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Asset, Brand, MediaItem
from app.pages.forms.media import DescribeForm
from app.pages.forms.refusals import take_refusal
from app.pages.guards import find_viewer, needs, viewer
from app.permissions import Act
from app.queries.media import library_page, uses_of
from app.services import media
from app.services.assets import LARGEST_FILE, fit_for_letters
from app.services.brands import first_brand, get_brand
from app.urls import public_base

blueprint = Blueprint("media_library", __name__, url_prefix="/content/media")

MOST_FILES = 20
MOST_TOGETHER = 60 * 1024 * 1024
FORM_AROUND_BYTES = 1024 * 1024
KILO = 1024


def kilobytes(size: int) -> str:
    """A file's size as people say it: "84 kB", "1.2 MB"."""
    return f"{max(1, round(size / KILO))} kB" if size < KILO * KILO else f"{size / KILO / KILO:.1f} MB"


blueprint.add_app_template_filter(kilobytes, "kilobytes")
blueprint.add_app_template_global(media.address_of, "picture_address")


@blueprint.url_value_preprocessor
def allow_many_files(endpoint: str | None, _values: object) -> None:
    """Only here, and only for those who may write, a request may be as large as several pictures."""
    found = find_viewer()
    if endpoint == "media_library.upload" and found is not None and found.may(Act.WRITE):
        request.max_content_length = MOST_TOGETHER + FORM_AROUND_BYTES


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def the_brand(session: Session) -> Brand:
    brand = first_brand(session)
    if brand is None:
        raise WrongState(_("There is no brand yet. Name yours under Settings first."))
    return brand


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    return render_template("pages/media_library/index.html", **library())


def library(refused: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    """What the page shows; `refused` are files that could not be kept, with the reason."""
    query, page = request.args.get("q", "").strip()[:200], request.args.get("page", 1, int)
    with reading() as session:
        brand = first_brand(session)
        found = library_page(session, brand.id, query=query, page=page) if brand else None
    return {
        "found": found, "query": query, "has_brand": brand is not None, "refused": refused,
        "most_files": MOST_FILES, "most_megabytes": LARGEST_FILE // KILO // KILO,
    }  # fmt: skip


@blueprint.post("")
@needs(Act.WRITE)
def upload() -> ResponseReturnValue:
    """Keeps each file that is a picture; the others are named with their reasons, and hinder nothing."""
    files = [one for one in request.files.getlist("files") if one.filename]
    if not files:
        return refuse_all(_("Choose a picture first."))
    if len(files) > MOST_FILES:
        return refuse_all(_("Up to %(most)d pictures fit at once; these are %(all)d.", most=MOST_FILES, all=len(files)))
    with reading() as session:
        origin = media.Origin(the_brand(session).id, viewer().id, settings().uploads)
    refused = tuple((file.filename or "", words) for file in files if (words := keep(file, origin)))
    kept = len(files) - len(refused)
    if kept:
        flash(ngettext("%(num)d picture is in the library.", "%(num)d pictures are in the library.", kept), "good")
    if refused:
        return render_template("pages/media_library/index.html", **library(refused)), 422
    return redirect(url_for("media_library.index"), 303)


def refuse_all(words: str) -> ResponseReturnValue:
    return render_template("pages/media_library/index.html", **library((("", words),))), 422


def keep(file: FileStorage, origin: media.Origin) -> str:
    """Why this file is not kept, or "". No transaction is open while it is made fit."""
    try:
        picture = fit_for_letters(file.stream.read(LARGEST_FILE + 1))
    except InvalidInput as refusal:
        return refusal.fields.get("picture", str(refusal))
    with transaction() as session:
        media.add_picture(session, picture, filename=file.filename or "", origin=origin)
    return ""


@blueprint.get("/pick")
@needs(Act.SEE)
def pick() -> ResponseReturnValue:
    """The part that a letter's editor shows to choose from."""
    query = request.args.get("q", "").strip()[:200]
    with reading() as session:
        found = library_page(session, the_brand(session).id, query=query)
        return render_template("pages/media_library/_pick.html", found=found, query=query)


@blueprint.route("/<int:item_id>", methods=["GET"])
@needs(Act.SEE)
def show(item_id: int) -> ResponseReturnValue:
    with reading() as session:
        item, asset = media.get_item(session, item_id)
        form = DescribeForm(formdata=None, obj=item)
        return render_template("pages/media_library/show.html", form=form, **facts(session, item, asset))


@blueprint.post("/<int:item_id>")
@needs(Act.WRITE)
def describe(item_id: int) -> ResponseReturnValue:
    form = DescribeForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                media.describe(
                    session, item_id, name=form.name.data or "", alt=form.alt.data or "", user_id=viewer().id
                )
            flash(_("Saved. Letters that have the picture already keep their own words."), "good")
            return redirect(url_for("media_library.show", item_id=item_id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    with reading() as session:
        item, asset = media.get_item(session, item_id)
        return render_template("pages/media_library/show.html", form=form, **facts(session, item, asset)), 422


def facts(session: Session, item: MediaItem, asset: Asset) -> dict[str, Any]:
    uses = uses_of(session, asset, item.brand_id)
    base = public_base(get_brand(session, item.brand_id).base_url)
    return {
        "item": item, "asset": asset, "uses": uses, "address": base + media.address_of(asset, item.name),
        "is_needed": any(not use.has_left for use in uses),
    }  # fmt: skip


@blueprint.get("/<int:item_id>/take-out")
@needs(Act.WRITE)
def ask_take_out(item_id: int) -> ResponseReturnValue:
    with reading() as session:
        item, asset = media.get_item(session, item_id)
        return render_template("pages/media_library/take_out.html", **facts(session, item, asset))


@blueprint.post("/<int:item_id>/take-out")
@needs(Act.WRITE)
def take_out(item_id: int) -> ResponseReturnValue:
    with transaction() as session:
        name = media.get_item(session, item_id)[0].name
        file = media.take_out(session, item_id, user_id=viewer().id)
    with reading() as session:
        media.forget_file(session, settings().uploads, file)
    flash(_("“%(name)s” is taken out of the library.", name=name), "good")
    return redirect(url_for("media_library.index"), 303)
