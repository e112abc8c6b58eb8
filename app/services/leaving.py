"""What a reader says on the way out: which lists, and, if they like, why. Called by the page and by the mailbox."""

import logging
from dataclasses import replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import ConsentWay, Event, EventKind, SignUp, Subscriber, SuppressionReason
from app.services import subscriptions, suppressions, typed
from app.services.subscriptions import Proof
from app.tokens import Purpose, is_probe, verify

log = logging.getLogger(__name__)

LONGEST_WORDS = 300


class WhyLeft(StrEnum):
    """The few reasons offered after leaving."""

    TOO_MANY = "too_many"
    NOT_FOR_ME = "not_for_me"
    NEVER_ASKED = "never_asked"
    OTHER = "other"


def leave(session: Session, message_id: int, said: Proof, *, everything: bool) -> None:
    """Takes the reader off the letter's lists. Where those are gone, only leaving everything keeps the promise."""
    message = subscriptions.get_message(session, message_id)
    if not subscriptions.lists_of_letter(session, message):
        everything = True
    subscriptions.unsubscribe_by_message(session, message_id, said, everything=everything)


def leave_by_mail(session: Session, token: str) -> bool:
    """Takes the reader whose letter bore this token off its lists; whether the token is one of ours."""
    try:
        message_id = verify(Purpose.UNSUBSCRIBE, token)
        if not message_id or is_probe(message_id):
            return False  # a test letter's, or one to ourselves
        leave(session, message_id, Proof(ConsentWay.MAIL, message_id=message_id), everything=False)
    except NotFound:
        log.info("a goodbye by mail bears no token of ours")
        return False
    return True


def leave_by_welcome(session: Session, sign_up_id: int, said: Proof, *, everything: bool) -> None:
    """Takes whoever has that address now off the lists that the sign-up was for, or off everything.

    Raises:
        NotFound: the sign-up is gone, was never confirmed, or nobody has that address any more.
    """
    found = session.execute(
        select(SignUp, Subscriber)
        .join(Subscriber, Subscriber.address_hash == SignUp.address_hash)
        .where(SignUp.id == sign_up_id, SignUp.confirmed_at.is_not(None))
    ).one_or_none()
    if found is None:
        raise NotFound("This sign-up is no longer known here.")
    row, person = found
    named = replace(said, form_id=row.form_id)
    subscriptions.unsubscribe(session, person.id, None if everything else list(row.list_ids), named)
    if everything:
        suppressions.suppress(session, row.address_hash, SuppressionReason.UNSUBSCRIBED)


def give_reason(session: Session, message_id: int, reason: str, words: str) -> bool:
    """Keeps why somebody left, once a letter, and changes nothing else; whether that is news."""
    message = subscriptions.get_message(session, message_id)
    chosen = reason if reason in set(WhyLeft) else WhyLeft.OTHER.value
    tidy = " ".join(typed.CONTROL.sub(" ", words).split())[:LONGEST_WORDS]
    if not tidy and reason not in set(WhyLeft):
        return False
    told = select(Event.id).where(Event.message_id == message_id, Event.kind == EventKind.REASON_GIVEN)
    if session.scalars(told).first() is not None:
        return False
    ids = {"campaign_id": message.campaign_id, "subscriber_id": message.subscriber_id, "message_id": message_id}
    session.add(Event(kind=EventKind.REASON_GIVEN, facts={"reason": chosen, "words": tidy}, **ids))
    session.flush()
    return True
