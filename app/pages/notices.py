"""The letters to readers that are no campaign, in the brand's own words: each in each language, with a preview."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.database.session import Session, reading, transaction
from app.errors import InvalidInput, NotFound, WrongState
from app.models import Brand
from app.pages.guards import needs, viewer
from app.pages.security import letter_page
from app.permissions import Act
from app.services import notice_wordings
from app.services.brand_looks import brand_content
from app.services.brands import first_brand
from app.services.notice_wordings import LINK, TAGS, Filled, ReaderNotice, Wording
from app.services.sign_up_words import letter_words_for
from emails.render.notices import NoticeWords, notice_html

blueprint = Blueprint("notices", __name__, url_prefix="/content/notices")

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "ar": "العربية"}
_N = ReaderNotice
TITLES: dict[ReaderNotice, tuple[Any, Any]] = {
    _N.CONFIRM: (_l("Please confirm"), _l("After somebody signed up: the link that begins the letters.")),
    _N.REMINDER: (_l("Reminder to confirm"), _l("Once, a day later, where nobody pressed the link.")),
    _N.WELCOME_END: (_l("Below a welcome letter"), _l("The welcome itself is written with its form; this ends it.")),
    _N.PREFERENCES: (_l("A fresh link to the preferences"), _l("Asked for at the foot of a letter.")),
    _N.CHANGE_ADDRESS: (_l("Is this your new address?"), _l("To the new address, before it counts.")),
    _N.EXPORT: (_l("Their data"), _l("The link to everything you keep about them.")),
    _N.ERASE: (_l("Erase everything?"), _l("The last question before somebody is erased.")),
    _N.ADDRESS_TAKEN: (_l("This address is here already"), _l("Where a new address belongs to a reader already.")),
    _N.ADDRESS_CHANGED: (_l("Letters go elsewhere now"), _l("To the old address, after a change.")),
}


@blueprint.get("")
@needs(Act.SEE)
def index() -> ResponseReturnValue:
    with reading() as session:
        brand = first_brand(session)
        own = notice_wordings.worded(session, brand.id) if brand else frozenset()
    return render_template(
        "pages/notices/index.html", titles=TITLES, languages=LANGUAGES, own=own, has_brand=brand is not None
    )


@blueprint.get("/<notice>/<language>")
@needs(Act.SEE)
def edit(notice: str, language: str) -> ResponseReturnValue:
    kind = asked_for(notice, language)
    with reading() as session:
        brand = brand_of(session)
        own = notice_wordings.find_wording(session, brand.id, kind, language)
    return show(kind, language, own or notice_wordings.our_words(kind, language), is_own=own is not None)


@blueprint.post("/<notice>/<language>")
@needs(Act.WRITE)
def save(notice: str, language: str) -> ResponseReturnValue:
    kind, wording = asked_for(notice, language), typed_wording()
    try:
        with transaction() as session:
            brand = brand_of(session)
            notice_wordings.save_wording(session, brand.id, (kind, language), wording, user_id=viewer().id)
    except InvalidInput as refusal:
        return show(kind, language, wording, is_own=True, problems=refusal.fields), 422
    flash(_("Saved. Letters from now on say this."), "good")
    return redirect(url_for("notices.edit", notice=notice, language=language), 303)


@blueprint.post("/<notice>/<language>/ours")
@needs(Act.WRITE)
def back_to_ours(notice: str, language: str) -> ResponseReturnValue:
    """Our words again; the page brings the brand's along, so that one press takes it back."""
    kind = asked_for(notice, language)
    with transaction() as session:
        brand = brand_of(session)
        own = notice_wordings.find_wording(session, brand.id, kind, language)
        notice_wordings.forget_wording(session, brand.id, kind, language, user_id=viewer().id)
    return show(kind, language, notice_wordings.our_words(kind, language), is_own=False, forgotten=own)


@blueprint.get("/<notice>/<language>/sample")
@needs(Act.SEE)
def sample(notice: str, language: str) -> ResponseReturnValue:
    """The letter as it is kept, for the frame."""
    kind = asked_for(notice, language)
    with reading() as session:
        brand = brand_of(session)
        own = notice_wordings.find_wording(session, brand.id, kind, language)
        return as_letter(session, brand, kind, language, own or notice_wordings.our_words(kind, language))


@blueprint.post("/<notice>/<language>/sample")
@needs(Act.SEE)
def sample_as_typed(notice: str, language: str) -> ResponseReturnValue:
    """The letter as it is typed, for the frame; nothing of it is kept."""
    kind = asked_for(notice, language)
    with reading() as session:
        return as_letter(session, brand_of(session), kind, language, typed_wording())


def asked_for(notice: str, language: str) -> ReaderNotice:
    if notice not in set(ReaderNotice) or language not in LANGUAGES:
        raise NotFound(_("There is no such notice."))
    return ReaderNotice(notice)


def brand_of(session: Session) -> Brand:
    brand = first_brand(session)
    if brand is None:
        raise WrongState(_("There is no brand yet. Name yours under Settings first."))
    return brand


def typed_wording() -> Wording:
    given = {name: request.form.get(name, "")[:10_000].replace("\r\n", "\n") for name in ("subject", "label", "body")}
    return Wording(**given)


def show(
    kind: ReaderNotice, language: str, wording: Wording, *, is_own: bool, **more: dict[str, str] | Wording | None
) -> str:
    """`more` are the problems of what was typed, or the words that were just forgotten."""
    title, told = TITLES[kind]
    return render_template(
        "pages/notices/edit.html",
        kind=kind,
        title=title,
        told=told,
        language=language,
        languages=LANGUAGES,
        wording=wording,
        ours=notice_wordings.our_words(kind, language),
        is_own=is_own,
        tags=tags_in_words(kind),
        has_subject=notice_wordings.has_subject(kind),
        has_link=LINK in TAGS[kind],
        may_write=viewer().may(Act.WRITE),
        **{"problems": {}, "forgotten": None, **more},
    )


def tags_in_words(kind: ReaderNotice) -> list[tuple[str, str]]:
    words = {
        LINK: _("the button, on a line of its own; it must be there"),
        "brand.name": _("your name"),
        "brand.address": _("your postal address, on one line"),
        "lists": _("the lists that were asked for"),
        "about": _("the new address, with most of it hidden"),
    }
    return [(f"{{{{ {tag} }}}}", words[tag]) for tag in TAGS[kind]]


def as_letter(
    session: Session, brand: Brand, kind: ReaderNotice, language: str, wording: Wording
) -> ResponseReturnValue:
    content = brand_content(session, brand)
    address = ", ".join(line.strip() for line in brand.address.splitlines() if line.strip())
    values = {
        "brand.name": brand.name,
        "brand.address": address,
        "lists": _("Your list"),
        "about": "a•••@example.com",
    }
    said = notice_wordings.filled(wording, values)
    words = sample_words(kind, said, letter_words_for(language).fallback)
    words = replace(
        words, language=language, after=(*words.after, f"{brand.name}, {address}" if address else brand.name)
    )
    return letter_page(notice_html(words, replace(content, logo_url=urlsplit(content.logo_url).path)))


def sample_words(kind: ReaderNotice, said: Filled, fallback: str) -> NoticeWords:
    address = "https://letters.example/a-link-of-theirs"
    if kind is ReaderNotice.WELCOME_END:
        return NoticeWords(
            subject="",
            before=("…",),
            label="",
            url="",
            after=(*said.before, *said.after),
            leave_label=said.label,
            leave_url=address,
        )
    url = address if LINK in TAGS[kind] else ""
    return NoticeWords(said.subject, said.before, said.label, url, said.after, fallback=fallback)
