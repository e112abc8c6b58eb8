"""How fast recipients' domains may be written to: halved when one asks for patience, raised by clean minutes.

One row an MX group (or a domain that is none's), shared by all hosts, so that an emptied queue or a restart forgets
nothing.
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.models.chunk import Chunk, ChunkState
from app.models.domain_pace import DomainPace
from app.services import audit

LEAST_A_MINUTE = 6.0
FREE_A_MINUTE = 6_000.0
"""A domain that takes so many is no longer held back."""

ONE_SIGNAL = timedelta(seconds=10)
"""What many connections are told at once is one wish, not many."""

CLEAN = timedelta(minutes=10)
RAISED_BY = 1.1
LONGEST_SAID = 200


def paces(session: Session) -> dict[str, float]:
    """Letters a minute for each domain that is held back."""
    return {row.domain: row.per_minute for row in session.scalars(select(DomainPace))}


def slow_down(session: Session, domain: str, *, measured: float, said: str) -> float:
    """Halves a domain's pace and answers the new one; `measured` letters a minute is its pace where it had none.

    Asked for again within ten seconds, it stays: many connections hear the same wish at once.
    """
    moment = now()
    row = session.get(DomainPace, domain, with_for_update=True)
    if row is not None and row.slowed_at > moment - ONE_SIGNAL:
        return row.per_minute
    pace = max(LEAST_A_MINUTE, min(FREE_A_MINUTE, row.per_minute if row else measured) / 2)
    if row is None:
        row = DomainPace(domain=domain)
        session.add(row)
    row.per_minute, row.slowed_at, row.changed_at, row.said = pace, moment, moment, said[:LONGEST_SAID]
    session.flush()
    return pace


def speed_up(session: Session) -> None:
    """Ten minutes without another wish for patience add a tenth; a domain that takes a lot is free again."""
    moment = now()
    raised = update(DomainPace).where(DomainPace.changed_at <= moment - CLEAN)
    session.execute(raised.values(per_minute=DomainPace.per_minute * RAISED_BY, changed_at=moment))
    session.execute(delete(DomainPace).where(DomainPace.per_minute > FREE_A_MINUTE))


def join_group(session: Session, domain: str, group: str) -> None:
    """A domain turns out to belong to a group: what it asked for holds for the group, the slower of both paces."""
    own = session.get(DomainPace, domain, with_for_update=True)
    if own is None:
        return
    shared = session.get(DomainPace, group, with_for_update=True)
    if shared is None:
        shared = DomainPace(domain=group, per_minute=own.per_minute)
        session.add(shared)
    elif shared.per_minute <= own.per_minute:
        session.delete(own)
        return
    shared.per_minute, shared.slowed_at, shared.changed_at = own.per_minute, own.slowed_at, own.changed_at
    shared.said = own.said
    session.delete(own)
    session.flush()


def free(session: Session, domain: str, *, user_id: int | None = None) -> bool:
    """Lets a group be written to as fast as it goes, because a person says so; False where it is free already."""
    row = session.get(DomainPace, domain, with_for_update=True)
    if row is None:
        return False
    facts = {"group": domain, "per_minute": round(row.per_minute, 1), "said": row.said}
    session.delete(row)
    audit.record(session, "pace.freed", None, user_id=user_id, facts=facts)
    return True


def free_at(per_minute: float, changed_at: datetime) -> datetime:
    """When a domain is free by itself, should it ask for nothing more."""
    steps = math.floor(math.log(FREE_A_MINUTE / per_minute, RAISED_BY)) + 1
    return changed_at + steps * CLEAN


def park(session: Session, campaign_id: int, domains: Mapping[str, float]) -> None:
    """Open chunks that hold only one of these domains wait so many seconds, so that others are leased meanwhile."""
    moment = now()
    for domain, seconds in domains.items():
        until = moment + timedelta(seconds=seconds)
        session.execute(
            update(Chunk)
            .where(
                Chunk.campaign_id == campaign_id,
                Chunk.domain_group == domain,
                Chunk.state == ChunkState.OPEN,
                Chunk.next_at.is_(None) | (Chunk.next_at < until),
            )
            .values(next_at=until)
            .execution_options(synchronize_session=False)
        )
