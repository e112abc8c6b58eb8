"""Sign-up forms: the overview with what came of each; one with its address and snippet; made, changed, put away."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.database.session import Session, reading, transaction
from app.errors import InvalidInput
from app.pages.forms.refusals import take_refusal
from app.pages.forms.sign_up_form import SignUpForm, details_of, filled
from app.pages.guards import needs, viewer
from app.permissions import Act
from app.queries.forms import form_as_hosted, form_overview
from app.queries.lists import list_overview
from app.readers.form_pages import HONEYPOT, form_page
from app.readers.sign_up_words import sign_up_words_for
from app.readers.words import words_for
from app.services import brands, forms, senders
from app.urls import public_base

PREVIEW_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)

blueprint = Blueprint("sign_up_forms", __name__, url_prefix="/forms")


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    with reading() as session:
        rows = form_overview(session)
        lists = list_overview(session)
    return render_template("pages/sign_up_forms/index.html", forms=rows, has_lists=bool(lists))


@blueprint.get("/<int:form_id>")
@needs(Act.SEE)
def show(form_id: int) -> ResponseReturnValue:
    with reading() as session:
        form = forms.get_form(session, form_id)
        row = next(one for one in form_overview(session) if one.id == form_id)
        wording = forms.wording_of(session, form_id)
        lists = forms.lists_of_form(session, form_id)
        brand = brands.get_brand(session, form.brand_id)
        address = f"{public_base(brand.base_url)}/s/{form.public_id}"
        words = sign_up_words_for(words_for(form.language, brand.language).language)
        snippet = render_template(
            "pages/sign_up_forms/_snippet.html",
            form=form,
            wording=wording.wording,
            version=wording.version,
            address=address,
            say=words,
            honeypot=HONEYPOT,
        )
        return render_template(
            "pages/sign_up_forms/show.html",
            form=form,
            row=row,
            wording=wording,
            lists=lists,
            address=address,
            snippet=snippet,
            has_sender=bool(senders.senders_of(session, form.brand_id)),
        )


@blueprint.get("/<int:form_id>/preview")
@needs(Act.SEE)
def preview(form_id: int) -> ResponseReturnValue:
    """The form as readers see it, for a frame of our own: its button does nothing."""
    with reading() as session:
        hosted = form_as_hosted(session, form_id)
    answer: Response = form_page(hosted, MultiDict(), is_preview=True)
    answer.headers["Content-Security-Policy"] = PREVIEW_POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@blueprint.route("/new", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def new() -> ResponseReturnValue:
    with reading() as session:
        brand = brands.first_brand(session)
        if brand is None or not list_overview(session):
            flash(_("Make a list first: a form leads to one."), "warn")
            return redirect(url_for("lists.index"))
        form = SignUpForm()
        offer_lists(form, session, brand.id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                made = forms.make_form(session, details_of(form), brand_id=brand.id, user_id=viewer().id)
            flash(_("The form is ready. Share its address, or paste it into your site."), "good")
            return redirect(url_for("sign_up_forms.show", form_id=made.id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    if request.method == "GET":
        suggest(form, brand.name)
    form.add_blank_questions()
    page = render_template("pages/sign_up_forms/edit.html", form=form, made=None)
    return page, 422 if form.errors else 200


@blueprint.route("/<int:form_id>/edit", methods=["GET", "POST"])
@needs(Act.PEOPLE)
def edit(form_id: int) -> ResponseReturnValue:
    with reading() as session:
        made = forms.get_form(session, form_id)
        wording = forms.wording_of(session, form_id)
        chosen = [one.id for one in forms.lists_of_form(session, form_id)]
        form = SignUpForm() if request.method == "POST" else filled(made, wording.wording, chosen)
        offer_lists(form, session, made.brand_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                forms.edit_form(session, form_id, details_of(form), user_id=viewer().id)
            flash(_("Saved. The page shows it from now on."), "good")
            return redirect(url_for("sign_up_forms.show", form_id=form_id), 303)
        except InvalidInput as refusal:
            take_refusal(form, refusal)
    form.add_blank_questions()
    page = render_template("pages/sign_up_forms/edit.html", form=form, made=made, version=wording.version)
    return page, 422 if form.errors else 200


@blueprint.post("/<int:form_id>/archive")
@needs(Act.PEOPLE)
def archive(form_id: int) -> ResponseReturnValue:
    with transaction() as session:
        form = forms.archive_form(session, form_id, user_id=viewer().id)
    flash(_("“%(name)s” is put away: its address answers no more. You can bring it back.", name=form.name), "good")
    return redirect(url_for("sign_up_forms.show", form_id=form_id), 303)


@blueprint.post("/<int:form_id>/restore")
@needs(Act.PEOPLE)
def restore(form_id: int) -> ResponseReturnValue:
    with transaction() as session:
        form = forms.restore_form(session, form_id, user_id=viewer().id)
    flash(_("“%(name)s” is back.", name=form.name), "good")
    return redirect(url_for("sign_up_forms.show", form_id=form_id), 303)


def offer_lists(form: SignUpForm, session: Session, brand_id: int) -> None:
    """The brand's lists; only those can be chosen."""
    form.lists.choices = [(one.id, one.name) for one in forms.lists_of_brand(session, brand_id)]


def suggest(form: SignUpForm, brand: str) -> None:
    """What most forms begin with; everything can be changed."""
    form.name.data = _("Website")
    form.wording.data = _(
        "Yes, send me letters from %(brand)s. I can leave at any time by the link in every letter.", brand=brand
    )
    if len(form.lists.choices) == 1:
        form.lists.data = [form.lists.choices[0][0]]
    form.questions.append_entry({"name": "first_name", "label": _("First name"), "required": False})
