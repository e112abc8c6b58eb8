"""What became of the last look into a mailbox. Asked by the first page and by /metrics."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Mailbox


def find_trouble(session: Session, name: str) -> str:
    """Why the last look went wrong; "" where it went well or there was none."""
    return session.scalar(select(Mailbox.trouble).where(Mailbox.name == name)) or ""
