"""The hosts that look after the house, and what each of their processes does. The queue knows the processes."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.cron_scheduler_registry import get_registry_key
from rq.job import Job as RqJob
from rq.worker import BaseWorker
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.jobs import queue_connection
from app.models import Campaign, Chunk, ChunkState, HostBeat

SHOWN_FOR = timedelta(days=1)
ALIVE_FOR = timedelta(minutes=1)
"""A host leaves a beat every 15 seconds."""

TIMETABLE = "schedule"
TIMETABLE_SECONDS = 120
CALLED = re.compile(r"(?P<job>[\w.]+)\((?P<id>\d*)\)")


@dataclass(frozen=True, slots=True)
class Process:
    """A worker or a timetable, seen lately. `job` is the dotted name of what it does now, "" for nothing."""

    host: str
    machine: str
    role: str
    job: str = ""
    about: int | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """A data folder on a machine since its last start. `in_hand` chunks are leased to its processes."""

    name: str
    machine: str
    seen_at: datetime
    in_hand: int
    processes: tuple[Process, ...]

    @property
    def is_alive(self) -> bool:
        return now() - self.seen_at <= ALIVE_FOR


@dataclass(frozen=True, slots=True)
class Machines:
    """`processes` is None where the queue is away, which knows them; `campaigns` names those that are being sent."""

    hosts: tuple[Host, ...]
    processes: tuple[Process, ...] | None
    campaigns: dict[int, str]


def machines(session: Session) -> Machines:
    """Hosts seen within a day or with letters in hand, those seen last first."""
    processes = find_processes()
    by_host: defaultdict[str, list[Process]] = defaultdict(list)
    for one in processes or ():
        by_host[one.host].append(one)
    in_hand = leased_by_host(session)
    hosts = [
        Host(beat.host, machine_of(by_host[beat.host]), beat.at, in_hand.get(beat.host, 0), tuple(by_host[beat.host]))
        for beat in newest_boots(session.scalars(select(HostBeat).order_by(HostBeat.at.desc())))
    ]
    shown = tuple(one for one in hosts if one.in_hand or now() - one.seen_at <= SHOWN_FOR)
    return Machines(shown, processes, campaigns_named(session, processes or ()))


def newest_boots(beats: Iterable[HostBeat]) -> list[HostBeat]:
    """Of each host the beat since its last start; `beats` come with the newest first."""
    newest: dict[str, HostBeat] = {}
    for beat in beats:
        newest.setdefault(beat.host.partition(".")[0], beat)
    return list(newest.values())


def leased_by_host(session: Session) -> dict[str, int]:
    leased = select(Chunk.host, func.count()).where(Chunk.state == ChunkState.LEASED).group_by(Chunk.host)
    return {host: count for host, count in session.execute(leased) if host}


def machine_of(processes: Iterable[Process]) -> str:
    return next((one.machine for one in processes if one.machine), "")


def campaigns_named(session: Session, processes: Iterable[Process]) -> dict[int, str]:
    ids = {one.about for one in processes if one.about is not None}
    return dict(session.execute(select(Campaign.id, Campaign.name).where(Campaign.id.in_(ids))).all()) if ids else {}


def find_processes() -> tuple[Process, ...] | None:
    """Workers and timetables seen lately; None where the queue is away."""
    connection = queue_connection()
    try:
        workers = Worker.all(connection=connection)
        ids = [one.get_current_job_id() for one in workers]
        jobs = {job.id: job for job in RqJob.fetch_many(list(filter(None, ids)), connection=connection) if job}
        timetables = find_timetables(connection)
    except RedisError:
        return None
    working = [as_process(worker, jobs.get(id_ or "")) for worker, id_ in zip(workers, ids, strict=True)]
    return tuple(sorted((*working, *timetables), key=lambda one: (one.role, one.job)))


def find_timetables(connection: Redis) -> list[Process]:
    """Those that rang within two minutes."""
    since = now().timestamp() - TIMETABLE_SECONDS
    names = [as_text(name) for name in connection.zrangebyscore(get_registry_key(), since, "+inf")]
    machines = [as_text(connection.hget(f"rq:cron_scheduler:{name}", "hostname")) for name in names]
    return [Process(host_in(name), machine, TIMETABLE) for name, machine in zip(names, machines, strict=True)]


def as_text(kept: object) -> str:
    return kept.decode("utf-8", "replace") if isinstance(kept, bytes) else str(kept or "")


def as_process(worker: BaseWorker, job: RqJob | None) -> Process:
    """What a job is called stands in its description, which needs no unpacking of what lies in Redis."""
    called = CALLED.fullmatch(job.description or "") if job is not None else None
    return Process(
        host=host_in(worker.name),
        machine=worker.hostname or "",
        role=",".join(worker.queue_names()),
        job=called["job"] if called else "",
        about=int(called["id"]) if called and called["id"] else None,
    )


def host_in(name: str) -> str:
    """Processes are named after their host and a number of their own."""
    return name.rpartition("-")[0]
