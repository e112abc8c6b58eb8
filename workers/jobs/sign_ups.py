"""Sign-ups: each weighed once, reminded of once, and forgotten after a month without an answer; as are old wishes."""

import logging

from app.clock import now
from app.database.session import reading, transaction
from app.errors import Refused
from app.services.reader_requests import forget_old
from app.services.sign_ups import forget_unconfirmed, give_up, remind, unreminded, unweighed, weigh
from workers.runtime import job

log = logging.getLogger(__name__)


@job
def work_off() -> None:
    """Each sign-up in a transaction of its own: one that cannot be decided holds up no other."""
    while waiting := ids_of_unweighed():
        for sign_up_id in waiting:
            decide(sign_up_id)
    with reading() as session:
        late = unreminded(session)
    for sign_up_id in late:
        with transaction() as session:
            remind(session, sign_up_id)
    forget()


def decide(sign_up_id: int) -> None:
    try:
        with transaction() as session:
            weigh(session, sign_up_id)
    except Refused as refusal:
        log.warning("a sign-up leads nowhere: %s", type(refusal).__name__, extra={"sign_up_id": sign_up_id})
        with transaction() as session:
            give_up(session, sign_up_id)


def ids_of_unweighed() -> tuple[int, ...]:
    with reading() as session:
        return unweighed(session)


def forget() -> None:
    with transaction() as session:
        gone, old = forget_unconfirmed(session, now()), forget_old(session, now())
    if gone or old:
        log.info("%d sign-ups that nobody confirmed and %d old wishes are forgotten", gone, old)
