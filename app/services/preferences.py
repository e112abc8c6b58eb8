"""What readers change about themselves, once a fresh link has proved that the mailbox is theirs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, WrongState
from app.models import ConsentWay, Event, EventKind, ReaderRequest, Subscriber, SuppressionReason
from app.queries.own_data import own_data
from app.queries.preferences import Offered, asked_fields, offered_lists
from app.queries.reader import masked
from app.services import reader_requests, subscribers, subscriptions, suppressions
from app.services.own_data_file import pack
from app.services.reader_request_words import Telling
from app.services.subscribers import NOBODY, Person
from app.services.subscriptions import Proof

PAUSES = {"week": 7, "month": 30, "quarter": 91}
LONGEST_PAUSE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Details:
    """What a reader wrote about themselves; of `fields`, only those that the brand's forms ask for are kept."""

    first_name: str = ""
    last_name: str = ""
    language: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: NOBODY)


def save_details(session: Session, request: ReaderRequest, given: Details) -> Subscriber:
    """Raises InvalidInput for what is too long or no language."""
    person = subscribers.get_person(session, request.subscriber_id)
    asked = {one.name for one in asked_fields(session, request.brand_id)}
    kept = {str(name): str(value) for name, value in person.fields.items() if value is not None}
    fields = kept | {name: value for name, value in given.fields.items() if name in asked}
    fresh = Person(person.email, given.first_name, given.last_name, given.language, fields)
    return subscribers.edit_person(session, person.id, fresh)


def choose_lists(session: Session, request: ReaderRequest, wanted: Collection[int], proof: Proof) -> None:
    """Puts somebody on the wanted ones of the lists that are offered, and takes them off the others.

    Joining takes back a goodbye of their own to everything.

    Raises:
        WrongState: somebody else stopped letters to this address, and only they can allow them again.
    """
    person = subscribers.get_person(session, request.subscriber_id)
    offered = offered_lists(session, person.id, request.brand_id)
    joined = [one for one in offered if one.id in wanted and not one.is_on]
    left = [one.id for one in offered if one.id not in wanted and one.is_on]
    subscriptions.unsubscribe(session, person.id, left, proof)
    if joined and person.address_hash is not None:
        suppressions.lift_for_consent(session, person.address_hash, "chose a list again")
        if suppressions.is_suppressed(session, person.address_hash):
            raise WrongState("This address is suppressed and gets no letters.")
    for one in joined:
        join(session, person.id, one, proof)


def join(session: Session, subscriber_id: int, offered: Offered, proof: Proof) -> None:
    """The fresh link was the second step of consent, so whoever joins is confirmed."""
    if offered.was_on:
        subscriptions.resubscribe(session, subscriber_id, [offered.id], proof)
    subscriptions.add(session, subscriber_id, offered.id, proof, confirmed=True)


def leave_everything(session: Session, request: ReaderRequest, proof: Proof) -> None:
    person = subscribers.get_person(session, request.subscriber_id)
    subscriptions.unsubscribe(session, person.id, None, proof)
    if person.address_hash is not None:
        suppressions.suppress(session, person.address_hash, SuppressionReason.UNSUBSCRIBED)


def pause_end(choice: str, written: str, *, zone: str) -> datetime:
    """When a pause ends: after one of PAUSES, or as the day `written` (2027-01-31) begins in `zone`.

    Raises:
        InvalidInput: under "until": no date, or none within the next year.
    """
    if choice in PAUSES:
        return now() + timedelta(days=PAUSES[choice])
    try:
        end = datetime.combine(date.fromisoformat(written.strip()), time(), ZoneInfo(zone))
    except ValueError as error:
        raise InvalidInput({"until": "Write a date such as 2027-01-31."}) from error
    if not now() < end <= now() + LONGEST_PAUSE:
        raise InvalidInput({"until": "Choose a date between tomorrow and a year from now."})
    return end


def pause(session: Session, request: ReaderRequest, until: datetime | None) -> None:
    """No letters before `until`; None brings them back now. Lists and consent stay as they are."""
    person = subscribers.get_person(session, request.subscriber_id)
    if until == person.paused_until:
        return
    person.paused_until = until
    facts = {"until": until.isoformat() if until else ""}
    session.add(Event(kind=EventKind.PAUSED, subscriber_id=person.id, facts=facts))


def measure(session: Session, request: ReaderRequest, *, off: bool) -> None:
    """Whether what this person opens and clicks is left alone."""
    person = subscribers.get_person(session, request.subscriber_id)
    if off != (person.untracked_at is not None):
        person.untracked_at = now() if off else None


def change_address(session: Session, request: ReaderRequest) -> bool:
    """Moves somebody to the address that has just confirmed it; False where it may no longer be used.

    The old address is told. To be called once `reader_requests.spend` said yes.
    """
    person = subscribers.get_person(session, request.subscriber_id)
    old = person.email
    fields = {str(name): str(value) for name, value in person.fields.items() if value is not None}
    moved = Person(request.email, person.first_name, person.last_name, person.language, fields)
    try:
        subscribers.edit_person(session, person.id, moved)
    except InvalidInput:
        return False
    session.add(Event(kind=EventKind.ADDRESS_CHANGED, subscriber_id=person.id))
    if old != person.email and reader_requests.may_write(session, old):
        reader_requests.send(session, request, old, Telling.ADDRESS_CHANGED, about=masked(person.email))
    return True


def export(session: Session, request: ReaderRequest) -> bytes:
    """A zip with everything kept about somebody, as JSON and as tables. To be called once it was spent."""
    person = subscribers.get_person(session, request.subscriber_id)
    packed = pack(own_data(session, person.id))
    session.add(Event(kind=EventKind.DATA_EXPORTED, subscriber_id=person.id))
    return packed


def erase(session: Session, request: ReaderRequest) -> None:
    """Forgets who asked, for good. To be called once it was spent."""
    subscribers.erase_person(session, request.subscriber_id, way=ConsentWay.PAGE)
