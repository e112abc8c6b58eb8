"""How many letters each transport takes a minute, by all hosts: counted by the minute in Redis, for people to see."""

from collections.abc import Iterable
from datetime import datetime

from redis.exceptions import RedisError

from app.clock import now
from app.jobs import queue_connection

KEPT_SECONDS = 180
MINUTE = 60


def key(transport_id: int, minute: int) -> str:
    return f"letterwright:rate:transport:{transport_id}:{minute}"


def note(transport_id: int, letters: int) -> None:
    """Counts letters that were just handed over; while Redis is away nobody sees them here."""
    try:
        name = key(transport_id, int(now().timestamp()) // MINUTE)
        with queue_connection().pipeline() as both:
            both.incrby(name, letters)
            both.expire(name, KEPT_SECONDS)
            both.execute()
    except (RedisError, RuntimeError):
        return


def rates(transport_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """Letters of the last sixty seconds, of which the earlier minute's part is taken as even; 0 while Redis is away."""
    ids = list(transport_ids)
    minute, over = divmod(at.timestamp(), MINUTE)
    names = [key(number, int(minute) - back) for number in ids for back in (0, 1)]
    try:
        found = [int(kept or 0) for kept in queue_connection().mget(names)] if names else []
    except (RedisError, RuntimeError):
        found = [0] * len(names)
    share = 1 - over / MINUTE
    return {number: round(found[2 * place] + found[2 * place + 1] * share) for place, number in enumerate(ids)}
