"""Whether the parts that a process leans on answer: database, queue, workers. Asked by /readyz and the doctor."""

from dataclasses import dataclass

from redis.exceptions import RedisError
from rq import Queue, Worker
from sqlalchemy import text

from app.database.away import DATABASE_AWAY
from app.database.session import reading
from app.jobs import QUEUE_OF, queue_connection


@dataclass(frozen=True, slots=True)
class Readiness:
    """`workers` counts, for each queue, the workers that were seen lately."""

    database: bool
    queue: bool
    workers: dict[str, int]

    @property
    def ok(self) -> bool:
        return self.database and self.queue and all(self.workers.values())


def database_answers() -> bool:
    try:
        with reading() as session:
            session.execute(text("SELECT 1"))
    except DATABASE_AWAY:
        return False
    return True


def workers_seen() -> dict[str, int] | None:
    """Live workers for each queue; None where the queue itself is away."""
    connection = queue_connection()
    try:
        return {
            name: Worker.count(connection=connection, queue=Queue(name, connection=connection))
            for name in sorted(set(QUEUE_OF.values()))
        }
    except RedisError:
        return None


def readiness() -> Readiness:
    workers = workers_seen()
    nobody = dict.fromkeys(sorted(set(QUEUE_OF.values())), 0)
    return Readiness(database=database_answers(), queue=workers is not None, workers=workers or nobody)
