"""What a run writes down and asks about its ways out, each in a transaction of its own; called off the event loop."""

import logging

from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.clock import now
from app.database.session import reading, transaction
from app.jobs import queue_connection
from app.services import transport_rates, transport_ways
from workers.sending.allowance import Counted, draw_letters
from workers.sending.ways import Way

log = logging.getLogger(__name__)

TRIES = 3
TWO_HOURS = 2 * 3_600


def fetch(way: Way, wanted: int) -> int | None:
    """So many letters the transport may be handed now, for all hosts; None where Redis is away."""
    try:
        given = draw_letters(queue_connection(), way.transport_id, way.limits, wanted)
        if given is None:
            counted = what_is_counted(way.transport_id)
            given = draw_letters(queue_connection(), way.transport_id, way.limits, wanted, counted)
    except DBAPIError:
        return 0
    except (RedisError, RuntimeError):
        return None
    return given or 0


def what_is_counted(transport_id: int) -> Counted:
    with reading() as session:
        found = transport_ways.counted_letters(session, transport_id)
    moment = now()
    ages = [((moment - hour).total_seconds(), letters) for hour, letters in found]
    return Counted(
        lately=sum(letters for age, letters in ages if age < TWO_HOURS),
        hours=[(max(0.0, age - 3_600), letters) for age, letters in ages],
    )


def hand_in(way: Way, unspent: int) -> None:
    try:
        draw_letters(queue_connection(), way.transport_id, way.limits, -unspent)
    except (RedisError, RuntimeError):
        log.info("%d letters of a limit could not be given back", unspent)


def count(transport_id: int, letters: int) -> None:
    """Another host may make the hour's row at the same moment; then it is there the next time."""
    transport_rates.note(transport_id, letters)
    for _ in range(TRIES):
        try:
            with transaction() as session:
                transport_ways.count_letters(session, transport_id, letters)
        except IntegrityError:
            continue
        except DBAPIError as error:
            log.warning("%d letters of a transport could not be counted (%s)", letters, error.orig)
        return


def set_aside(transport_id: int, why: str) -> None:
    try:
        with transaction() as session:
            transport_ways.set_aside(session, transport_id, why)
    except DBAPIError as error:
        log.warning("that a transport is set aside could not be kept (%s)", error.orig)


def take_back(transport_id: int) -> None:
    try:
        with transaction() as session:
            transport_ways.take_back(session, transport_id)
    except DBAPIError as error:
        log.warning("that a transport works again could not be kept (%s)", error.orig)
