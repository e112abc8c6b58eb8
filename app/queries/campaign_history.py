"""What happened to a campaign as a whole, newest first: what the team did to it, when it started, stood and ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import AuditEntry, Campaign, Event, EventKind, User

MOST_ENTRIES = 100
KINDS = (EventKind.CAMPAIGN_STARTED, EventKind.CAMPAIGN_HELD, EventKind.CAMPAIGN_ENDED)


@dataclass(frozen=True, slots=True)
class Happening:
    """`what` is an audit entry's act or an event's kind; `by` is who did it, "" for the command line and the house."""

    at: datetime
    what: str
    by: str
    facts: Mapping[str, Any]


def campaign_history(session: Session, campaign_id: int) -> tuple[Happening, ...]:
    who = func.coalesce(func.nullif(User.name, ""), User.email, "")
    done = (
        select(AuditEntry.created_at, AuditEntry.act, who, AuditEntry.facts)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .where(AuditEntry.noun == Campaign.__tablename__, AuditEntry.noun_id == campaign_id)
        .order_by(AuditEntry.id.desc())
        .limit(MOST_ENTRIES)
    )
    # By its time: with the newest id first, SQLite would read every event there is, backwards.
    happened = (
        select(Event.at, Event.kind, Event.facts)
        .where(Event.campaign_id == campaign_id, Event.kind.in_(KINDS))
        .order_by(Event.at.desc())
        .limit(MOST_ENTRIES)
    )
    entries = [Happening(*row) for row in session.execute(done).all()]
    entries += [Happening(at, kind.value, "", facts) for at, kind, facts in session.execute(happened).all()]
    return tuple(sorted(entries, key=lambda one: one.at, reverse=True)[:MOST_ENTRIES])
