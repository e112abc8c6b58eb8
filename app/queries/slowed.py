"""Providers that asked for patience: what they said, how fast they are written to, and whose mail they take."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Campaign, CampaignStatus, Chunk, ChunkState, DomainPace, MessageStatus, MxGroup

MOST_SHOWN = 50
MOST_DOMAINS = 3


@dataclass(frozen=True, slots=True)
class Slowed:
    """`group` is written to `per_minute` times a minute by all hosts together; `said` is what its server answered.

    `domains` are some of the `in_all` others whose mail it takes; `waiting` letters stand in chunks of its own.
    """

    group: str
    per_minute: float
    said: str
    slowed_at: datetime
    changed_at: datetime
    domains: tuple[str, ...]
    in_all: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SlowedOnes:
    """At most 50 of `in_all`, those slowed last first."""

    shown: tuple[Slowed, ...] = field(default=())
    in_all: int = 0


def slowed_ones(session: Session) -> SlowedOnes:
    in_all = count_slowed(session)
    if not in_all:
        return SlowedOnes()
    wanted = select(DomainPace).order_by(DomainPace.slowed_at.desc(), DomainPace.domain).limit(MOST_SHOWN)
    rows = session.scalars(wanted).all()
    names = [row.domain for row in rows]
    domains, counts, waiting = domains_of(session, names), count_domains(session, names), letters_for(session, names)
    shown = (
        Slowed(
            group=row.domain,
            per_minute=row.per_minute,
            said=row.said,
            slowed_at=row.slowed_at,
            changed_at=row.changed_at,
            domains=tuple(domains[row.domain]),
            in_all=counts.get(row.domain, 0),
            waiting=waiting.get(row.domain, 0),
        )
        for row in rows
    )
    return SlowedOnes(tuple(shown), in_all)


def count_slowed(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(DomainPace)) or 0


def count_domains(session: Session, groups: Sequence[str]) -> dict[str, int]:
    """Group -> how many other domains are known to belong to it."""
    others = MxGroup.group.in_(groups), MxGroup.domain != MxGroup.group
    return dict(session.execute(select(MxGroup.group, func.count()).where(*others).group_by(MxGroup.group)).all())


def domains_of(session: Session, groups: Sequence[str]) -> dict[str, list[str]]:
    """Group -> the first few of them, by name."""
    place = func.row_number().over(partition_by=MxGroup.group, order_by=MxGroup.domain).label("place")
    others = MxGroup.group.in_(groups), MxGroup.domain != MxGroup.group
    ranked = select(MxGroup.group, MxGroup.domain, place).where(*others).subquery()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for group, domain in session.execute(
        select(ranked.c.group, ranked.c.domain).where(ranked.c.place <= MOST_DOMAINS).order_by(ranked.c.domain)
    ):
        found[group].append(domain)
    return found


def letters_for(session: Session, groups: Sequence[str]) -> dict[str, int]:
    """Group -> letters to go or to be tried again in chunks that are its alone, of campaigns that are sending."""
    waits = [Chunk.counts[state.value].as_integer() for state in (MessageStatus.PENDING, MessageStatus.DEFERRED)]
    total = func.sum(func.coalesce(waits[0], 0) + func.coalesce(waits[1], 0))
    found = session.execute(
        select(Chunk.domain_group, total)
        .join(Campaign, Campaign.id == Chunk.campaign_id)
        .where(
            Campaign.status == CampaignStatus.SENDING,
            Chunk.state == ChunkState.OPEN,
            Chunk.domain_group.in_(groups),
        )
        .group_by(Chunk.domain_group)
    )
    return {group: int(letters or 0) for group, letters in found}
