"""System letters and test letters: queued, leased one at a time, tried up to five times, never past their expiry.

At least once: a try is counted when it is leased, so that a letter that kills its worker ends as failed. A dead
worker's notices are let go by the reaper, or by their lease.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.database.statements import statements_for
from app.errors import InvalidInput, NotFound, WrongState
from app.jobs import Job, enqueue
from app.models import Notice, NoticeKind, NoticeStatus
from app.queries.sent_tests import count_recent_tests
from app.services import audit, typed
from app.services.campaigns import lock_campaign
from app.services.letters import compile_test_letter
from app.services.suppressions import hash_of, is_suppressed
from emails.errors import LetterError
from emails.mime.addresses import address_key

MAX_TRIES = 5
LEASE_SECONDS = 300
WAIT_SECONDS = (30, 120, 600, 1800)
TEST_LETTER_HOURS = 2
MOST_TEST_LETTERS = 20
MOST_TESTS_AN_HOUR = 200
LONGEST_REPLY = 200


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A leased notice; `attempts` counts this try."""

    notice_id: int
    kind: NoticeKind
    email: str
    attempts: int
    owner: str


@dataclass(frozen=True, slots=True)
class NoticeOutcome:
    """What became of one try. `final` says that another would end no better."""

    sent: bool
    final: bool = False
    reply: str = ""


def queue_notice(
    session: Session, kind: NoticeKind, email: str, *, payload: Mapping[str, Any], lifetime: timedelta
) -> int:
    """Queues one letter, to leave within `lifetime`, and rings for it; returns its id.

    Invitations and passwords need `url` in the payload, and may give the `name` of whom they are for.
    """
    notice = Notice(kind=kind, email=email, payload=dict(payload), expires_at=now() + lifetime)
    session.add(notice)
    session.flush()
    enqueue(session, Job.NOTICES)
    return notice.id


def queue_test_letter(
    session: Session,
    campaign_id: int,
    emails: Iterable[str],
    as_subscriber_id: int | None = None,
    *,
    user_id: int | None = None,
) -> list[int]:
    """Queues the letter as it is now, marked as a test, to each address; `as_subscriber_id` fills its merge fields.

    Raises:
        InvalidInput: under "emails": no address, too many, or one that cannot be written to.
        WrongState: the letter cannot be compiled, or has no sender.
    """
    campaign = lock_campaign(session, campaign_id)
    addresses = checked_addresses(session, emails)
    if (left := MOST_TESTS_AN_HOUR - count_recent_tests(session)) < len(addresses):
        told = f"{max(left, 0)} more can be sent this hour: at most {MOST_TESTS_AN_HOUR} tests leave in one. Try later."
        raise InvalidInput({"emails": told})
    try:
        compile_test_letter(session, campaign_id)
    except LetterError as error:
        raise WrongState(str(error)) from error
    queued = [
        Notice(
            kind=NoticeKind.TEST,
            email=address,
            campaign_id=campaign_id,
            user_id=user_id,
            payload={"as_subscriber_id": as_subscriber_id},
            expires_at=now() + timedelta(hours=TEST_LETTER_HOURS),
        )
        for address in addresses
    ]
    session.add_all(queued)
    audit.record(session, "campaign.tested", campaign, user_id=user_id, facts={"letters": len(queued)})
    enqueue(session, Job.NOTICES)
    return [notice.id for notice in queued]


def checked_addresses(session: Session, emails: Iterable[str]) -> list[str]:
    checked = (typed.address("emails", one) for one in emails if one.strip())
    addresses = list({address_key(one): one for one in checked}.values())
    if not addresses:
        raise InvalidInput({"emails": "Write at least one address."})
    if len(addresses) > MOST_TEST_LETTERS:
        raise InvalidInput({"emails": f"A test goes to at most {MOST_TEST_LETTERS} addresses at once."})
    for address in addresses:
        if is_suppressed(session, hash_of(address)):
            raise InvalidInput({"emails": f"{address} is suppressed: it is never written to."})
    return addresses


def get_notice(session: Session, notice_id: int) -> Notice:
    found = session.get(Notice, notice_id, populate_existing=True)
    if found is None:
        raise NotFound("This notice is not here.")
    return found


def is_any_due(session: Session) -> bool:
    moment = now()
    due = exists().where(
        Notice.status == NoticeStatus.PENDING,
        (Notice.next_at.is_(None)) | (Notice.next_at <= moment),
        (Notice.lease_until.is_(None)) | (Notice.lease_until < moment),
    )
    return bool(session.scalar(select(due)))


def leased_by(session: Session, owner: str) -> tuple[int, ...]:
    """The notices in this owner's hands."""
    mine = Notice.owner == owner, Notice.status == NoticeStatus.PENDING
    return tuple(session.scalars(select(Notice.id).where(*mine).order_by(Notice.id)))


def let_go_of(session: Session, owner: str) -> int:
    """Makes a dead owner's notices due again at once, their tries counted; returns how many."""
    freed = session.execute(
        update(Notice)
        .where(Notice.owner == owner, Notice.status == NoticeStatus.PENDING)
        .values(owner=None, lease_until=None)
        .returning(Notice.id)
    ).all()
    if freed:
        enqueue(session, Job.NOTICES)
    return len(freed)


def lease_notice(session: Session, *, owner: str) -> NoticeRow | None:
    """A notice that is due, its try counted and nobody else's for five minutes; None where none is due."""
    while True:
        moment = now()
        until = moment + timedelta(seconds=LEASE_SECONDS)
        notice_id = statements_for(session).lease_due_notice(session, owner=owner, now=moment, until=until)
        if notice_id is None:
            return None
        notice = get_notice(session, notice_id)
        if notice.expires_at <= moment:
            end(notice, NoticeStatus.EXPIRED)
        elif notice.attempts > MAX_TRIES:
            end(notice, NoticeStatus.FAILED)
        else:
            return NoticeRow(notice.id, notice.kind, notice.email, notice.attempts, owner)
        session.flush()


def record_notice(session: Session, notice_id: int, outcome: NoticeOutcome, *, owner: str) -> bool:
    """Writes what became of a try, and when the next is due; False where the lease was somebody else's by then."""
    notice = session.scalars(
        select(Notice)
        .where(Notice.id == notice_id, Notice.owner == owner, Notice.status == NoticeStatus.PENDING)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if notice is None:
        return False
    notice.reply = "".join(mark if mark.isprintable() else " " for mark in outcome.reply)[:LONGEST_REPLY].strip()
    if outcome.sent:
        notice.sent_at = now()
        end(notice, NoticeStatus.SENT)
        if notice.kind is NoticeKind.PROBE:
            enqueue(session, Job.PROBES)
    elif outcome.final or notice.attempts >= MAX_TRIES:
        end(notice, NoticeStatus.FAILED)
    else:
        notice.owner = notice.lease_until = None
        notice.next_at = now() + timedelta(seconds=WAIT_SECONDS[notice.attempts - 1])
    return True


def end(notice: Notice, status: NoticeStatus) -> None:
    """Closes a notice; the address that lets somebody in is not kept."""
    notice.move_to(status)
    notice.owner = notice.lease_until = notice.next_at = None
    notice.payload = {name: value for name, value in notice.payload.items() if name != "url"}
