"""People on their way in: pages of a file, each committed with its cursor, in runs short enough to let others by."""

import logging
import time

from app.database.session import has_one_writer, reading, transaction
from app.jobs import Job, ring
from app.services.import_ahead import ReadAhead
from app.services.import_pages import GENTLE_PAGE_ROWS, take_next_page
from app.services.imports import forget_old_files, standing_still
from app.services.scheduling import is_any_sending
from workers.runtime import job, settings

log = logging.getLogger(__name__)

RUN_SECONDS = 5.0


@job
def run(import_id: int) -> None:
    """Takes pages for some seconds, then rings for the rest, behind whatever waits meanwhile."""
    until = time.monotonic() + RUN_SECONDS
    more = True
    with ReadAhead() as ahead:
        while more and time.monotonic() < until:
            more = take_page(import_id, None if has_one_writer() else ahead)
    if more:
        ring(Job.IMPORT, import_id)
    else:
        log.info("the import stands or has ended", extra={"import_id": import_id})


def take_page(import_id: int, ahead: ReadAhead | None) -> bool:
    """One page; where all share one writer and letters leave, a small one, and then as long a pause for the others."""
    folder = settings().imports
    if not (has_one_writer() and somebody_sends()):
        with transaction() as session:
            return take_next_page(session, import_id, folder, ahead=ahead)
    began = time.monotonic()
    with transaction() as session:
        more = take_next_page(session, import_id, folder, most=GENTLE_PAGE_ROWS)
    time.sleep(time.monotonic() - began)
    return more


def somebody_sends() -> bool:
    with reading() as session:
        return is_any_sending(session)


@job
def ring_standing() -> None:
    """Rings for imports that nobody seems to be at, and forgets files that nobody came back for."""
    with transaction() as session:
        still = standing_still(session)
        forget_old_files(session, settings().imports)
    for import_id in still:
        ring(Job.IMPORT, import_id)
