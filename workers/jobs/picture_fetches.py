"""Pictures on their way in from the web, one at a time, in runs that let others by."""

import logging
import time

from app.database.session import reading, transaction
from app.jobs import Job, ring
from app.services import picture_fetches
from workers.runtime import job, settings

log = logging.getLogger(__name__)

RUN_SECONDS = 5.0


@job
def run(fetch_id: int) -> None:
    """Fetches for some seconds, then rings for the rest. No transaction is open while a server is waited for."""
    until = time.monotonic() + RUN_SECONDS
    while address := wanted(fetch_id):
        outcome = picture_fetches.try_picture(address)
        with transaction() as session:
            picture_fetches.note(session, fetch_id, address, outcome, settings().uploads)
        if time.monotonic() > until:
            ring(Job.PICTURES, fetch_id)
            return
    with transaction() as session:
        picture_fetches.finish(session, fetch_id)
    log.info("every picture was tried", extra={"picture_fetch_id": fetch_id})


def wanted(fetch_id: int) -> str:
    with reading() as session:
        return picture_fetches.next_address(session, fetch_id)
