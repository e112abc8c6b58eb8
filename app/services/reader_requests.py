"""What readers ask for themselves: each wish is mailed to the address it is about, and counts for a day.

Called by the preferences page; the letters are written by `reader_request_letters`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound
from app.models import Brand, NoticeKind, ReaderAct, ReaderRequest, Subscriber, SuppressionReason
from app.services import suppressions, typed
from app.services.notices import queue_notice
from app.services.reader_request_words import Telling
from app.services.subscribers import find_person, get_person
from app.tokens import Purpose, sign, unused_number
from app.urls import public_base

LIFETIME = timedelta(hours=24)
MOST_A_DAY = 3
FORGET_AFTER = timedelta(days=30)
# Drawn, not counted: after a restore, a link of a lost wish must not open the next one, which is somebody else's.


class Answer(StrEnum):
    """What became of a wish: a letter is on its way, there were enough today, or we may not write there at all."""

    SENT = "sent"
    ENOUGH = "enough"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Wish:
    """`email` is the new address of a change of address."""

    act: ReaderAct
    brand_id: int
    language: str = ""
    email: str = ""


def ask(session: Session, subscriber_id: int, wish: Wish) -> Answer:
    """Mails the link that makes this wish come true, at most three a day for one person.

    Whoever asks for a new address is told the same, whether it is free or not; only its owner learns more.

    Raises:
        InvalidInput: under "email": the new address is none. NotFound: no such person.
    """
    email = typed.address("email", wish.email) if wish.act is ReaderAct.CHANGE_ADDRESS else ""
    person = lock_person(session, subscriber_id)
    if not may_write(session, person.email):
        return Answer.SILENT
    if count_today(session, subscriber_id) >= MOST_A_DAY:
        return Answer.ENOUGH
    request = ReaderRequest(
        id=unused_number(),
        subscriber_id=subscriber_id,
        act=wish.act,
        brand_id=wish.brand_id,
        language=wish.language,
        email=email,
    )
    session.add(request)
    session.flush()
    if not email:
        send(session, request, person.email, Telling(wish.act.value))
    elif not suppressions.is_suppressed(session, suppressions.hash_of(email)):
        other = find_person(session, email)
        taken = other is not None and other.id != subscriber_id
        send(session, request, email, Telling.ADDRESS_TAKEN if taken else Telling.CHANGE_ADDRESS)
    return Answer.SENT


def send(session: Session, request: ReaderRequest, email: str, telling: Telling, *, about: str = "") -> None:
    """Queues one letter; `about` is an address to be named in it, masked already."""
    brand = session.get_one(Brand, request.brand_id)
    opens = telling not in {Telling.ADDRESS_TAKEN, Telling.ADDRESS_CHANGED}
    payload = {
        "telling": telling.value,
        "brand_id": request.brand_id,
        "language": request.language,
        "subscriber_id": request.subscriber_id,
        "about": about,
        "url": address_of(request, brand) if opens else "",
    }
    queue_notice(session, NoticeKind.READER_REQUEST, email, payload=payload, lifetime=LIFETIME)


def address_of(request: ReaderRequest, brand: Brand) -> str:
    return f"{public_base(brand.base_url)}/p/{sign(Purpose.REQUEST, request.id)}"


def lock_person(session: Session, subscriber_id: int) -> Subscriber:
    """The person, so that two presses at once are counted one after the other."""
    session.execute(select(Subscriber.id).where(Subscriber.id == subscriber_id).with_for_update())
    return get_person(session, subscriber_id)


def may_write(session: Session, email: str) -> bool:
    """Whether somebody may be answered: also after an own goodbye, never after a complaint or worse."""
    standing = suppressions.find_suppression(session, suppressions.hash_of(email))
    return standing is None or standing.reason is SuppressionReason.UNSUBSCRIBED


def count_today(session: Session, subscriber_id: int) -> int:
    since = ReaderRequest.subscriber_id == subscriber_id, ReaderRequest.created_at > now() - LIFETIME
    return session.scalar(select(func.count()).select_from(ReaderRequest).where(*since)) or 0


def get_request(session: Session, request_id: int) -> ReaderRequest:
    """Raises NotFound where nobody asked, or who asked was erased."""
    found = session.get(ReaderRequest, request_id)
    if found is None:
        raise NotFound("Nobody asked for this.")
    return found


def is_over(request: ReaderRequest) -> bool:
    return request.created_at + LIFETIME <= now()


def spend(session: Session, request_id: int) -> bool:
    """Takes a wish that counts once; False for whoever comes second, or too late."""
    taken = session.execute(
        update(ReaderRequest)
        .where(
            ReaderRequest.id == request_id,
            ReaderRequest.done_at.is_(None),
            ReaderRequest.created_at > now() - LIFETIME,
        )
        .values(done_at=now())
        .returning(ReaderRequest.id)
    ).all()
    return bool(taken)


def forget_old(session: Session, moment: datetime) -> int:
    """Deletes wishes of more than 30 days ago, with the new addresses that some of them name; how many."""
    old = delete(ReaderRequest).where(ReaderRequest.created_at < moment - FORGET_AFTER)
    return len(session.execute(old.returning(ReaderRequest.id)).all())
