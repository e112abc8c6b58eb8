"""One worker process: settings, logging, the queue, and `@job`, which gives every job its log fields and retry rule.

The only place that catches every exception: a job that fails is logged with its ids, and the timetable rings it again.
"""

import contextvars
import functools
import logging
import sys
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import ParamSpec

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy.exc import DBAPIError

from app import jobs as app_jobs
from app.config import Settings, load_settings
from app.errors import NotFound, Unavailable, WrongState
from app.jobs import QUEUE_OF, Job
from app.startup import open_house

log = logging.getLogger(__name__)

PAUSES_SECONDS = (0.5, 2.0, 5.0)
P = ParamSpec("P")

_settings: list[Settings] = []
_fields: contextvars.ContextVar[Mapping[str, object]] = contextvars.ContextVar("log_fields")
_KNOWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class FieldsFormatter(logging.Formatter):
    """A line for people, followed by the fields of the job and of the record as name=value."""

    def format(self, record: logging.LogRecord) -> str:
        own = {name: value for name, value in vars(record).items() if name not in _KNOWN}
        fields = " ".join(f"{name}={value}" for name, value in {**_fields.get({}), **own}.items())
        line = super().format(record)
        return f"{line} {fields}" if fields else line


def set_up_logging() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FieldsFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in ("rq.worker", "rq.cron", "rq.job"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def settings() -> Settings:
    """This process's settings, read once."""
    if not _settings:
        _settings.append(load_settings())
    return _settings[0]


def use_settings(given: Settings) -> None:
    """Gives this process settings of the caller's own; horses inherit them."""
    _settings[:] = [given]


def queue_connection(given: Settings) -> Redis:
    """A connection for a worker or the timetable, once the queue answers; it may start later than we do."""
    connection = Redis.from_url(given.queue, socket_connect_timeout=2, health_check_interval=30)
    pause = 0.2
    while True:
        try:
            connection.ping()
        except RedisError as error:
            log.warning("the queue does not answer (%s); trying again, REDIS_URL says where", error)
            time.sleep(pause)
            pause = min(pause * 2, 5.0)
        else:
            return connection


def job(run: Callable[P, None]) -> Callable[P, None]:
    """Makes a function a job: safe to run twice at once, tried again while the database is away, never raising.

    What it was asked to do and is gone or already done is no failure.
    """

    @functools.wraps(run)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        token = _fields.set({"job": run.__name__, "ids": ",".join(map(str, args))})
        try:
            _try_patiently(functools.partial(run, *args, **kwargs))
        finally:
            _fields.reset(token)

    return wrapped


def _try_patiently(run: Callable[[], None]) -> None:
    for pause in (*PAUSES_SECONDS, 0):
        try:
            open_house(settings(), tries_again=True)
            run()
        except (NotFound, WrongState) as error:
            log.info("nothing to do: %s", error)
        except (DBAPIError, Unavailable) as error:
            log.warning("%s: %s", f"tried again in {pause} s" if pause else "left to the timetable", error)
            if pause:
                time.sleep(pause)
                continue
        except Exception:
            log.exception("failed; the timetable rings again")
        return


def stop_while_waiting(_signal: int, _frame: FrameType | None) -> None:
    """Until RQ takes the signals over, a process is only waiting, for the queue or for its next look."""
    sys.exit(0)


def survive(run: Callable[[], object], sentence: str) -> None:
    """For what runs beside the jobs, again and again: whatever goes wrong is logged, and the next time may go well."""
    try:
        run()
    except Exception:
        log.exception(sentence)


def waiting_on(name: Job) -> int:
    """How many rings wait on the queue of a job; 0 where the queue does not answer, so that one more is rung."""
    try:
        return Queue(QUEUE_OF[name], connection=app_jobs.queue_connection()).count
    except RedisError:
        return 0
