"""Figures by which an operator sees whether mail is leaving. Asked by /metrics; each part may be away by itself."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from redis.exceptions import RedisError
from rq import Queue
from rq.job import Job
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import SQLColumnExpression

from app.clock import now
from app.database.away import DATABASE_AWAY
from app.database.session import reading
from app.jobs import QUEUE_OF, queue_connection
from app.models import Campaign, CampaignStatus, Chunk, ChunkState, HostBeat, MessageStatus, Notice, NoticeStatus
from app.queries.books import states_of
from app.queries.departures import UNDER_WAY
from app.queries.machines import ALIVE_FOR
from app.queries.mailboxes import find_trouble
from app.queries.progress import BEAT_APART, LOOKING_BACK, accepted_since
from app.queries.readiness import workers_seen
from app.queries.slowed import slowed_ones

COUNTED_NOTICES = (NoticeStatus.PENDING, NoticeStatus.FAILED)


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    """What the database knows. Ages are in seconds, 0 where nothing is due.

    `letters` are those of campaigns under way that are to go or to be tried again; `paces` letters a minute for those
    who asked for patience.
    """

    campaigns: Mapping[CampaignStatus, int]
    oldest_due_row_seconds: float
    unreaped_chunks: int
    notices: Mapping[NoticeStatus, int]
    oldest_due_notice_seconds: float
    letters_last_minute: int
    letters: Mapping[MessageStatus, int]
    paces: Mapping[str, float]
    hosts_alive: int


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One queue: rings that wait, the age of the oldest (0 where none waits), and workers seen lately."""

    rings: int
    oldest_ring_seconds: float
    workers: int


@dataclass(frozen=True, slots=True)
class JournalFigures:
    files: int
    size: int


def ledger_figures() -> LedgerFigures | None:
    """None where the database is away."""
    try:
        with reading() as session:
            moment = now()
            return LedgerFigures(
                campaigns=count_campaigns(session),
                oldest_due_row_seconds=oldest_due_row(session, moment),
                unreaped_chunks=count_unreaped(session, moment),
                notices=count_notices(session),
                oldest_due_notice_seconds=oldest_due_notice(session, moment),
                letters_last_minute=count_letters(session, moment),
                letters=count_waiting(session),
                paces={one.group: one.per_minute for one in slowed_ones(session).shown},
                hosts_alive=count_hosts(session, moment),
            )
    except DATABASE_AWAY:
        return None


def queue_figures() -> dict[str, QueueFigures] | None:
    """By queue; None where the queue is away."""
    workers = workers_seen()
    if workers is None:
        return None
    try:
        return {name: figures_of(name, workers[name]) for name in sorted(set(QUEUE_OF.values()))}
    except RedisError:
        return None


def figures_of(name: str, workers: int) -> QueueFigures:
    connection = queue_connection()
    queue = Queue(name, connection=connection)
    first = queue.get_job_ids(0, 1)
    found = Job.fetch_many(first, connection=connection)
    rung_at = found[0].enqueued_at if found and found[0] else None
    return QueueFigures(rings=queue.count, oldest_ring_seconds=age(rung_at, now()), workers=workers)


def journal_figures(folder: Path) -> JournalFigures:
    """Of this host: what its send processes have handed over and not yet recorded."""
    sizes: list[int] = []
    # No letter has left from here yet, or a journal was settled just now.
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                sizes.append(entry.stat().st_size)
    return JournalFigures(len(sizes), sum(sizes))


def mailbox_trouble(name: str) -> str:
    """Why the last look into the mailbox went wrong; "" where it went well, or nobody has looked yet."""
    with reading() as session:
        return find_trouble(session, name)


def count_campaigns(session: Session) -> dict[CampaignStatus, int]:
    found = session.execute(select(Campaign.status, func.count()).group_by(Campaign.status))
    return dict.fromkeys(CampaignStatus, 0) | dict(found.all())


def oldest_due_row(session: Session, moment: datetime) -> float:
    return age(oldest_due_at(session, moment), moment)


def oldest_due_at(session: Session, moment: datetime) -> datetime | None:
    """Since when the letter that is due longest waits; None where none is due.

    By chunk, never by message: an open one holds rows that wait since it was due, given back, or frozen.
    """
    since = func.min(func.coalesce(Chunk.next_at, Chunk.beat, Campaign.started_at))
    waiting = (
        Campaign.status == CampaignStatus.SENDING,
        Chunk.state == ChunkState.OPEN,
        Chunk.wave <= Campaign.wave_open,
        is_due(Chunk.next_at, moment),
    )
    return session.scalar(select(since).join(Campaign, Campaign.id == Chunk.campaign_id).where(*waiting))


def is_due(next_at: SQLColumnExpression[datetime | None], moment: datetime) -> ColumnElement[bool]:
    return or_(next_at.is_(None), next_at <= moment)


def count_unreaped(session: Session, moment: datetime) -> int:
    overdue = Chunk.state == ChunkState.LEASED, Chunk.lease_until < moment
    return session.scalar(select(func.count()).select_from(Chunk).where(*overdue)) or 0


def count_notices(session: Session) -> dict[NoticeStatus, int]:
    counted = Notice.status.in_(COUNTED_NOTICES)
    found = session.execute(select(Notice.status, func.count()).where(counted).group_by(Notice.status))
    return dict.fromkeys(COUNTED_NOTICES, 0) | dict(found.all())


def oldest_due_notice(session: Session, moment: datetime) -> float:
    due = Notice.status == NoticeStatus.PENDING, is_due(Notice.next_at, moment)
    since = func.min(func.coalesce(Notice.next_at, Notice.created_at))
    return age(session.scalar(select(since).where(*due)), moment)


def count_letters(session: Session, moment: datetime) -> int:
    """Accepted in the last minute; only campaigns that somebody held a chunk of since then are looked into."""
    since = moment - LOOKING_BACK
    beaten = Chunk.beat >= since - BEAT_APART
    leaving = session.scalars(select(Chunk.campaign_id).where(beaten).distinct()).all()
    return sum(accepted_since(session, campaign_id, since)[0] for campaign_id in leaving)


def count_waiting(session: Session) -> dict[MessageStatus, int]:
    """Over all campaigns under way, by the counts of chunks and the rows in hand."""
    ids = session.scalars(select(Campaign.id).where(Campaign.status.in_(UNDER_WAY))).all()
    states = states_of(session, ids).values()
    return {status: sum(one[status] for one in states) for status in (MessageStatus.PENDING, MessageStatus.DEFERRED)}


def count_hosts(session: Session, moment: datetime) -> int:
    alive = HostBeat.at >= moment - ALIVE_FOR
    return session.scalar(select(func.count()).select_from(HostBeat).where(alive)) or 0


def age(since: datetime | None, moment: datetime) -> float:
    return 0.0 if since is None else max(0.0, (moment - since).total_seconds())
