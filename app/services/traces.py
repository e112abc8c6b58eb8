"""Where else than in their own row a person is written down by address or in their own words; forgotten with them."""

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.models import (
    AddressGroup,
    Event,
    EventKind,
    Notice,
    NoticeKind,
    NoticeStatus,
    ReaderRequest,
    SignUp,
    Subscriber,
)
from emails.mime.addresses import address_key

HITS = (EventKind.OPENED, EventKind.CLICKED, EventKind.DECOY_FOLLOWED)
READERS_NOTICES = (NoticeKind.CONFIRM, NoticeKind.CONFIRM_REMINDER, NoticeKind.WELCOME, NoticeKind.READER_REQUEST)


def forget(session: Session, person: Subscriber) -> None:
    """Takes the address out of system letters, wishes and sign-ups, and words, programs and networks out of events.

    To be called while the row still tells the address. Letters still waiting for it will not leave.
    """
    wishes = select(ReaderRequest.email).where(ReaderRequest.subscriber_id == person.id, ReaderRequest.email != "")
    forget_in_groups(session, person.email)
    forget_notices(session, person.id, {person.email, *session.scalars(wishes)})
    session.execute(update(ReaderRequest).where(ReaderRequest.subscriber_id == person.id).values(email=""))
    session.execute(delete(SignUp).where(SignUp.address_hash == person.address_hash))
    said = select(Event).where(Event.subscriber_id == person.id, Event.kind == EventKind.REASON_GIVEN)
    for event in session.scalars(said):
        event.facts = {**event.facts, "words": ""}
    # What was counted stays counted; with which program and from where it was read does not.
    hits = update(Event).where(Event.subscriber_id == person.id, Event.kind.in_(HITS))
    session.execute(hits.values(facts={}).execution_options(synchronize_session="fetch"))


def forget_in_groups(session: Session, email: str) -> None:
    """Takes the address out of the groups that test letters go to."""
    key = address_key(email)
    for group in session.scalars(select(AddressGroup)):
        group.addresses = [one for one in group.addresses if address_key(one) != key]


def forget_notices(session: Session, subscriber_id: int, addresses: set[str]) -> None:
    theirs = or_(
        Notice.email.in_(addresses),
        func.lower(Notice.email).in_({address_key(one) for one in addresses}),
        Notice.payload["subscriber_id"].as_integer() == subscriber_id,
    )
    for notice in session.scalars(select(Notice).where(Notice.kind.in_(READERS_NOTICES), theirs)):
        notice.email, notice.payload, notice.reply = "", {}, ""
        if notice.status == NoticeStatus.PENDING:
            notice.move_to(NoticeStatus.EXPIRED)
            notice.owner = notice.lease_until = notice.next_at = None
