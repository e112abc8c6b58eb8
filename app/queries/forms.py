"""Forms as they are shown: to readers at their public address, to the team with what came of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Brand, Form, FormList, FormWording, MailingList, OptIn, SignUp


@dataclass(frozen=True, slots=True)
class HostedForm:
    """What a reader sees of a form, and what its door needs to know."""

    id: int
    public_id: str
    brand: str
    brand_language: str
    title: str
    intro: str
    language: str
    fields: tuple[dict[str, Any], ...]
    lists: tuple[str, ...]
    wording: str
    version: int
    opt_in: OptIn
    redirect_url: str
    allowed_origins: tuple[str, ...]

    @property
    def asks_twice(self) -> bool:
        return self.opt_in is OptIn.DOUBLE


@dataclass(frozen=True, slots=True)
class FormRow:
    """One form in the team's overview, counted: everybody who signed up, and who of them confirmed."""

    id: int
    name: str
    public_id: str
    lists: tuple[str, ...]
    signed_up: int
    confirmed: int
    archived_at: datetime | None

    @property
    def waiting(self) -> int:
        return self.signed_up - self.confirmed


@dataclass(frozen=True, slots=True)
class AskedSignUp:
    """A sign-up as its confirm page shows it."""

    email: str
    languages: tuple[str, ...]
    brand: str
    lists: tuple[str, ...]
    wording: str
    public_id: str
    is_form_open: bool
    redirect_url: str


def hosted_form(session: Session, public_id: str) -> HostedForm:
    """Raises NotFound where there is no such form, it was put away, or no list of it is left."""
    row = session.execute(
        select(Form, Brand.name, Brand.language)
        .join(Brand, Brand.id == Form.brand_id)
        .where(Form.public_id == public_id, Form.archived_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such form.")
    return as_hosted(session, *row)


def form_as_hosted(session: Session, form_id: int) -> HostedForm:
    """The same for the team's preview, also of a form that was put away."""
    row = session.execute(
        select(Form, Brand.name, Brand.language).join(Brand, Brand.id == Form.brand_id).where(Form.id == form_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This form is not here.")
    return as_hosted(session, *row)


def as_hosted(session: Session, form: Form, brand: str, brand_language: str) -> HostedForm:
    lists = session.scalars(
        select(MailingList.name)
        .join(FormList, FormList.list_id == MailingList.id)
        .where(FormList.form_id == form.id, MailingList.archived_at.is_(None))
        .order_by(MailingList.name)
    ).all()
    wording = session.scalars(
        select(FormWording).where(FormWording.form_id == form.id).order_by(FormWording.version.desc()).limit(1)
    ).one()
    if not lists:
        raise NotFound("This form leads to no list any more.")
    return HostedForm(
        id=form.id,
        public_id=form.public_id,
        brand=brand,
        brand_language=brand_language,
        title=form.title,
        intro=form.intro,
        language=form.language,
        fields=tuple(form.fields),
        lists=tuple(lists),
        wording=wording.wording,
        version=wording.version,
        opt_in=form.opt_in,
        redirect_url=form.redirect_url,
        allowed_origins=tuple(form.allowed_origins),
    )


def form_overview(session: Session) -> tuple[FormRow, ...]:
    """Every form, those put away last."""
    counts = {
        form_id: (signed_up, confirmed)
        for form_id, signed_up, confirmed in session.execute(
            select(SignUp.form_id, func.count(), func.count(SignUp.confirmed_at)).group_by(SignUp.form_id)
        )
    }
    names: dict[int, list[str]] = {}
    for form_id, name in session.execute(
        select(FormList.form_id, MailingList.name)
        .join(MailingList, MailingList.id == FormList.list_id)
        .order_by(MailingList.name)
    ):
        names.setdefault(form_id, []).append(name)
    forms = session.scalars(select(Form).order_by(Form.archived_at.is_not(None), Form.name, Form.id))
    return tuple(
        FormRow(
            one.id,
            one.name,
            one.public_id,
            tuple(names.get(one.id, ())),
            *counts.get(one.id, (0, 0)),
            archived_at=one.archived_at,
        )
        for one in forms
    )


def asked_sign_up(session: Session, sign_up_id: int) -> AskedSignUp:
    """Raises NotFound where the sign-up was forgotten."""
    row = session.execute(
        select(SignUp, Form, Brand, FormWording.wording)
        .join(Form, Form.id == SignUp.form_id)
        .join(Brand, Brand.id == Form.brand_id)
        .join(FormWording, FormWording.id == SignUp.wording_id)
        .where(SignUp.id == sign_up_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This sign-up is no longer known here.")
    sign_up, form, brand, wording = row
    lists = session.scalars(
        select(MailingList.name).where(MailingList.id.in_(sign_up.list_ids)).order_by(MailingList.name)
    )
    return AskedSignUp(
        email=sign_up.email,
        languages=(sign_up.language, form.language, brand.language),
        brand=brand.name,
        lists=tuple(lists),
        wording=wording,
        public_id=form.public_id,
        is_form_open=form.archived_at is None,
        redirect_url=form.redirect_url,
    )
