"""Mailboxes that are read: how far each is, and what became of the last look. Called by the job that reads them."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Mailbox

LONGEST_TROUBLE = 300


def place_in(session: Session, name: str, uid_validity: int) -> int:
    """The uid up to which a mailbox is read; 0 where it was made anew, so that its uids count from the beginning."""
    session.execute(
        update(Mailbox)
        .where(Mailbox.name == name, Mailbox.uid_validity != uid_validity)
        .values(uid_validity=uid_validity, last_uid=0)
    )
    found = session.scalar(select(Mailbox.last_uid).where(Mailbox.name == name))
    if found is None:
        session.add(Mailbox(name=name, uid_validity=uid_validity))
    return found or 0


def move_on(session: Session, name: str, uid_validity: int, uid: int) -> None:
    """Everything up to `uid` is read; never back, should two readers meet."""
    here = (Mailbox.name == name, Mailbox.uid_validity == uid_validity, Mailbox.last_uid < uid)
    session.execute(update(Mailbox).where(*here).values(last_uid=uid))


def note_look(session: Session, name: str, trouble: str = "") -> None:
    """Writes down how the last look went; "" says well."""
    values: dict[str, object] = {"trouble": trouble[:LONGEST_TROUBLE]}
    if not trouble:
        values["read_at"] = now()
    changed = session.execute(update(Mailbox).where(Mailbox.name == name).values(values).returning(Mailbox.id)).all()
    if not changed:
        session.add(Mailbox(name=name, **values))
