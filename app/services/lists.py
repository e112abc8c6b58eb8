"""Lists: made, renamed, put away. Who is on them is the business of `subscriptions`."""

import uuid

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput, NotFound
from app.models import MailingList
from app.services import audit, typed


def get_list(session: Session, list_id: int) -> MailingList:
    found = session.get(MailingList, list_id)
    if found is None:
        raise NotFound("This list is not here.")
    return found


def find_list(session: Session, name: str) -> MailingList | None:
    """The list called `name`, without regard to case."""
    wanted = typed.key(" ".join(name.split()))
    return session.scalars(select(MailingList).where(MailingList.name_key == wanted)).one_or_none()


def list_named(session: Session, name: str) -> MailingList:
    """Like find_list, for those who cannot go on without it. Raises NotFound naming the lists there are."""
    found = find_list(session, name)
    if found is None:
        names = session.scalars(select(MailingList.name).where(MailingList.archived_at.is_(None)).limit(20)).all()
        there = f"There are: {', '.join(sorted(names))}." if names else "There are no lists yet."
        raise NotFound(f"No list is called “{name}”. {there}")
    return found


def create_list(
    session: Session, name: str, *, brand_id: int, description: str = "", user_id: int | None = None
) -> MailingList:
    """Makes a list. Raises InvalidInput where another has that name, whatever the case."""
    tidy = free_name(session, name)
    mailing_list = MailingList(
        brand_id=brand_id,
        name=tidy,
        name_key=typed.key(tidy),
        description=typed.paragraph("description", description),
        public_id=str(uuid.uuid4()),
    )
    save_named(session, mailing_list)
    audit.record(session, "list.created", mailing_list, user_id=user_id)
    return mailing_list


def edit_list(
    session: Session, list_id: int, *, name: str, description: str | None = None, user_id: int | None = None
) -> MailingList:
    """Renames a list and, where given, describes it anew; the List-Id that mail programs know stays."""
    mailing_list = get_list(session, list_id)
    mailing_list.name = free_name(session, name, own=list_id)
    mailing_list.name_key = typed.key(mailing_list.name)
    if description is not None:
        mailing_list.description = typed.paragraph("description", description)
    save_named(session, mailing_list)
    audit.record(session, "list.edited", mailing_list, user_id=user_id)
    return mailing_list


def free_name(session: Session, name: str, *, own: int | None = None) -> str:
    tidy = typed.line("name", name, required=True)
    taken = session.scalars(select(MailingList.id).where(MailingList.name_key == typed.key(tidy))).one_or_none()
    if taken is not None and taken != own:
        raise name_taken(tidy)
    return tidy


def name_taken(name: str) -> InvalidInput:
    return InvalidInput({"name": f"There is a list called “{name}” already."})


def save_named(session: Session, mailing_list: MailingList) -> None:
    name = mailing_list.name
    try:
        with session.begin_nested():
            session.add(mailing_list)
    except IntegrityError as error:
        raise name_taken(name) from error


def archive_list(session: Session, list_id: int, *, user_id: int | None = None) -> MailingList:
    """Puts a list away: nobody can be added and no campaign can choose it; its people and proofs stay."""
    mailing_list = get_list(session, list_id)
    if mailing_list.archived_at is None:
        mailing_list.archived_at = now()
        audit.record(session, "list.archived", mailing_list, user_id=user_id)
    return mailing_list


def restore_list(session: Session, list_id: int, *, user_id: int | None = None) -> MailingList:
    mailing_list = get_list(session, list_id)
    if mailing_list.archived_at is not None:
        mailing_list.archived_at = None
        audit.record(session, "list.restored", mailing_list, user_id=user_id)
    return mailing_list
