"""System letters and test letters: leased singly, handed over together, each outcome written down."""

import logging

from app.database.session import reading, transaction
from app.errors import Refused as NotPossible
from app.services.notice_letters import compose_notice_letter
from app.services.notices import NoticeOutcome, is_any_due, lease_notice, record_notice
from app.services.transports import transports
from emails.errors import LetterError
from workers.runtime import job, settings
from workers.sending.journal import Journal
from workers.sending.notice_ways import hand_over_notices
from workers.sending.replay import as_notice_outcome
from workers.sending.way_out import NO_WAY_OUT, holder
from workers.smtp.actions import Letter

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20


@job
def send_due() -> None:
    """Sends what is due. Without a way out nothing is leased, so that no try is counted in vain."""
    with reading() as session:
        if not is_any_due(session):
            return
        if not transports(session) and not settings().way_out:
            log.warning("notices wait: %s", NO_WAY_OUT)
            return
    owner = holder(settings()).owner
    journal = Journal(settings().journals, owner, kind="notices")
    told = False
    try:
        while letters := lease_letters(owner):
            for notice_id, outcome in hand_over_notices(settings(), letters, journal).items():
                record(notice_id, as_notice_outcome(outcome), owner=owner)
        told = True
    finally:
        journal.close(delete=told)


def lease_letters(owner: str) -> list[Letter]:
    """Up to twenty notices that are due, written; one that cannot be written is recorded as failed."""
    letters: list[Letter] = []
    for _ in range(MOST_AT_ONCE):
        with transaction() as session:
            leased = lease_notice(session, owner=owner)
        if leased is None:
            break
        try:
            with transaction() as session:
                sender, recipient, body = compose_notice_letter(session, leased.notice_id)
        except (LetterError, NotPossible) as error:
            record(leased.notice_id, NoticeOutcome(sent=False, final=True, reply=str(error)), owner=owner)
            continue
        letters.append(Letter(leased.notice_id, sender, recipient, body))
    return letters


def record(notice_id: int, outcome: NoticeOutcome, *, owner: str) -> None:
    with transaction() as session:
        record_notice(session, notice_id, outcome, owner=owner)
    if not outcome.sent:
        # A server's words may hold the address; they are kept in the row, not in the log.
        log.warning("a notice did not leave", extra={"notice_id": notice_id})
