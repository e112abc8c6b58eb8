"""Sign-up forms: made, changed, put away. A wording of consent is never changed: another version joins it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound
from app.models import Brand, Form, FormList, FormWording, MailingList, OptIn
from app.services import audit, brands, typed
from app.services.welcome_words import check_welcome

MOST_FORM_FIELDS = 8
MOST_ORIGINS = 20
LONGEST_WORDING = 2000
PUBLIC_ID_BYTES = 9
# Names that the page itself posts under.
RESERVED = frozenset({"email", "stamp", "wording", "altcha", "homepage", "fields"})


@dataclass(frozen=True, slots=True)
class FormField:
    """Something a form asks for beside the address: first_name, last_name or a custom field."""

    name: str
    label: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class FormDetails:
    """What the team decides about a form."""

    name: str
    wording: str
    list_ids: Sequence[int]
    title: str = ""
    intro: str = ""
    language: str = ""
    fields: Sequence[FormField] = ()
    opt_in: OptIn = OptIn.DOUBLE
    redirect_url: str = ""
    allowed_origins: Sequence[str] = ()
    welcome_subject: str = ""
    welcome_text: str = ""


def get_form(session: Session, form_id: int) -> Form:
    found = session.get(Form, form_id)
    if found is None:
        raise NotFound("This form is not here.")
    return found


def lists_of_form(session: Session, form_id: int) -> tuple[MailingList, ...]:
    """Where the form leads, without lists that were put away."""
    return tuple(
        session.scalars(
            select(MailingList)
            .join(FormList, FormList.list_id == MailingList.id)
            .where(FormList.form_id == form_id, MailingList.archived_at.is_(None))
            .order_by(MailingList.name)
        )
    )


def lists_of_brand(session: Session, brand_id: int) -> tuple[MailingList, ...]:
    """The lists that a form of this brand may lead to."""
    return tuple(
        session.scalars(
            select(MailingList)
            .where(MailingList.brand_id == brand_id, MailingList.archived_at.is_(None))
            .order_by(MailingList.name)
        )
    )


def wording_of(session: Session, form_id: int, version: int | None = None) -> FormWording:
    """The wording with that version, where the form ever showed it; else the newest."""
    versions = session.scalars(
        select(FormWording).where(FormWording.form_id == form_id).order_by(FormWording.version.desc())
    ).all()
    return next((one for one in versions if one.version == version), versions[0])


def make_form(session: Session, details: FormDetails, *, brand_id: int, user_id: int | None = None) -> Form:
    """Makes a form with the first version of its wording.

    Raises:
        InvalidInput: naming each field that cannot be so.
    """
    form = Form(brand_id=brands.get_brand(session, brand_id).id, public_id=secrets.token_urlsafe(PUBLIC_ID_BYTES))
    write_details(session, form, details)
    audit.record(session, "form.created", form, user_id=user_id)
    return form


def edit_form(session: Session, form_id: int, details: FormDetails, *, user_id: int | None = None) -> Form:
    """Changes a form; its address stays. Another wording becomes the next version."""
    form = get_form(session, form_id)
    write_details(session, form, details)
    audit.record(session, "form.edited", form, user_id=user_id)
    return form


def write_details(session: Session, form: Form, details: FormDetails) -> None:
    wording = typed.paragraph("wording", details.wording, longest=LONGEST_WORDING, required=True)
    list_ids = checked_lists(session, form.brand_id, details.list_ids)
    checked = {
        "name": typed.line("name", details.name, required=True),
        "title": typed.line("title", details.title, longest=300),
        "intro": typed.paragraph("intro", details.intro),
        "language": typed.language("language", details.language),
        "fields": checked_questions(details.fields),
        "opt_in": details.opt_in,
        "redirect_url": typed.web_address("redirect_url", details.redirect_url),
        "allowed_origins": checked_origins(details.allowed_origins),
        **checked_welcome(details, brands.get_brand(session, form.brand_id)),
    }
    for name, value in checked.items():
        setattr(form, name, value)
    session.add(form)
    session.flush()
    session.execute(delete(FormList).where(FormList.form_id == form.id))
    session.add_all(FormList(form_id=form.id, list_id=list_id) for list_id in list_ids)
    keep_wording(session, form.id, wording)
    session.flush()


def keep_wording(session: Session, form_id: int, wording: str) -> None:
    newest = session.scalars(
        select(FormWording).where(FormWording.form_id == form_id).order_by(FormWording.version.desc()).limit(1)
    ).one_or_none()
    if newest is None or newest.wording != wording:
        version = newest.version + 1 if newest else 1
        session.add(FormWording(form_id=form_id, version=version, wording=wording))


def checked_lists(session: Session, brand_id: int, list_ids: Sequence[int]) -> list[int]:
    there = {one.id for one in lists_of_brand(session, brand_id)}
    chosen = [one for one in dict.fromkeys(list_ids) if one in there]
    if not chosen:
        raise InvalidInput({"lists": "Choose at least one list that people join by this form."})
    return chosen


def checked_questions(fields: Sequence[FormField]) -> list[dict[str, object]]:
    if len(fields) > MOST_FORM_FIELDS:
        raise InvalidInput({"fields": f"A form asks for at most {MOST_FORM_FIELDS} things beside the address."})
    checked: dict[str, dict[str, object]] = {}
    for one in fields:
        name = typed.line("fields", one.name, longest=60, required=True).lower().replace(" ", "_")
        if not name.isidentifier() or name in RESERVED:
            raise InvalidInput({"fields": f"“{one.name}” cannot be a field's name; use letters, digits and _."})
        if name in checked:
            raise InvalidInput({"fields": f"“{name}” is asked for twice."})
        label = typed.line("fields", one.label, longest=100) or name.replace("_", " ").capitalize()
        checked[name] = {"name": name, "label": label, "required": one.required}
    return list(checked.values())


def checked_origins(origins: Sequence[str]) -> list[str]:
    """Sites as browsers name them in `Origin`: scheme, host and port, nothing behind."""
    if len(origins) > MOST_ORIGINS:
        raise InvalidInput({"allowed_origins": f"At most {MOST_ORIGINS} sites fit."})
    checked = []
    for one in filter(None, (line.strip() for line in origins)):
        parts = urlsplit(typed.web_address("allowed_origins", one))
        if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
            raise InvalidInput({"allowed_origins": f"Write only the site, as in https://example.org, not “{one}”."})
        checked.append(f"{parts.scheme}://{parts.netloc}".lower())
    return list(dict.fromkeys(checked))


def checked_welcome(details: FormDetails, brand: Brand) -> dict[str, str]:
    subject = typed.line("welcome_subject", details.welcome_subject, longest=300)
    text = typed.paragraph("welcome_text", details.welcome_text, longest=5000)
    if text and not subject:
        raise InvalidInput({"welcome_subject": "Give the welcome letter a subject, or leave its text empty."})
    if subject and not text:
        raise InvalidInput({"welcome_text": "Write the welcome letter, or leave its subject empty."})
    check_welcome(subject, text, brand)
    return {"welcome_subject": subject, "welcome_text": text}


def archive_form(session: Session, form_id: int, *, user_id: int | None = None) -> Form:
    """Puts a form away: its address answers no more; what was asked through it can still be confirmed."""
    form = get_form(session, form_id)
    if form.archived_at is None:
        form.archived_at = now()
        audit.record(session, "form.archived", form, user_id=user_id)
    return form


def restore_form(session: Session, form_id: int, *, user_id: int | None = None) -> Form:
    form = get_form(session, form_id)
    if form.archived_at is not None:
        form.archived_at = None
        audit.record(session, "form.restored", form, user_id=user_id)
    return form
