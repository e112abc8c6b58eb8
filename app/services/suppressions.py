"""Addresses never to be written to, by keyed hash: it outlives erasure, and no import revives anybody."""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Event, EventKind, Subscriber, Suppression, SuppressionReason
from app.services import audit, typed
from app.tokens import suppression_hash
from emails.mime.addresses import address_key

_R = SuppressionReason
STRENGTH = {
    reason: place
    for place, reason in enumerate(
        (_R.UNSUBSCRIBED, _R.ADDRESS_BAD, _R.BY_HAND, _R.ERASED, _R.COMPLAINT, _R.LEGAL), start=1
    )
}
UNDONE_BY_CONSENT = frozenset({_R.UNSUBSCRIBED, _R.ERASED})


@dataclass(frozen=True, slots=True)
class ByHand:
    """Who at work decided it, and why."""

    user_id: int | None
    note: str


def hash_of(address: str) -> str:
    """The hash by which a (checked) address is known."""
    return suppression_hash(address_key(address))


def find_suppression(session: Session, address_hash: str) -> Suppression | None:
    return session.scalars(select(Suppression).where(Suppression.address_hash == address_hash)).one_or_none()


def is_suppressed(session: Session, address_hash: str) -> bool:
    return find_suppression(session, address_hash) is not None


def suppress(
    session: Session,
    address_hash: str,
    reason: SuppressionReason,
    *,
    message_id: int | None = None,
    by: ByHand | None = None,
) -> bool:
    """Sees to it that this address is never written to; whether that is news.

    Said again for a stronger reason, the stronger one stands, so that a complaint is not undone as a mere goodbye.
    """
    standing = find_suppression(session, address_hash)
    if standing is None:
        fresh = Suppression(
            address_hash=address_hash,
            reason=reason,
            note=typed.line("note", by.note, longest=400) if by else "",
            user_id=by.user_id if by else None,
            message_id=message_id,
        )
        try:
            with session.begin_nested():
                session.add(fresh)
        except IntegrityError:
            return False
        note_suppression(session, fresh)
        return True
    if STRENGTH[reason] > STRENGTH[standing.reason]:
        standing.reason = reason
        standing.message_id = message_id or standing.message_id
    return False


def note_suppression(session: Session, suppression: Suppression) -> None:
    person_id = session.scalars(
        select(Subscriber.id).where(Subscriber.address_hash == suppression.address_hash)
    ).one_or_none()
    facts = {"reason": suppression.reason.value}
    session.add(
        Event(kind=EventKind.SUPPRESSED, subscriber_id=person_id, message_id=suppression.message_id, facts=facts)
    )
    if suppression.user_id is not None:
        audit.record(session, "suppression.added", suppression, user_id=suppression.user_id, facts=facts)


def lift(session: Session, address_hash: str, by: ByHand) -> None:
    """Lets an address be written to again; the written reason is kept.

    Raises:
        NotFound: the address is not suppressed.
        InvalidInput: no reason was given.
    """
    note = typed.line("reason", by.note, longest=400, required=True)
    standing = find_suppression(session, address_hash)
    if standing is None:
        raise NotFound("This address is not suppressed.")
    facts = {"was": standing.reason.value, "reason": note}
    audit.record(session, "suppression.lifted", standing, user_id=by.user_id, facts=facts)
    session.delete(standing)
    session.flush()


def lift_for_consent(session: Session, address_hash: str, how: str) -> bool:
    """Lets an address be written to whose owner has just agreed anew from its own mailbox; whether that was needed.

    Only what the owner once asked for is undone by that (to leave everything, to be erased).
    """
    standing = find_suppression(session, address_hash)
    if standing is None or standing.reason not in UNDONE_BY_CONSENT:
        return False
    facts = {"was": standing.reason.value, "reason": how}
    audit.record(session, "suppression.lifted", standing, facts=facts)
    session.delete(standing)
    session.flush()
    return True


def lift_goodbye(session: Session, address_hash: str, message_id: int) -> bool:
    """Takes back a goodbye to everything that was said from this very letter; stronger reasons stay."""
    gone = session.execute(
        delete(Suppression)
        .where(
            Suppression.address_hash == address_hash,
            Suppression.reason == SuppressionReason.UNSUBSCRIBED,
            Suppression.message_id == message_id,
        )
        .returning(Suppression.id)
    ).all()
    return bool(gone)
