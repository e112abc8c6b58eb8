"""The team: made, invited, given roles, removed. Their ways in are `sign_in`'s business."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound, WrongState
from app.models import LinkPurpose, NoticeKind, Role, User
from app.services import audit, passwords, sign_in, typed
from app.services.notices import queue_notice

FIRST_OWNER = "owner@localhost"
MOST_LETTERS_AN_HOUR = 3


def get_user(session: Session, user_id: int) -> User:
    found = session.get(User, user_id)
    if found is None or found.removed_at is not None:
        raise NotFound("Nobody in the team is called that.")
    return found


def find_signed_in(session: Session, user_id: int, epoch: int) -> User | None:
    """The person behind a browser's session; None once every session of theirs was ended."""
    found = session.get(User, user_id)
    return found if found and found.removed_at is None and found.sign_in_epoch == epoch else None


def team(session: Session) -> tuple[User, ...]:
    return tuple(session.scalars(select(User).where(User.removed_at.is_(None)).order_by(User.id)))


def create_user(session: Session, email: str, *, role: Role, name: str = "", by: int | None = None) -> User:
    """Makes an account without a way in; see `invite` and `sign_in.make_link`. A removed person comes back anew."""
    address = typed.address("email", email)
    same = typed.key(address)
    user = session.scalars(select(User).where(User.email_key == same)).one_or_none()
    if user is not None and user.removed_at is None:
        raise InvalidInput({"email": "Somebody in the team has this address already."})
    user = user or User(email_key=same)
    user.email, user.name, user.role, user.removed_at = address, typed.line("name", name), role, None
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise InvalidInput({"email": "Somebody in the team has this address already."}) from error
    audit.record(session, "user.created", user, user_id=by, facts={"role": role.value})
    return user


def invite(session: Session, email: str, *, role: Role, base_url: str, by: int | None = None) -> User:
    """Makes an account and sends its one-time way in, good for a week."""
    user = create_user(session, email, role=role, by=by)
    send_link(session, user, LinkPurpose.INVITATION, base_url)
    return user


def invite_again(session: Session, user_id: int, *, base_url: str, by: int | None = None) -> None:
    """Sends a fresh invitation; the earlier one ends."""
    user = get_user(session, user_id)
    if user.password_hash:
        raise WrongState("This person has chosen a password already and can ask for a new one.")
    sign_in.forget_links(session, user.id, purpose=LinkPurpose.INVITATION)
    send_link(session, user, LinkPurpose.INVITATION, base_url)
    audit.record(session, "user.invited_again", user, user_id=by)


def send_link(session: Session, user: User, purpose: LinkPurpose, base_url: str) -> None:
    path = sign_in.make_link(session, user.id, purpose)
    kind = NoticeKind.INVITATION if purpose is LinkPurpose.INVITATION else NoticeKind.PASSWORD
    queue_notice(
        session,
        kind,
        user.email,
        payload={"url": base_url.rstrip("/") + path, "name": user.name},
        lifetime=sign_in.LIFETIMES[purpose],
    )


def forgot_password(session: Session, email: str, *, base_url: str) -> None:
    """Sends a one-time address to choose a new password, if anybody here has that address.

    Says nothing either way and does the same work: an entry is written and committed for strangers too.
    """
    user = sign_in.find_user(session, email)
    audit.record(session, "user.password_asked", None)
    if user is not None and sign_in.live_links(session, user.id, LinkPurpose.PASSWORD) < MOST_LETTERS_AN_HOUR:
        with session.begin_nested():
            send_link(session, user, LinkPurpose.PASSWORD, base_url)
        return
    nested = session.begin_nested()
    stranger = User(email=email[:320], email_key=f"{typed.key(email)[:300]} ?", role=Role.VIEWER)
    session.add(stranger)
    session.flush()
    send_link(session, stranger, LinkPurpose.PASSWORD, base_url)
    nested.rollback()


