"""Our RQ worker: short heartbeats, a horse that leaves with its parent and drains on SIGTERM, sending on without Redis.

Started by `workers/__main__.py`; what a job means stands in `workers/jobs/`.
"""

import gc
import logging
import os
import signal
import time
from types import FrameType
from typing import Any

from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Worker
from rq.executions import Execution
from rq.job import Job
from rq.queue import Queue
from rq.utils import import_attribute

from app.config import Settings
from app.jobs import QUEUE_OF
from workers.leash import Leash
from workers.reaping import Reaping
from workers.runtime import queue_connection
from workers.sending.host import process_name

log = logging.getLogger(__name__)

WORKER_TTL_SECONDS = 20
MAINTENANCE_SECONDS = 5
MONITORING_SECONDS = 3
PAUSE_SECONDS = 1.0
SELDOM = (20_000, 20, 20)
"""How many new objects the collector waits for: a letter makes some dozens, hardly ever one in a circle."""


class LetterWorker(Worker):
    """One parent that takes rings off the queue, and one horse at a time that does what they ask."""

    told_to_stop = False

    def __init__(self, *args: Any, reaping: Reaping, **given: Any) -> None:
        super().__init__(*args, **given)
        self.leash = Leash()
        self.reaping = reaping

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.told_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def handle_warm_shutdown_request(self) -> None:
        """The horse hears it too: a send job finishes its letters and gives its chunks back."""
        super().handle_warm_shutdown_request()  # type: ignore[no-untyped-call]
        if self.horse_pid:
            try:
                os.kill(self.horse_pid, signal.SIGTERM)
            except ProcessLookupError:
                log.debug("the horse has just left by itself")

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        with self.reaping.still():
            super().fork_work_horse(job, queue)

    def monitor_work_horse(self, job: Job, queue: Queue, execution: Execution) -> None:
        """Once the horse has gone, whatever it left behind is looked after at once."""
        try:
            super().monitor_work_horse(job, queue, execution)
        finally:
            self.reaping.poke()

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        self.leash.put_on()
        gc.freeze()  # what is here will be here to the horse's end, and need not be looked through again and again
        gc.set_threshold(*SELDOM)
        super().main_work_horse(job, queue)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """RQ adds a minute to every lease of life; a dead worker would be believed alive for that long."""
        longest = self.worker_ttl + MAINTENANCE_SECONDS
        super().heartbeat(min(timeout or longest, longest), pipeline)

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        return self.worker_ttl

    def maintain_heartbeats(self, job: Job, execution: Execution) -> None:
        """Letters leave by what SQL says; a queue that is away for a while must not end the horse."""
        try:
            super().maintain_heartbeats(job, execution)
        except RedisError as error:
            log.warning("the queue is away while a job runs (%s)", error)


def make_worker(settings: Settings, queues: list[str], reaping: Reaping) -> LetterWorker:
    return LetterWorker(
        queues,
        name=process_name(settings),
        reaping=reaping,
        connection=queue_connection(settings),
        worker_ttl=WORKER_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        job_monitoring_interval=MONITORING_SECONDS,
        log_job_description=False,
    )


def load_jobs(queues: list[str]) -> None:
    """Imports what the jobs of these queues need, once in the parent; every horse would do it again."""
    for name, queue in QUEUE_OF.items():
        if queue in queues:
            import_attribute(name.value)


def work(settings: Settings, queues: list[str]) -> None:
    """Works until told to stop, through any absence of the queue."""
    load_jobs(queues)
    reaping = Reaping(settings)
    reaping.start()
    while True:
        worker = make_worker(settings, queues, reaping)
        try:
            worker.work()
        except RedisError as error:
            log.warning("the queue went away (%s)", error)
        if worker.told_to_stop:
            return
        time.sleep(PAUSE_SECONDS)
