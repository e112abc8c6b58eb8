"""People: added, corrected, erased. What they agreed to is written by `subscriptions`, which this stands on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound
from app.models import Consent, ConsentAct, ConsentWay, Event, EventKind, Message, Subscriber, SuppressionReason
from app.services import audit, subscriptions, suppressions, traces, typed
from app.services.subscriptions import Proof
from app.tokens import suppression_hash
from emails.errors import AddressInvalid
from emails.mime.addresses import address_key, check_address

MOST_FIELDS = 50
NOBODY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody; `fields` are the custom ones, by name."""

    email: str
    first_name: str = ""
    last_name: str = ""
    language: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: NOBODY)


def get_person(session: Session, subscriber_id: int) -> Subscriber:
    """Raises NotFound for strangers and for those who were erased."""
    found = session.get(Subscriber, subscriber_id)
    if found is None or found.erased_at is not None:
        raise NotFound("This person is not here.")
    return found


def find_person(session: Session, email: str) -> Subscriber | None:
    try:
        wanted = address_key(check_address(email.strip()))
    except AddressInvalid:
        return None
    return session.scalars(select(Subscriber).where(Subscriber.email_key == wanted)).one_or_none()


def add_person(
    session: Session, person: Person, list_ids: Sequence[int], proof: Proof, *, confirmed: bool
) -> Subscriber:
    """Adds somebody, on these lists, with the proof of how they agreed.

    Raises:
        InvalidInput: the address is no address, is here already or is suppressed; or no basis was given.
    """
    if not proof.basis.strip():
        raise InvalidInput({"basis": "Write how this person agreed: the form, the event, the date."})
    subscriber = Subscriber()
    write_details(session, subscriber, person)
    for list_id in dict.fromkeys(list_ids):
        subscriptions.add(session, subscriber.id, list_id, proof, confirmed=confirmed)
    if proof.user_id is not None:
        audit.record(session, "person.added", subscriber, user_id=proof.user_id)
    return subscriber


def edit_person(session: Session, subscriber_id: int, person: Person, *, user_id: int | None = None) -> Subscriber:
    """Corrects what is known of somebody. A new address has to be free and not suppressed, as when adding."""
    subscriber = get_person(session, subscriber_id)
    before = subscriber.address_hash
    write_details(session, subscriber, person)
    facts = {"address_changed": subscriber.address_hash != before}
    audit.record(session, "person.edited", subscriber, user_id=user_id, facts=facts)
    return subscriber


def write_details(session: Session, subscriber: Subscriber, person: Person) -> None:
    """Puts checked details into the row and saves it."""
    email = typed.address("email", person.email)
    same = address_key(email)
    details = {
        "first_name": typed.line("first_name", person.first_name),
        "last_name": typed.line("last_name", person.last_name),
        "language": typed.language("language", person.language),
        "fields": checked_fields(person.fields),
    }
    if same != subscriber.email_key:
        check_free(session, same)
    subscriber.email, subscriber.email_key, subscriber.address_hash = email, same, suppression_hash(same)
    subscriber.domain = same.rpartition("@")[2]
    for name, value in details.items():
        setattr(subscriber, name, value)
    try:
        with session.begin_nested():
            session.add(subscriber)
    except IntegrityError as error:
        raise InvalidInput({"email": "This address is here already."}) from error


def check_free(session: Session, same: str) -> None:
    with session.no_autoflush:
        if session.scalars(select(Subscriber.id).where(Subscriber.email_key == same)).first() is not None:
            raise InvalidInput({"email": "This address is here already."})
        suppression = suppressions.find_suppression(session, suppression_hash(same))
    if suppression is not None:
        why = {
            SuppressionReason.UNSUBSCRIBED: "its owner asked to get no more letters",
            SuppressionReason.ADDRESS_BAD: "letters to it came back",
            SuppressionReason.COMPLAINT: "its owner reported a letter as spam",
            SuppressionReason.ERASED: "its owner was erased",
        }.get(suppression.reason, "somebody at work stopped it")
        raise InvalidInput({"email": f"This address is suppressed: {why}. Only lifting that by hand brings it back."})


def checked_fields(fields: Mapping[str, str]) -> dict[str, str]:
    if len(fields) > MOST_FIELDS:
        raise InvalidInput({"fields": f"A person has at most {MOST_FIELDS} fields."})
    checked = {}
    for name, value in fields.items():
        tidy = typed.line("fields", name, longest=60, required=True).lower().replace(" ", "_")
        if not tidy.isidentifier():
            raise InvalidInput({"fields": f"“{name}” cannot be a field's name; use letters, digits and _."})
        checked[tidy] = typed.line("fields", value, longest=500)
    return checked


def erase_person(
    session: Session, subscriber_id: int, *, user_id: int | None = None, way: ConsentWay | None = None
) -> None:
    """Forgets who somebody was, for good. The row, its letters and its consents stay, about nobody.

    The address's hash is suppressed, so that no import brings the person back.
    """
    subscriber = get_person(session, subscriber_id)
    proof = Proof(way or (ConsentWay.TEAM if user_id is not None else ConsentWay.COMMAND), user_id=user_id)
    subscriptions.unsubscribe(session, subscriber_id, None, proof, act=ConsentAct.ERASED)
    if subscriber.address_hash is not None:
        suppressions.suppress(session, subscriber.address_hash, SuppressionReason.ERASED)
    traces.forget(session, subscriber)
    subscriber.email, subscriber.email_key, subscriber.address_hash, subscriber.domain = "", None, None, ""
    subscriber.first_name, subscriber.last_name, subscriber.language, subscriber.fields = "", "", "", {}
    subscriber.paused_until, subscriber.erased_at = None, now()
    session.flush()
    # The proof that somebody agreed outlives them; where they sat when they did so does not.
    session.execute(update(Consent).where(Consent.subscriber_id == subscriber_id).values(ip_address="", user_agent=""))
    session.execute(update(Message).where(Message.subscriber_id == subscriber_id).values(reply=None))
    session.add(Event(kind=EventKind.ERASED, subscriber_id=subscriber_id))
    audit.record(session, "person.erased", subscriber, user_id=user_id)
