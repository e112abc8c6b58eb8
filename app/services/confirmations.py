"""From a sign-up to a subscription: by the press behind a confirm letter, or at once where a form asks only once."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound
from app.models import (
    ConsentWay,
    Form,
    FormWording,
    MailingList,
    NoticeKind,
    SignUp,
    Subscriber,
    SubscriptionStatus,
)
from app.models.form import NAME_FIELDS
from app.services import subscriptions, suppressions
from app.services.forms import lists_of_form
from app.services.notices import queue_notice
from app.services.subscribers import Person, add_person, find_person
from app.services.subscriptions import Proof

CONFIRM_WITHIN = timedelta(days=7)
WELCOME_LIFETIME = timedelta(hours=24)


class Outcome(StrEnum):
    """What a press of the confirm button came to."""

    DONE = "done"
    TOO_LATE = "too_late"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True, slots=True)
class Press:
    """From where the confirm button was pressed."""

    ip_address: str = ""
    user_agent: str = ""


def get_sign_up(session: Session, sign_up_id: int) -> SignUp:
    row = session.scalars(
        select(SignUp).where(SignUp.id == sign_up_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound("This sign-up is no longer known here.")
    return row


def find_sign_up(session: Session, sign_up_id: int) -> SignUp:
    """The row to look at, not to change."""
    row = session.get(SignUp, sign_up_id)
    if row is None:
        raise NotFound("This sign-up is no longer known here.")
    return row


def open_lists(session: Session, form_id: int) -> list[int]:
    return [one.id for one in lists_of_form(session, form_id)]


def standing_of(row: SignUp) -> Outcome | None:
    """DONE or TOO_LATE where a press would change nothing any more; else None."""
    if row.confirmed_at is not None:
        return Outcome.DONE
    return Outcome.TOO_LATE if row.created_at < now() - CONFIRM_WITHIN else None


def confirm(session: Session, sign_up_id: int, press: Press) -> Outcome:
    """Makes of a sign-up what was asked for. Pressed again, it changes nothing.

    Raises:
        NotFound: no such sign-up; it may have been forgotten.
    """
    row = get_sign_up(session, sign_up_id)
    settled = standing_of(row)
    if settled is not None:
        return settled
    suppressions.lift_for_consent(session, row.address_hash, "confirmed a sign-up")
    if suppressions.is_suppressed(session, row.address_hash) or not lists_left(session, row):
        return Outcome.NOT_POSSIBLE
    asked = proof_of(session, row)
    said = Proof(
        ConsentWay.FORM,
        basis=asked.basis,
        ip_address=press.ip_address,
        user_agent=press.user_agent,
        form_id=asked.form_id,
        wording_version=asked.wording_version,
        asked_at=row.created_at,
    )
    join(session, row, asked, said)
    return Outcome.DONE


def may_join_at_once(session: Session, row: SignUp) -> bool:
    """Whether nobody ever said no: what was left or suppressed is only undone from the address's own mailbox."""
    if suppressions.is_suppressed(session, row.address_hash) or not lists_left(session, row):
        return False
    person = find_person(session, row.email)
    known = [subscriptions.subscription_of(session, person.id, one) for one in row.list_ids] if person else []
    return not any(one is not None and one.status is SubscriptionStatus.UNSUBSCRIBED for one in known)


def join_at_once(session: Session, row: SignUp) -> None:
    """One step only, and the proof says so: no `asked_at`."""
    join(session, row, replace(proof_of(session, row), asked_at=None), None)


def join(session: Session, row: SignUp, asked: Proof, said: Proof | None) -> None:
    """Puts the person on the lists with the proofs, and lets go of what the sign-up itself knew."""
    person = find_person(session, row.email)
    if person is None:
        person = add_person(session, described(row), (), asked, confirmed=True)
    elif said is not None:
        fill_gaps(person, described(row))
    joined = [
        subscriptions.agree(session, person.id, list_id, asked=asked, said=said) for list_id in lists_left(session, row)
    ]
    row.confirmed_at = now()
    if any(joined):
        welcome(session, row, person)
    row.email, row.domain, row.details, row.ip_address, row.user_agent = "", "", {}, "", ""
    session.flush()


def lists_left(session: Session, row: SignUp) -> list[int]:
    """The lists that were asked for and were not put away since."""
    return list(
        session.scalars(
            select(MailingList.id)
            .where(MailingList.id.in_(row.list_ids), MailingList.archived_at.is_(None))
            .order_by(MailingList.id)
        )
    )


def proof_of(session: Session, row: SignUp) -> Proof:
    """The first step: what the form said, and from where its button was pressed."""
    wording = session.get_one(FormWording, row.wording_id)
    return Proof(
        ConsentWay.FORM,
        basis=wording.wording,
        ip_address=row.ip_address,
        user_agent=row.user_agent,
        form_id=row.form_id,
        wording_version=wording.version,
        asked_at=row.created_at,
    )


def described(row: SignUp) -> Person:
    further = {name: str(value) for name, value in row.details.items() if name not in NAME_FIELDS}
    return Person(
        email=row.email,
        first_name=str(row.details.get("first_name", "")),
        last_name=str(row.details.get("last_name", "")),
        language=row.language,
        fields=further,
    )


def fill_gaps(person: Subscriber, told: Person) -> None:
    """Keeps what we knew already: a form fills only what was empty."""
    person.first_name = person.first_name or told.first_name
    person.last_name = person.last_name or told.last_name
    person.language = person.language or told.language
    person.fields = {**told.fields, **{name: value for name, value in person.fields.items() if value}}


def welcome(session: Session, row: SignUp, person: Subscriber) -> None:
    form = session.get_one(Form, row.form_id)
    if form.welcome_subject and form.welcome_text:
        payload = {"sign_up_id": row.id, "subscriber_id": person.id}
        queue_notice(session, NoticeKind.WELCOME, person.email, payload=payload, lifetime=WELCOME_LIFETIME)
