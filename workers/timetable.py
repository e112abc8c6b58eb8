"""The timetable: one table of what is rung how often, by RQ's cron. It only rings; SQL says what stands still."""

import logging
import time

from redis.exceptions import RedisError
from rq import cron
from rq.cron import CronScheduler
from rq.exceptions import StopRequested
from rq.utils import import_attribute

from app.config import Settings
from app.jobs import QUEUE_OF, Job
from workers.runtime import queue_connection

log = logging.getLogger(__name__)

TICK_SECONDS = 5
TIMETABLE = (
    (Job.START_DUE, TICK_SECONDS),
    (Job.NOTICES, TICK_SECONDS),
)
JOB_TIMEOUT_SECONDS = 300
PAUSE_SECONDS = 1.0


def register_timetable() -> None:
    """Hands the table to RQ. A ring nobody hears is void before the one after next, so that none pile up."""
    for job, seconds in TIMETABLE:
        cron.register(
            import_attribute(job.value),
            QUEUE_OF[job],
            interval=seconds,
            job_timeout=JOB_TIMEOUT_SECONDS,
            ttl=2 * seconds,
            result_ttl=0,
            failure_ttl=0,
        )


def make_scheduler(settings: Settings) -> CronScheduler:
    connection = queue_connection(settings)
    register_timetable()
    return cron.create_cron(connection)


def keep_time(settings: Settings) -> None:
    """Rings until told to stop, through any absence of the queue. Several may run: every job is safe to run twice."""
    while True:
        scheduler = make_scheduler(settings)
        try:
            scheduler.start()  # type: ignore[no-untyped-call]
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
