"""Finds send processes with a letter on the wire: a begin mark without an end in their journal, right now."""

import time
from collections.abc import Sequence

from tests.chaos.house import Host, Member
from tests.chaos.journals import Journal
from tests.chaos.trial import Trial

LOOK_SECONDS = 0.0005
PATIENCE_SECONDS = 0.5


def journal_of(one: Trial, member: Member) -> Journal | None:
    horses = member.horses()
    return one.house.keeper.of_process(horses[0]) if horses else None


def wait_for_open(journals: Sequence[Journal]) -> bool:
    """Looks hard for half a second: marks are open for as long as the sink takes over a letter's dot."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if any(journal.open_marks() for journal in journals):
            return True
        time.sleep(LOOK_SECONDS)
    return False


def sender_on_the_wire(one: Trial, host: Host) -> tuple[Member, Journal] | None:
    """A sender that has a letter on the wire, the seed's choice; None if there is none for half a second."""
    senders = [member for member in host.of("send") if member.alive]
    one.rng.shuffle(senders)
    for member in senders:
        journal = journal_of(one, member)
        if journal and wait_for_open([journal]):
            return member, journal
    return None
