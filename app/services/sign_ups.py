"""Signing up: what strangers type is taken, weighed later by a job, reminded of once, forgotten when nobody confirms.

Taking does the same work for every address, known, suppressed or new; only `weigh` knows the difference.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from app.clock import now
from app.errors import InvalidInput
from app.jobs import Job, enqueue
from app.models import Form, Notice, NoticeKind, NoticeStatus, OptIn, SignUp
from app.models.form import NAME_FIELDS
from app.services import confirmations, typed
from app.services.forms import wording_of
from app.services.notices import queue_notice
from app.services.sign_up_limits import UNANSWERED_FOR, Origin, has_had_enough, network_of, passed_limit
from app.services.suppressions import UNDONE_BY_CONSENT, find_suppression
from app.tokens import suppression_hash, unused_number
from emails.mime.addresses import address_key

log = logging.getLogger(__name__)

LONGEST_ANSWER = 500
LONGEST_NAME = 200
MOST_AT_ONCE = 100
REMIND_AFTER = timedelta(hours=24)
FORGET_AFTER = UNANSWERED_FOR
LETTER_LIFETIME = timedelta(hours=24)


class Taken(StrEnum):
    """What became of a press of the button. The reader is told of REPLAYED only."""

    KEPT = "kept"
    OVER_LIMIT = "over_limit"
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody typed, checked. `challenge` names the puzzle they solved, None without one."""

    email: str
    details: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    wording_version: int | None = None
    challenge: str | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """From where somebody pressed a button."""

    ip_address: str = ""
    user_agent: str = ""


def check_answers(form_fields: list[dict[str, object]], email: str, given: Mapping[str, str]) -> Answers:
    """The answers as they are kept: only what the form asks for.

    Raises:
        InvalidInput: under each field that cannot be so, and under "email".
    """
    wrong: dict[str, str] = {}
    details: dict[str, str] = {}
    try:
        address = typed.address("email", email)
    except InvalidInput as refusal:
        wrong |= refusal.fields
        address = ""
    for one in form_fields:
        name = str(one["name"])
        longest = LONGEST_NAME if name in NAME_FIELDS else LONGEST_ANSWER
        try:
            value = typed.line(name, given.get(name, ""), longest=longest, required=bool(one["required"]))
        except InvalidInput as refusal:
            wrong |= refusal.fields
            continue
        if value:
            details[name] = value
    if wrong:
        raise InvalidInput(wrong)
    return Answers(address, details)


