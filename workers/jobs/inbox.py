"""The mailbox of the settings, looked into each minute."""

import logging

from workers.inbox.reading import read_inbox
from workers.runtime import job, settings

log = logging.getLogger(__name__)


@job
def read() -> None:
    place = settings().mailbox
    if place is None:
        return
    if count := read_inbox(place):
        log.info("%d goodbyes came by mail", count)
