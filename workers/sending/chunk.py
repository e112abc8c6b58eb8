"""Leased chunks: taken, renewed and given back, each in a transaction of its own; called off the event loop.

`run.py` decides when. A lease that is no longer ours is never written under.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.clock import now
from app.database.session import reading, transaction
from app.models.message import Reason
from app.services import delivery, leases, letter_rows, paces
from app.services.campaigns import get_campaign
from app.services.leases import BEGUN_AHEAD, Lease, LeasedChunk
from app.services.letter_rows import LetterRow
from app.services.letters import load_compiled
from app.services.signing_keys import signer_of
from app.services.truth import Stretch, Truth, ask_truth
from app.services.watch import Stamp, was_away
from workers.sending.breaker import Hold
from workers.sending.host import since_boot
from workers.sending.writers import Draft, prepare_draft

log = logging.getLogger(__name__)

LEASE_SECONDS = 30
RENEW_SECONDS = 10
FRESH_SECONDS = 0.75


@dataclass(frozen=True, slots=True)
class Holder:
    """Who leases: a name of its own for every run, and the host it lives on."""

    owner: str
    host: str


class HeldChunk:
    """A chunk of ours: rows still to go, rows in hand (taken, not yet recorded), and how far letters may begin.

    `begun_to` is what the database acknowledged; `read_at` when the newest answer that read these rows was asked for;
    `barred` the rows that may not go. `begun` holds those in hand whose begin mark is written.
    """

    def __init__(self, chunk: LeasedChunk, *, asked_at: float) -> None:
        self.chunk = chunk
        self.rows = deque(chunk.rows)
        self.read_at = asked_at
        self.good_until = asked_at + LEASE_SECONDS
        self.barred: dict[int, Reason | None] = {}
        self.in_hand: dict[int, LetterRow] = {}
        self.begun: set[int] = set()
        self.retry_at: datetime | None = None
        self.lost = False
        self.begun_to = self.asked_to = chunk.begun_to
        self._allowed = self._count_allowed()

    @property
    def lease(self) -> Lease:
        return self.chunk.lease

    @property
    def ours(self) -> bool:
        """Whether a letter may still begin under this lease."""
        return not self.lost and since_boot() < self.good_until

    @property
    def over(self) -> bool:
        """Nothing is left to be done under this lease."""
        return not self.rows and not self.in_hand

    @property
    def ready(self) -> int:
        """How many rows may be taken now."""
        return self._allowed if self.ours else 0

    def take(self, may_go: Callable[[str], bool]) -> LetterRow | None:
        """The next row that may begin, of a domain that may be written to; in hand until its outcome is recorded."""
        if not self.ready:
            return None
        row = self.rows[0]
        if row.message_id <= self.begun_to and may_go(row.pace_name):  # as is usual
            return self._into_hand(self.rows.popleft())
        refused: set[str] = set()
        for place, row in enumerate(self.rows):
            if row.message_id > self.begun_to:
                return None
            if row.pace_name in refused:
                continue
            if may_go(row.pace_name):
                del self.rows[place]
                return self._into_hand(row)
            refused.add(row.pace_name)
        return None

    def _into_hand(self, row: LetterRow) -> LetterRow:
        self._allowed -= 1
        self.in_hand[row.message_id] = row
        return row

    def set_aside(self, is_dry: Callable[[str], bool], seconds: float) -> set[str]:
        """Where nothing but dry domains is allowed to begin, their rows stay pending for a later lease.

        Others behind them may then begin. Answers the domains whose rows were set aside.
        """
        if any(row.message_id <= self.begun_to and not is_dry(row.pace_name) for row in self.rows):
            return set()
        domains = {row.pace_name for row in self.rows if is_dry(row.pace_name)}
        if domains:
            self.rows = deque(row for row in self.rows if row.pace_name not in domains)
            self._allowed = self._count_allowed()
            self.wait(seconds)
        return domains

    def put_back(self, row: LetterRow) -> None:
        del self.in_hand[row.message_id]
        self.rows.appendleft(row)
        self._allowed += 1

    def learn(self, barred: Mapping[int, Reason | None], asked_at: float) -> list[tuple[LetterRow, Reason | None]]:
        """Takes an answer about these rows; returns those that were still to go and may not, now in hand."""
        self.read_at = asked_at
        self.barred.update(barred)
        gone = [row for row in self.rows if row.message_id in barred]
        if gone:
            self.rows = deque(row for row in self.rows if row.message_id not in barred)
            self._allowed = self._count_allowed()
        self.in_hand.update({row.message_id: row for row in gone})
        return [(row, barred[row.message_id]) for row in gone]

    def _count_allowed(self) -> int:
        return sum(row.message_id <= self.begun_to for row in self.rows)

    def may_begin(self, message_id: int) -> bool:
        """No news is a no: only the newest answer that read this row, not older than 750 ms, can allow it."""
        moment = since_boot()
        return (
            not self.lost
            and moment < self.good_until
            and moment - self.read_at <= FRESH_SECONDS
            and message_id <= self.begun_to
            and message_id not in self.barred
        )

    def stretch(self) -> Stretch | None:
        """The rows that the next answer must have read: those in hand that have not begun, and those to come."""
        ids = [id_ for id_ in self.in_hand if id_ not in self.begun]
        if self.rows:
            ids += [self.rows[0].message_id, self.rows[-1].message_id]
        return Stretch(self.lease, min(ids), max(ids)) if ids and not self.lost else None

    def window(self) -> int:
        """How far letters should be allowed to begin next; 0 while that is far enough, or already asked for."""
        if self.lost or self.asked_to > self.begun_to:
            return 0
        if self._allowed == len(self.rows) or self._allowed > BEGUN_AHEAD // 4:
            return 0
        self.asked_to = self.rows[min(len(self.rows), BEGUN_AHEAD) - 1].message_id
        return self.asked_to

    def acknowledge(self, begun_to: int) -> None:
        """The database has it: letters up to `begun_to` may begin."""
        self.begun_to = begun_to
        self._allowed = self._count_allowed()

    def lose(self) -> None:
        """The lease is somebody else's: nothing of it begins any more."""
        self.lost = True
        self.rows.clear()
        self._allowed = 0
        log.warning("a lease is no longer ours", extra={"chunk_id": self.lease.chunk_id})

    def wait(self, seconds: float) -> None:
        """What stays pending here is not to be tried again before this time."""
        until = now() + timedelta(seconds=seconds)
        self.retry_at = max(until, self.retry_at) if self.retry_at else until