def take(session: Session, form_id: int, answers: Answers, visitor: Visitor) -> Taken:
    """Keeps one press of a form's button and rings for it to be weighed."""
    same = address_key(answers.email)
    origin = Origin(
        form_id=form_id,
        network=network_of(visitor.ip_address),
        domain=same.rpartition("@")[2],
        with_puzzle=answers.challenge is not None,
    )
    limit = passed_limit(session, origin)
    if limit:
        log.warning("a sign-up was beyond the limit of its %s", limit, extra={"form_id": form_id})
        return Taken.OVER_LIMIT
    row = SignUp(
        id=unused_number(),
        form_id=form_id,
        wording_id=wording_of(session, form_id, answers.wording_version).id,
        email=answers.email,
        address_hash=suppression_hash(same),
        domain=origin.domain,
        network=origin.network,
        language=answers.language,
        details=dict(answers.details),
        list_ids=confirmations.open_lists(session, form_id),
        ip_address=visitor.ip_address[:45],
        user_agent=" ".join(typed.CONTROL.sub(" ", visitor.user_agent).split())[:400],
        challenge=answers.challenge,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return Taken.REPLAYED
    enqueue(session, Job.SIGN_UPS)
    return Taken.KEPT


def unweighed(session: Session) -> tuple[int, ...]:
    return tuple(
        session.scalars(
            select(SignUp.id)
            .where(SignUp.weighed_at.is_(None), SignUp.created_at > now() - FORGET_AFTER)
            .order_by(SignUp.created_at, SignUp.id)
            .limit(MOST_AT_ONCE)
        )
    )


def weigh(session: Session, sign_up_id: int) -> None:
    """Decides what follows a sign-up: a letter that asks to confirm it, the subscription itself, or nothing."""
    rows = lock_address(session, sign_up_id)
    row = next((one for one in rows if one.id == sign_up_id), None)
    if row is None or row.weighed_at is not None:
        return
    row.weighed_at = now()
    if not may_write(session, row.address_hash):
        log.info("a sign-up is for a suppressed address", extra={"sign_up_id": row.id})
    elif session.get_one(Form, row.form_id).opt_in is OptIn.SINGLE and confirmations.may_join_at_once(session, row):
        confirmations.join_at_once(session, row)
    elif has_had_enough(rows, now()):
        log.info("this address was asked lately", extra={"sign_up_id": row.id})
    else:
        send(session, row, NoticeKind.CONFIRM)
        row.mailed_at = now()


def give_up(session: Session, sign_up_id: int) -> None:
    """Leaves a sign-up that could not be decided as it is, so that it holds up no other."""
    session.execute(update(SignUp).where(SignUp.id == sign_up_id).values(weighed_at=now()))


def lock_address(session: Session, sign_up_id: int) -> list[SignUp]:
    """Every sign-up of the last month for the same address, held until the end, so that two workers take turns."""
    wanted = session.scalars(select(SignUp.address_hash).where(SignUp.id == sign_up_id)).one_or_none()
    return list(
        session.scalars(
            select(SignUp)
            .where(SignUp.address_hash == wanted, SignUp.created_at > now() - FORGET_AFTER)
            .order_by(SignUp.created_at, SignUp.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def may_write(session: Session, address_hash: str) -> bool:
    standing = find_suppression(session, address_hash)
    return standing is None or standing.reason in UNDONE_BY_CONSENT


def send(session: Session, row: SignUp, kind: NoticeKind) -> None:
    queue_notice(session, kind, row.email, payload={"sign_up_id": row.id}, lifetime=LETTER_LIFETIME)


def unreminded(session: Session) -> tuple[int, ...]:
    """Sign-ups that were written to a day ago and not confirmed, by addresses that never were reminded."""
    moment, other = now(), aliased(SignUp)
    answered_or_reminded = exists().where(
        other.address_hash == SignUp.address_hash,
        (other.reminded_at.is_not(None)) | (other.confirmed_at.is_not(None)) | (other.mailed_at > SignUp.mailed_at),
    )
    return tuple(
        session.scalars(
            select(SignUp.id)
            .where(
                SignUp.confirmed_at.is_(None),
                SignUp.created_at > moment - confirmations.CONFIRM_WITHIN,
                SignUp.mailed_at <= moment - REMIND_AFTER,
                SignUp.reminded_at.is_(None),
                ~answered_or_reminded,
            )
            .order_by(SignUp.created_at, SignUp.id)
            .limit(MOST_AT_ONCE)
        )
    )


def remind(session: Session, sign_up_id: int) -> bool:
    """Asks once more, and never again; whether it did."""
    rows = lock_address(session, sign_up_id)
    row = next((one for one in rows if one.id == sign_up_id), None)
    if row is None or any(one.reminded_at or one.confirmed_at for one in rows):
        return False
    row.reminded_at = now()
    if not may_write(session, row.address_hash):
        return False
    send(session, row, NoticeKind.CONFIRM_REMINDER)
    return True


def forget_unconfirmed(session: Session, moment: datetime) -> int:
    """Deletes what nobody confirmed within a month, with the letters that asked; how many sign-ups."""
    before = moment - FORGET_AFTER
    gone = session.execute(
        delete(SignUp).where(SignUp.confirmed_at.is_(None), SignUp.created_at < before).returning(SignUp.id)
    ).all()
    session.execute(
        delete(Notice).where(
            Notice.kind.in_((NoticeKind.CONFIRM, NoticeKind.CONFIRM_REMINDER)),
            Notice.status != NoticeStatus.PENDING,
            Notice.created_at < before,
        )
    )
    return len(gone)
