"""What became of the last look into a mailbox. Asked by the first page, the Delivery page and /metrics."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Mailbox


def find_trouble(session: Session, name: str) -> str:
    """Why the last look went wrong; "" where it went well or there was none."""
    return session.scalar(select(Mailbox.trouble).where(Mailbox.name == name)) or ""


def find_mailbox(session: Session, name: str) -> Mailbox | None:
    """None where nobody has looked into it yet."""
    return session.scalars(select(Mailbox).where(Mailbox.name == name)).one_or_none()
