"""The catalogue of worker jobs by dotted name, and how they are rung.

The queue carries a name and ids, nothing else; a lost ring costs seconds, since the timetable rings again.
"""

import logging
from enum import StrEnum

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy.orm import Session

from app.config import Settings

log = logging.getLogger(__name__)

Id = int | str


class Job(StrEnum):
    """Every job; the value is where the worker finds the function."""

    START_DUE = "workers.jobs.campaigns.start_due"
    PREPARE = "workers.jobs.campaigns.prepare"
    FINISH = "workers.jobs.campaigns.finish"
    GATES = "workers.jobs.gates.turn_all"
    SEND = "workers.jobs.messages.send"
    FLUSH_EVENTS = "workers.jobs.tracking.flush_events"
    NOTICES = "workers.jobs.notices.send_due"
    IMPORT = "workers.jobs.imports.run"
    IMPORTS_STANDING = "workers.jobs.imports.ring_standing"
    ARTICLES = "workers.jobs.article_imports.run"
    ARTICLES_STANDING = "workers.jobs.article_imports.ring_standing"
    PICTURES = "workers.jobs.picture_fetches.run"
    SIGN_UPS = "workers.jobs.sign_ups.work_off"
    INBOX = "workers.jobs.inbox.read"
    TALLIES = "workers.jobs.tallies.count_again"
    CHECK = "workers.jobs.preflight.check"
    CHECKS_STANDING = "workers.jobs.preflight.ring_standing"
    ARCHIVE_WORDS = "workers.jobs.archive.index_words"
    TRANSPORT_TEST = "workers.jobs.transport_tests.run"
    TRANSPORT_TESTS_STANDING = "workers.jobs.transport_tests.ring_standing"
    MX_GROUPS = "workers.jobs.mx_groups.look_up"
    PROBES = "workers.jobs.probes.work_off"


QUEUE_OF = {
    Job.START_DUE: "general",
    Job.PREPARE: "general",
    Job.FINISH: "general",
    Job.GATES: "general",
    Job.SEND: "send",
    Job.FLUSH_EVENTS: "general",
    Job.NOTICES: "general",
    Job.IMPORT: "general",
    Job.IMPORTS_STANDING: "general",
    Job.ARTICLES: "general",
    Job.ARTICLES_STANDING: "general",
    Job.PICTURES: "general",
    Job.SIGN_UPS: "general",
    Job.INBOX: "general",
    Job.TALLIES: "general",
    Job.CHECK: "general",
    Job.CHECKS_STANDING: "general",
    Job.ARCHIVE_WORDS: "general",
    Job.TRANSPORT_TEST: "general",
    Job.TRANSPORT_TESTS_STANDING: "general",
    Job.MX_GROUPS: "general",
    Job.PROBES: "general",
}
FOREVER = -1

_connections: list[Redis] = []


def init_queue(settings: Settings) -> None:
    """Makes `settings.queue` the queue of this process."""
    _connections[:] = [
        Redis.from_url(settings.queue, socket_connect_timeout=2, socket_timeout=5, health_check_interval=30)
    ]


def queue_connection() -> Redis:
    if not _connections:
        raise RuntimeError("init_queue(settings) has not been called in this process")
    return _connections[0]


def enqueue(session: Session, job: Job, *ids: Id) -> None:
    """Asks for `job` once the session's transaction has committed."""
    session.info.setdefault("rung", []).append((job, ids))


def deliver_rung(session: Session) -> None:
    for job, ids in session.info.pop("rung", []):
        ring(job, *ids)


def ring(job: Job, *ids: Id) -> bool:
    """Puts `job` on its queue now; False (and a log line) where the queue is away: the timetable rings again."""
    if not _connections:
        return False
    queue = Queue(QUEUE_OF[job], connection=_connections[0])
    try:
        queue.enqueue(job.value, *ids, job_timeout=FOREVER, result_ttl=0, failure_ttl=0)
    except RedisError as error:
        log.warning("the queue is away, %s will be rung again by the timetable (%s)", job.name, error)
        return False
    return True