def lease(campaign_id: int, holder: Holder) -> HeldChunk | None:
    """A chunk of a sending campaign; the lease itself is the first answer that read its rows."""
    asked_at = since_boot()
    with transaction(durable=True) as session:
        if was_away(session, Stamp(holder.host, asked_at)):
            return None
        leased = leases.lease_chunk(
            session, campaign_id, owner=holder.owner, host=holder.host, lease_seconds=LEASE_SECONDS
        )
    return HeldChunk(leased, asked_at=asked_at) if leased else None


def prepare_drafts(held: HeldChunk, drafts: dict[int, Draft]) -> None:
    """Loads the frozen letters that this chunk's rows need and that are not prepared yet."""
    wanted = {row.variant_id for row in held.rows} - drafts.keys()
    if not wanted:
        return
    with reading() as session:
        for variant_id in wanted:
            compiled = load_compiled(session, variant_id)
            envelope = held.chunk.envelopes[variant_id]
            signer = signer_of(session, envelope.dkim_key)
            drafts[variant_id] = prepare_draft(
                compiled, envelope, campaign_id=held.lease.campaign_id, date=now(), signer=signer
            )


def check_signers(campaign_id: int) -> None:
    """Raises Unavailable, with the cure, where a key that these letters are to be signed with cannot be used."""
    with reading() as session:
        for letter in letter_rows.frozen_letters(session, campaign_id):
            signer_of(session, letter.envelope.dkim_key)


def renew(chunks: Iterable[HeldChunk]) -> None:
    """Prolongs every lease; one that is no longer ours is marked lost, and nothing of it begins any more."""
    for held in chunks:
        asked_at = since_boot()
        with transaction() as session:
            renewed = leases.renew_lease(session, held.lease, lease_seconds=LEASE_SECONDS)
        if renewed:
            held.good_until = asked_at + LEASE_SECONDS
        elif not held.over:  # else it was given back meanwhile
            held.lose()


def give_back(held: HeldChunk) -> None:
    with transaction(durable=True) as session:
        leases.give_back(session, held.lease, retry_at=held.retry_at)


def park(campaign_id: int, domains: Iterable[str], seconds: float) -> None:
    """Open chunks of these domains alone wait as well."""
    with transaction() as session:
        paces.park(session, campaign_id, dict.fromkeys(domains, seconds))


def give_back_unheld(holder: Holder, held: Iterable[HeldChunk]) -> None:
    """Gives back what was leased in our name while the answer never reached us."""
    ours = {one.lease.chunk_id for one in held}
    with transaction(durable=True) as session:
        for lost in leases.leases_of(session, holder.owner):
            if lost.chunk_id not in ours:
                leases.give_back(session, lost)


def ask(campaign_id: int, stretches: Sequence[Stretch]) -> Truth:
    with reading() as session:
        return ask_truth(session, campaign_id, stretches)


def trouble_of(campaign_id: int) -> str:
    with reading() as session:
        return get_campaign(session, campaign_id).trouble


def hold(campaign_id: int, hold: Hold) -> None:
    with transaction() as session:
        delivery.hold_campaign(session, campaign_id, hold.cause, hold.sentence)


def note_trouble(campaign_id: int, sentence: str | None) -> None:
    with transaction() as session:
        delivery.note_trouble(session, campaign_id, sentence)
