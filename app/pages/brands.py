"""The brand that letters speak for: its name, address and look, shown as readers will see them while one types."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.config import Settings
from app.database.session import reading, transaction
from app.errors import InvalidInput
from app.models import Brand, LogoTone
from app.pages.brands_look import looked_at
from app.pages.forms.refusals import take_refusal
from app.pages.forms.settings import BrandForm
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.services import assets, brands
from app.services.brands import BrandDetails
from app.services.logo_tones import tone_of
from app.services.media import Origin, enlist

blueprint = Blueprint("brands", __name__, url_prefix="/settings/brand")


@blueprint.get("")
@needs(Act.SEE)
def edit() -> ResponseReturnValue:
    with reading() as session:
        brand = brands.first_brand(session)
        form = BrandForm(formdata=None, obj=brand) if brand else BrandForm(formdata=None, time_zone=viewer().time_zone)
        form.logo_width.data = form.logo_width.data or None
        return show_form(form, brand, logo_address(brand))


@blueprint.post("")
@needs(Act.SETTINGS)
def save() -> ResponseReturnValue:
    form = BrandForm()
    with reading() as session:
        brand = brands.first_brand(session)
        logo = logo_address(brand)
    if form.validate_on_submit():
        try:
            keep(form, brand)
            flash(_("Saved. Letters that leave from now on show this."), "good")
            return redirect(url_for("brands.edit"), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    return show_form(form, brand, logo), 422


@blueprint.post("/preview")
@needs(Act.SETTINGS)
def preview() -> ResponseReturnValue:
    """The figures of the colours, and where the letter in small is to be had, while one types."""
    with reading() as session:
        brand = brands.first_brand(session)
    return render_template("pages/brands/_preview.html", **looked_at(BrandForm(), brand))


def show_form(form: BrandForm, brand: Brand | None, logo: str) -> str:
    return render_template("pages/brands/edit.html", brand=brand, logo=logo, **looked_at(form, brand))


def logo_address(brand: Brand | None) -> str:
    if brand is None or brand.logo_asset_id is None:
        return ""
    with reading() as session:
        return url_for("media.show", name=assets.file_name(assets.get_asset(session, brand.logo_asset_id)))


def keep(form: BrandForm, brand: Brand | None) -> None:
    settings: Settings = current_app.extensions["settings"]
    logo = None if brand is None or form.without_logo.data else brand.logo_asset_id
    tone = brand.logo_tone if brand and logo else LogoTone.MIXED
    upload = request.files.get("picture")
    with transaction() as session:
        if upload and upload.filename:
            picture = assets.store_picture(
                session,
                upload.read(),
                filename=upload.filename,
                user_id=viewer().id,
                folder=settings.uploads,
            )
            logo, tone = picture.id, tone_of(settings.uploads / assets.file_name(picture))
        details = BrandDetails(
            name=form.name.data or "",
            address=form.address.data or "",
            website_url=form.website_url.data or "",
            base_url=form.base_url.data or "",
            language=form.language.data or "",
            time_zone=form.time_zone.data,
            logo_asset_id=logo,
            logo_tone=tone,
            look=form.look(),
        )
        if brand is None:
            kept = brands.create_brand(session, details, user_id=viewer().id)
        else:
            kept = brands.edit_brand(session, brand.id, details, user_id=viewer().id)
        if logo is not None and upload and upload.filename:
            origin = Origin(kept.id, viewer().id, settings.uploads)
            enlist(session, assets.get_asset(session, logo), origin, name=upload.filename)
