"""The timetable: one table of what is rung how often, by RQ's cron. It only rings; SQL says what stands still."""

import logging
import time
from datetime import timedelta

from redis.client import Pipeline
from redis.exceptions import RedisError
from rq.cron import CronJob, CronScheduler
from rq.exceptions import SchedulerNotFound, StopRequested
from rq.utils import import_attribute

from app.clock import now
from app.config import Settings
from app.jobs import QUEUE_OF, Job
from workers.reaping import Reaping
from workers.runtime import queue_connection
from workers.sending.host import process_name

log = logging.getLogger(__name__)

TICK_SECONDS = 5
TIMETABLE = (
    (Job.START_DUE, TICK_SECONDS),
    (Job.GATES, TICK_SECONDS),
    (Job.NOTICES, TICK_SECONDS),
    (Job.FLUSH_EVENTS, TICK_SECONDS),
    (Job.IMPORTS_STANDING, 4 * TICK_SECONDS),
    (Job.ARTICLES_STANDING, 4 * TICK_SECONDS),
    (Job.SIGN_UPS, 6 * TICK_SECONDS),
    (Job.INBOX, 12 * TICK_SECONDS),
    (Job.TALLIES, 12 * TICK_SECONDS),
    (Job.CHECKS_STANDING, 4 * TICK_SECONDS),
    (Job.ARCHIVE_WORDS, 6 * TICK_SECONDS),
    (Job.TRANSPORT_TESTS_STANDING, 4 * TICK_SECONDS),
    (Job.MX_GROUPS, 120 * TICK_SECONDS),
    (Job.PROBES, 6 * TICK_SECONDS),
)
JOB_TIMEOUT_SECONDS = 300
PAUSE_SECONDS = 1.0


class Timetable(CronScheduler):
    """RQ's cron, which may find its own name gone when the queue was emptied meanwhile."""

    def enqueue_jobs(self) -> list[CronJob]:
        """Rings what is due. A clock on the wall that was set back must not silence the bell until it has caught up."""
        moment = now()
        for job in self.get_jobs():
            wait = job.next_enqueue_time - moment if job.next_enqueue_time else timedelta()
            if wait > timedelta(seconds=job.interval or 0):
                job.next_enqueue_time = moment
        return list(super().enqueue_jobs())

    def register_death(self, pipeline: Pipeline | None = None) -> None:
        try:
            super().register_death(pipeline)
        except (SchedulerNotFound, RedisError) as error:
            log.info("the timetable could not sign off (%s)", error)


def make_timetable(settings: Settings) -> Timetable:
    """Hands the table to RQ. A ring nobody hears is void before the one after next, so that none pile up."""
    timetable = Timetable(queue_connection(settings), name=process_name(settings))
    for job, seconds in TIMETABLE:
        timetable.register(
            import_attribute(job.value),
            QUEUE_OF[job],
            interval=seconds,
            job_timeout=JOB_TIMEOUT_SECONDS,
            ttl=2 * seconds,
            result_ttl=0,
            failure_ttl=0,
        )
    return timetable


def keep_time(settings: Settings) -> None:
    """Rings until told to stop, through any absence of the queue. Several may run: every job is safe to run twice."""
    Reaping(settings).start()
    while True:
        timetable = make_timetable(settings)
        try:
            timetable.start()  # type: ignore[no-untyped-call]
        except RedisError as error:
            log.warning("the queue went away (%s)", error)
            time.sleep(PAUSE_SECONDS)
        else:
            return


def keep_time_until_stopped(settings: Settings) -> None:
    """The same, quiet when the signal comes while waiting for the queue."""
    try:
        keep_time(settings)
    except StopRequested:
        log.info("the timetable stops")