def choose_password(session: Session, user_id: int, password: str) -> User:
    """Sets a password after a one-time address was used; every session and every other address of theirs ends."""
    user = get_user(session, user_id)
    passwords.check_strength(password, email=user.email)
    user.password_hash = passwords.hash_password(password)
    user.sign_in_epoch += 1
    user.failed_sign_ins, user.locked_until = 0, None
    sign_in.forget_links(session, user_id)
    audit.record(session, "user.password_set", user, user_id=user_id)
    return user


def change_password(session: Session, user_id: int, *, current: str, new: str) -> User:
    """Like choose_password, for someone who is signed in; the caller renews this one session with the new epoch.

    Raises:
        InvalidInput: the current password is wrong, or the new one is too weak.
    """
    user = get_user(session, user_id)
    if user.password_hash and not passwords.is_right(user.password_hash, current):
        raise InvalidInput({"current": "This is not your current password."})
    return choose_password(session, user_id, new)


def end_sessions(session: Session, user_id: int) -> User:
    """Signs somebody out everywhere."""
    user = get_user(session, user_id)
    user.sign_in_epoch += 1
    audit.record(session, "user.signed_out_everywhere", user, user_id=user_id)
    return user


def edit_profile(session: Session, user_id: int, *, name: str, email: str, time_zone: str) -> User:
    """One's own name, address and time zone."""
    user = get_user(session, user_id)
    address = typed.address("email", email) if email != user.email else user.email
    same = typed.key(address)
    with session.no_autoflush:
        taken = session.scalars(select(User.id).where(User.email_key == same)).one_or_none()
    if taken is not None and taken != user_id:
        raise InvalidInput({"email": "Somebody in the team has this address already."})
    user.name, user.time_zone = typed.line("name", name), typed.time_zone("time_zone", time_zone)
    user.email, user.email_key = address, same
    audit.record(session, "user.profile_edited", user, user_id=user_id)
    return user


def change_role(session: Session, user_id: int, role: Role, *, by: int | None = None) -> User:
    """Raises WrongState where no owner would be left."""
    user = get_user(session, user_id)
    if role is not Role.OWNER:
        keep_an_owner(session, user)
    facts = {"from": user.role.value, "to": role.value}
    user.role = role
    user.sign_in_epoch += 1
    audit.record(session, "user.role_changed", user, user_id=by, facts=facts)
    return user


def remove_user(session: Session, user_id: int, *, by: int | None = None) -> None:
    """Ends somebody's account and sessions; what they did stays written down. Raises WrongState for the last owner."""
    user = get_user(session, user_id)
    keep_an_owner(session, user)
    user.removed_at = now()
    user.password_hash = ""
    user.sign_in_epoch += 1
    sign_in.forget_links(session, user_id)
    audit.record(session, "user.removed", user, user_id=by)


def keep_an_owner(session: Session, user: User) -> None:
    # Locked in one order, so that two owners who remove each other at once do not both succeed.
    owners = session.scalars(
        select(User.id).where(User.role == Role.OWNER, User.removed_at.is_(None)).order_by(User.id).with_for_update()
    ).all()
    if list(owners) == [user.id]:
        raise WrongState("This is the last owner. Make somebody else an owner first.")


def ensure_first_owner(session: Session) -> str | None:
    """The one-time way in of a fresh installation, `/sign-in/<token>`; None once anybody has come in.

    Asked again before that, it gives a fresh address and ends the earlier one.
    """
    everybody = session.scalars(select(User).limit(2)).all()
    if not everybody:
        owner = User(email=FIRST_OWNER, email_key=FIRST_OWNER, role=Role.OWNER)
        session.add(owner)
        audit.record(session, "user.created", owner, facts={"role": owner.role.value})
    elif len(everybody) == 1 and everybody[0].email == FIRST_OWNER and everybody[0].last_seen_at is None:
        owner = everybody[0]
        sign_in.forget_links(session, owner.id)
    else:
        return None
    return sign_in.make_link(session, owner.id, LinkPurpose.SIGN_IN)
