"""One look into the mailbox: each letter once, a goodbye counted before it is marked. Called by the job."""

import logging
import time

from app.database.session import transaction
from app.inbox_address import InboxAddress
from app.services.leaving import leave_by_mail
from app.services.mailboxes import move_on, note_look, place_in
from app.services.probes import keep_copy
from emails.feedback.unsubscribe_mail import goodbyes_in, probe_in
from workers.inbox.mailbox import AWAY, Mailbox, open_mailbox

log = logging.getLogger(__name__)

LOOK_SECONDS = 30.0


def read_inbox(place: InboxAddress, *, seconds: float = LOOK_SECONDS) -> int:
    """How many goodbyes counted. What is left after `seconds` is read by the next look."""
    try:
        with open_mailbox(place) as mailbox:
            count = read_letters(place.name, mailbox, time.monotonic() + seconds)
    except AWAY as error:
        trouble = f"{type(error).__name__}: {error}"
        log.warning("the mailbox %s cannot be read (%s)", place.name, trouble)
        with transaction() as session:
            note_look(session, place.name, trouble)
        return 0
    with transaction() as session:
        note_look(session, place.name)
    return count


def read_letters(name: str, mailbox: Mailbox, until: float) -> int:
    with transaction() as session:
        place = place_in(session, name, mailbox.uid_validity)
    count = 0
    while heads := mailbox.heads_after(place):
        for uid, head in heads:
            count += take(name, mailbox, uid, head)
        place = heads[-1][0]
        with transaction() as session:
            move_on(session, name, mailbox.uid_validity, place)
        if time.monotonic() >= until:
            break
    return count


def take(name: str, mailbox: Mailbox, uid: int, head: bytes) -> bool:
    """Whether it was a goodbye that counts. Its place is committed with it: a kill before the mark loses none."""
    if number := probe_in(head):
        keep_probe(name, mailbox, uid, number)
        return False
    tokens = goodbyes_in(head)
    if not tokens:
        return False
    with transaction() as session:
        counted = [leave_by_mail(session, token) for token in tokens]
        move_on(session, name, mailbox.uid_validity, uid)
    if any(counted):
        mailbox.mark_seen(uid)
    return any(counted)


def keep_probe(name: str, mailbox: Mailbox, uid: int, number: int) -> None:
    """A letter to ourselves that arrived: its copy is kept to be looked at, where it was waited for."""
    copy = mailbox.letter(uid)
    with transaction() as session:
        kept = keep_copy(session, number, copy)
        move_on(session, name, mailbox.uid_validity, uid)
    if kept:
        mailbox.mark_seen(uid)
