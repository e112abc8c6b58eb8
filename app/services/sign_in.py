"""Ways in: one-time addresses and passwords, with a lock after ten failures. Who the people are: `users`."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound
from app.models import LinkPurpose, SignInLink, User
from app.services import audit, passwords, typed

LIFETIMES = {
    LinkPurpose.SIGN_IN: timedelta(hours=24),
    LinkPurpose.PASSWORD: timedelta(hours=24),
    LinkPurpose.INVITATION: timedelta(days=7),
}
MOST_FAILURES = 10
LOCKED_FOR = timedelta(minutes=15)
USED_UP = "This address was used already or is too old. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tried a password; whether it was right is settled by record_attempt."""

    user_id: int | None
    right: bool


def find_user(session: Session, email: str) -> User | None:
    """Someone who may sign in, by address, without regard to case."""
    wanted = typed.key(email.strip())
    return session.scalars(select(User).where(User.email_key == wanted, User.removed_at.is_(None))).one_or_none()


def check_password(session: Session, email: str, password: str) -> Attempt:
    """Weighs a password; reads only, so that the slow hash holds no lock. Takes as long for people who are not here."""
    user = find_user(session, email)
    right = passwords.is_right(user.password_hash if user else "", password)
    return Attempt(user.id if user else None, right)


def record_attempt(session: Session, attempt: Attempt) -> User | None:
    """Counts a failure, or signs in; None where the pair was wrong or the account is locked just now.

    Never raises, since a failure has to be counted even so.
    """
    if attempt.user_id is None:
        return None
    moment = now()
    free = (User.locked_until.is_(None)) | (User.locked_until <= moment)
    here = (User.id == attempt.user_id) & User.removed_at.is_(None) & free
    if attempt.right:
        let_in = session.execute(
            update(User)
            .where(here)
            .values(failed_sign_ins=0, locked_until=None, last_seen_at=moment)
            .returning(User.id)
            .execution_options(synchronize_session="fetch")
        ).scalar()
        return session.get(User, let_in, populate_existing=True) if let_in is not None else None
    too_many = User.failed_sign_ins + 1 >= MOST_FAILURES
    session.execute(
        update(User)
        .where(here)
        .values(
            failed_sign_ins=case((too_many, 0), else_=User.failed_sign_ins + 1),
            locked_until=case((too_many, moment + LOCKED_FOR), else_=None),
        )
        .execution_options(synchronize_session="fetch")
    )
    return None


def make_link(session: Session, user_id: int, purpose: LinkPurpose) -> str:
    """A one-time way in for `user_id`: the path `/sign-in/<token>`. Only the token's hash is kept."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(user_id=user_id, purpose=purpose, token_hash=hash_of(token), expires_at=now() + LIFETIMES[purpose])
    )
    session.flush()
    return f"/sign-in/{token}"


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def look_at_link(session: Session, token: str) -> tuple[User, LinkPurpose]:
    """Whom a link is for, without using it up: mail programs open links before people do.

    Raises:
        NotFound: used, too old, replaced or never made.
    """
    found = session.execute(
        select(User, SignInLink.purpose)
        .join(User, User.id == SignInLink.user_id)
        .where(
            SignInLink.token_hash == hash_of(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now(),
            User.removed_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        raise NotFound(USED_UP)
    return found[0], found[1]


def use_link(session: Session, token: str) -> tuple[User, LinkPurpose]:
    """Uses a link up: of two who press at once, one is let in. For SIGN_IN only the caller opens a session.

    Raises:
        NotFound: used, too old, replaced or never made.
    """
    user, purpose = look_at_link(session, token)
    used = session.execute(
        update(SignInLink)
        .where(SignInLink.token_hash == hash_of(token), SignInLink.used_at.is_(None))
        .values(used_at=now())
        .returning(SignInLink.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if used is None:
        raise NotFound(USED_UP)
    if purpose is LinkPurpose.SIGN_IN:
        user.last_seen_at = now()
    audit.record(session, "user.link_used", user, user_id=user.id, facts={"purpose": purpose.value})
    return user, purpose


def forget_links(session: Session, user_id: int, *, purpose: LinkPurpose | None = None) -> None:
    """Ends every unused link of somebody (or those of one purpose)."""
    statement = delete(SignInLink).where(SignInLink.user_id == user_id, SignInLink.used_at.is_(None))
    if purpose is not None:
        statement = statement.where(SignInLink.purpose == purpose)
    session.execute(statement)


def live_links(session: Session, user_id: int, purpose: LinkPurpose) -> int:
    """How many unused links somebody was given in the last hour."""
    return session.scalars(
        select(func.count()).where(
            SignInLink.user_id == user_id,
            SignInLink.purpose == purpose,
            SignInLink.used_at.is_(None),
            SignInLink.created_at > now() - timedelta(hours=1),
        )
    ).one()
