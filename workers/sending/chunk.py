"""Leased chunks: taken, renewed and given back, each in a transaction of its own; called off the event loop.

`run.py` decides when. A lease that is no longer ours is never written under.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.clock import now
from app.database.session import reading, transaction
from app.models.campaign import CampaignStatus
from app.services import delivery
from app.services.campaigns import get_campaign
from app.services.delivery import LeasedChunk, LetterRow
from app.services.letters import load_compiled
from workers.sending.writers import Draft, prepare_draft

log = logging.getLogger(__name__)

LEASE_SECONDS = 30
RENEW_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Holder:
    """Who leases: a name of its own for every run, and the host it lives on."""

    owner: str
    host: str


@dataclass(slots=True)
class HeldChunk:
    """A chunk of ours: rows still to go, and rows that are under way or not yet recorded."""

    chunk: LeasedChunk
    rows: deque[LetterRow]
    open_rows: set[int] = field(default_factory=set)
    good_until: float = 0.0
    retry_at: datetime | None = None
    lost: bool = False

    @property
    def ours(self) -> bool:
        """Whether a letter may still begin under this lease."""
        return not self.lost and since_boot() < self.good_until

    @property
    def over(self) -> bool:
        """Nothing is left to be done under this lease."""
        return not self.rows and not self.open_rows

    def wait(self, seconds: float) -> None:
        """What stays pending here is not to be tried again before this time."""
        until = now() + timedelta(seconds=seconds)
        self.retry_at = max(until, self.retry_at) if self.retry_at else until


def since_boot() -> float:
    """Seconds on a clock that nobody sets and that goes on while the machine sleeps, where the system has one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def lease(campaign_id: int, holder: Holder) -> HeldChunk | None:
    asked_at = since_boot()
    with transaction() as session:
        leased = delivery.lease_chunk(
            session, campaign_id, owner=holder.owner, host=holder.host, lease_seconds=LEASE_SECONDS
        )
    return HeldChunk(leased, deque(leased.rows), good_until=asked_at + LEASE_SECONDS) if leased else None


def prepare_drafts(held: HeldChunk, drafts: dict[int, Draft]) -> None:
    """Loads the frozen letters that this chunk's rows need and that are not prepared yet."""
    wanted = {row.variant_id for row in held.rows} - drafts.keys()
    if not wanted:
        return
    with reading() as session:
        for variant_id in wanted:
            compiled = load_compiled(session, variant_id)
            drafts[variant_id] = prepare_draft(
                compiled, held.chunk.envelopes[variant_id], campaign_id=held.chunk.lease.campaign_id, date=now()
            )


def renew(chunks: Iterable[HeldChunk]) -> None:
    """Prolongs every lease; one that is no longer ours is marked lost, and nothing of it begins any more."""
    for held in chunks:
        asked_at = since_boot()
        with transaction() as session:
            renewed = delivery.renew_lease(session, held.chunk.lease, lease_seconds=LEASE_SECONDS)
        if renewed:
            held.good_until = asked_at + LEASE_SECONDS
        else:
            held.lost = True
            held.rows.clear()
            log.warning("a lease is no longer ours", extra={"chunk_id": held.chunk.lease.chunk_id})


def give_back(held: HeldChunk) -> None:
    with transaction() as session:
        delivery.give_back(session, held.chunk.lease, retry_at=held.retry_at)


def give_back_in_the_name_of(holder: Holder) -> None:
    """Gives back what was leased but whose answer never reached us."""
    with transaction() as session:
        for lost in delivery.leases_of(session, holder.owner):
            delivery.give_back(session, lost)


def is_sending(campaign_id: int) -> bool:
    with reading() as session:
        return get_campaign(session, campaign_id).status == CampaignStatus.SENDING


def has_trouble(campaign_id: int) -> bool:
    with reading() as session:
        return bool(get_campaign(session, campaign_id).trouble)


def note_trouble(campaign_id: int, sentence: str | None) -> None:
    with transaction() as session:
        delivery.note_trouble(session, campaign_id, sentence)
