"""What the team did, written down. Called by every verb that a person at work asked for."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.models import AuditEntry
from app.models.base import WithId


def record(
    session: Session,
    act: str,
    row: WithId | None,
    *,
    user_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Notes that `user_id` (None: the command line or the house itself) did `act` to `row`; no address in `facts`."""
    session.flush()
    noun = "" if row is None else str(getattr(row, "__tablename__", ""))
    noun_id = None if row is None else row.id
    session.add(AuditEntry(act=act, noun=noun, noun_id=noun_id, user_id=user_id, facts=dict(facts or {})))
