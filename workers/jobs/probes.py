"""Letters to ourselves: asked for once a day, found in the catcher, looked at, given up. Rung by the timetable."""

import logging
from contextlib import suppress

from app.config import Settings
from app.database.session import reading, transaction
from app.embedded import maildir
from app.errors import NotFound
from app.queries.mailboxes import find_trouble
from app.services import probes
from app.services.probe_findings import absent, judge
from workers.runtime import job, settings

log = logging.getLogger(__name__)

MOST_AT_ONCE = 5


@job
def work_off() -> None:
    own = settings()
    with transaction() as session:
        probes.ask_daily(session, own)
    collect_caught(own)
    for _ in range(MOST_AT_ONCE):
        with transaction() as session:
            claimed = probes.claim(session)
        if claimed is None:
            break
        findings = judge(own, claimed)
        with transaction() as session:
            probes.finish(session, claimed.id, findings)
        log.info("a letter to ourselves was looked at", extra={"probe_id": claimed.id})
    give_up(own)


def collect_caught(own: Settings) -> None:
    """Takes copies out of the catcher's inbox, where letters stay here."""
    with reading() as session:
        waiting = probes.waiting_in_catcher(session)
    if not waiting:
        return
    for key in sorted(maildir.keys_of(own.data), reverse=True):
        number = next((waiting[one] for one in maildir.recipients_of(own.data, key) if one in waiting), 0)
        if number:
            with suppress(NotFound), transaction() as session:
                probes.keep_copy(session, number, maildir.without_envelope(maildir.raw_letter(own.data, key)))
                waiting = {email: other for email, other in waiting.items() if other != number}
        if not waiting:
            return


def give_up(own: Settings) -> None:
    with reading() as session:
        trouble = find_trouble(session, own.mailbox.name) if own.mailbox else ""
        lost = [(probe.id, absent(probe, notice, trouble)) for probe, notice in probes.overdue(session)]
    for probe_id, finding in lost:
        with transaction() as session:
            probes.finish(session, probe_id, [finding])
