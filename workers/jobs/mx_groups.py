"""Looks up who takes mail for recipients' domains, ahead of sending, so that domains of one provider share one pace."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from app.database.session import reading, transaction
from app.jobs import Job, ring
from app.services import mx_groups
from workers.runtime import job, settings

log = logging.getLogger(__name__)

AT_ONCE = 16
RUN_SECONDS = 10.0
"""A run is short, since mails to people wait behind it; it rings for the next one."""


@job
def look_up() -> None:
    """Some hundred domains at most, the most people first. Where the DNS answers nothing at all, the rest waits."""
    with reading() as session:
        due = mx_groups.domains_due(session)
    begun, asked = time.monotonic(), 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="dns") as pool:
        while asked < len(due) and time.monotonic() - begun < RUN_SECONDS:
            found = list(pool.map(partial(mx_groups.look_up, settings()), due[asked : asked + AT_ONCE]))
            asked += len(found)
            with transaction() as session:
                mx_groups.keep(session, found)
            if all(one.group is None for one in found):
                log.info("the DNS does not answer: %d domains go by themselves", len(due) - asked + len(found))
                return
    if asked < len(due) or asked == mx_groups.MOST_A_RUN:
        ring(Job.MX_GROUPS)
