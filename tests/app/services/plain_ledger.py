"""A campaign's ledger in plain Python: what the verbs of scheduling, delivery and recovery promise, without a database.

`test_state_machine.py` holds the real rows against it. Times are plain datetimes, states plain words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.services.delivery import Outcome
from app.services.leases import Lease

UNFINISHED = ("pending", "deferred")
ENDED = ("sent", "cancelled")
LATE = timedelta(hours=1)
MOST_DEATHS = 3
MOST_IDLE_DEATHS = 10
RETRIED = {"sending", "paused", "held", "waiting", "sent"}
LOOK = timedelta(minutes=30)
AHEAD = timedelta(seconds=1)
TRIED = {"sent", "refused", "deferred", "unknown"}
EVERY_WAVE = 32_767


@dataclass
class Person:
    """`lists` is list -> standing; `silence` is "goodbye" (asked for by the reader), "stop" (stronger) or ""."""

    lists: dict[int, str]
    silence: str = ""
    erased: bool = False
    paused: bool = False

    def left_out(self) -> str | None:
        """Why the freeze leaves this person out."""
        standings = set(self.lists.values())
        if self.erased:
            return "erased"
        if self.silence:
            return "suppressed" if self.silence == "stop" else "unsubscribed"
        if "confirmed" in standings:
            return "paused" if self.paused else None
        return "unsubscribed" if "unsubscribed" in standings else "unconfirmed"

    def gone(self) -> str | None:
        """Why a letter already in the ledger may no longer go to this person."""
        standings = set(self.lists.values())
        if self.erased:
            return "erased"
        if self.silence:
            return "suppressed" if self.silence == "stop" else "opted_out_meanwhile"
        left = "unsubscribed" in standings and "confirmed" not in standings
        if left:
            return "opted_out_meanwhile"
        return "paused" if self.paused else None

    def leave(self, how: str, lists: Iterable[int]) -> None:
        """What the person, or somebody at work, does: a list, everything, by hand, lift, erase, rest, wake."""
        if how in {"rest", "wake"}:
            self.paused = how == "rest"
            return
        if how not in {"by hand", "lift"}:
            self.lists |= dict.fromkeys(set(lists) & set(self.lists), "unsubscribed")
        if how in {"everything", "by hand", "erase"}:
            self.silenced("goodbye" if how == "everything" else "stop")
        if how == "lift":
            self.silence = ""
        self.erased = how == "erase"

    def silenced(self, how: str) -> None:
        self.silence = "stop" if "stop" in {how, self.silence} else "goodbye"


@dataclass
class Row:
    person: int
    status: str = "pending"
    attempts: int = 0
    next_at: datetime | None = None
    reason: str | None = None


@dataclass
class Chunk:
    rows: tuple[int, ...]
    wave: int = 0
    state: str = "open"
    fence: int = 0
    owner: str | None = None
    lease_until: datetime | None = None
    next_at: datetime | None = None
    deaths: int = 0
    left_at_death: int | None = None
    suspect: int | None = None


@dataclass
class Ledger:
    people: dict[int, Person]
    page_size: int
    status: str = "draft"
    send_at: datetime | None = None
    compiled: bool = False
    frozen_to: int = 0
    excluded: dict[int, str] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)
    chunks: dict[int, Chunk] = field(default_factory=dict)
    proved: set[int] = field(default_factory=set)
    has_canary: bool = False
    finish_by: datetime | None = None
    wave_open: int = 0
    canary_until: datetime | None = None
    held_by_canary: bool = False

    # The campaign.

    @property
    def started(self) -> bool:
        return self.status not in {"draft", "scheduled"}

    @property
    def frozen(self) -> bool:
        return self.frozen_to >= max(self.people)

    def has_readers(self) -> bool:
        return any(person.left_out() is None for person in self.people.values())

    def may(self, verb: str) -> bool:
        """Whether a person's command is not refused."""
        return {
            "schedule": self.status == "draft" and self.has_readers(),
            "unschedule": self.status in {"scheduled", "held"} and not self.compiled,
            "pause": self.status in {"preparing", "sending", "waiting"},
            "resume": self.status in {"paused", "held"},
            "cancel": self.status in {"scheduled", "preparing", "sending", "waiting", "paused", "held"},
            "let_rest_go": self.status == "waiting",
        }[verb]

    def resume(self) -> None:
        for chunk in self.chunks.values():
            if chunk.state == "open" and chunk.deaths:
                if chunk.suspect in self.left_in(chunk):
                    self.write(chunk.suspect, "refused", reason="render_failed")
                chunk.deaths, chunk.left_at_death, chunk.suspect = 0, None, None
        if self.held_by_canary:
            self.wave_open, self.held_by_canary = EVERY_WAVE, False
        self.status = "sending" if self.frozen else "preparing"

    def let_rest_go(self) -> None:
        self.wave_open, self.status = EVERY_WAVE, "sending"

    def is_over(self, moment: datetime) -> bool:
        return self.finish_by is not None and self.finish_by <= moment

    def look(self, moment: datetime) -> None:
        """What the timetable makes of the plan: it waits, goes on, is held, or leaves out what came too late."""
        if self.is_over(moment):
            self.end_late()
        elif self.status in {"sending", "waiting"}:
            self.status = self.judged(moment)

    def end_late(self) -> None:
        if self.status not in {"sending", "waiting", "paused", "held"} or not self.frozen:
            return
        for chunk in self.chunks.values():
            if chunk.state == "open":
                for one in self.left_in(chunk):
                    self.write(one, "skipped", reason="expired")
                chunk.state, chunk.next_at = "done", None
        if all(chunk.state == "done" for chunk in self.chunks.values()):
            self.status = "sending"

    def judged(self, moment: datetime) -> str:
        """Its state, once the first letters are looked at."""
        first = [chunk for chunk in self.chunks.values() if chunk.wave == 0]
        if self.wave_open or len(first) == len(self.chunks):
            return "sending"
        if self.canary_until is None:
            if any(chunk.state == "leased" or self.pending_in(chunk) for chunk in first):
                return "sending"
            self.canary_until = moment + LOOK
        tried = [row for chunk in first for row in map(self.rows.get, chunk.rows) if row.status in TRIED]
        put_off = sum(row.status == "deferred" or row.attempts > 1 for row in tried)
        if put_off and 2 * put_off >= len(tried):
            self.held_by_canary = True
            return "held"
        if self.canary_until > moment:
            return "waiting"
        self.wave_open = EVERY_WAVE
        return "sending"

    def cancel(self) -> None:
        self.status = "cancelled"
        for chunk in self.chunks.values():
            if chunk.state == "open":
                self.cancel_rows(chunk)
                chunk.state, chunk.next_at = "done", None

    def try_again(self, status: str) -> int:
        """What was refused, or is unknown, is pending once more, but for addresses never to be written to."""
        tried = 0
        for chunk in self.chunks.values():
            again = [one for one in chunk.rows if self.rows[one].status == status and not self.person_of(one).silence]
            for one in again:
                self.write(one, "pending")
                self.rows[one].attempts = 0
            if again and chunk.state != "leased":
                chunk.state, chunk.next_at = "open", None
            tried += len(again)
        if tried and self.status == "sent":
            self.status = "sending"
        return tried

    def start_due(self, moment: datetime) -> bool:
        if self.status != "scheduled" or self.send_at > moment:
            return False
        self.status = "held" if self.send_at < moment - LATE or self.is_over(moment) else "preparing"
        return self.status == "preparing"

    def still(self, moment: datetime) -> str | None:
        """What the tick rings for."""
        if self.status == "preparing":
            return "preparing"
        if self.status != "sending":
            return None
        if any(self.is_due(chunk, moment) for chunk in self.chunks.values()):
            return "sending"
        return "finishing" if all(chunk.state == "done" for chunk in self.chunks.values()) else None

    def next_page(self) -> tuple[dict[int, str], set[int]]:
        """Who is left out of the next page of the freeze, with the reason, and who is in."""
        last = min(self.frozen_to + self.page_size, max(self.people))
        page = {one: self.people[one].left_out() for one in self.people if self.frozen_to < one <= last}
        self.frozen_to = last
        if self.frozen:
            self.status = "sending"
        return {one: why for one, why in page.items() if why}, {one for one, why in page.items() if not why}

    def finish(self) -> bool:
        done = self.status == "sending" and all(chunk.state == "done" for chunk in self.chunks.values())
        if not done or any(row.status in UNFINISHED for row in self.rows.values()):
            return False
        self.status = "sent"
        return True

    # Leases.

    def begin_with(self) -> None:
        """What is open once the audience is frozen."""
        waves = {chunk.wave for chunk in self.chunks.values()}
        self.wave_open = EVERY_WAVE if waves and max(waves) > 0 and not (self.has_canary and 0 in waves) else 0

    def is_due(self, chunk: Chunk, moment: datetime) -> bool:
        is_open = chunk.state == "open" and chunk.wave <= self.wave_open
        return is_open and (chunk.next_at is None or chunk.next_at <= moment)

    def holds(self, lease: Lease) -> bool:
        chunk = self.chunks[lease.chunk_id]
        return (chunk.state, chunk.fence, chunk.owner) == ("leased", lease.fence, lease.owner)

    def lease(self, owner: str, moment: datetime, until: datetime) -> int | None:
        if self.status != "sending" or self.is_over(moment + AHEAD):
            return None
        in_turn = sorted(self.chunks, key=lambda one: (self.chunks[one].wave, one))
        found = next((one for one in in_turn if self.is_due(self.chunks[one], moment)), None)
        if found is None:
            return None
        chunk = self.chunks[found]
        chunk.state, chunk.owner, chunk.lease_until, chunk.next_at = "leased", owner, until, None
        chunk.fence += 1
        for one in chunk.rows:
            row = self.rows[one]
            if row.status == "deferred" and row.next_at <= moment:
                row.status, row.next_at = "pending", None
            if row.status == "pending" and (why := self.people[row.person].gone()):
                row.status, row.reason = "skipped", why
        return found

    def pending(self, chunk_id: int) -> list[int]:
        return [one for one in self.chunks[chunk_id].rows if self.rows[one].status == "pending"]

    def pending_in(self, chunk: Chunk) -> bool:
        return any(self.rows[one].status == "pending" for one in chunk.rows)

    def left_in(self, chunk: Chunk) -> list[int]:
        return [one for one in chunk.rows if self.rows[one].status in UNFINISHED]

    def person_of(self, one: int) -> Person:
        return self.people[self.rows[one].person]

    def write(self, one: int, status: str, *, reason: str | None = None, next_at: datetime | None = None) -> None:
        row = self.rows[one]
        row.status, row.reason, row.next_at = status, reason, next_at

    def cancel_rows(self, chunk: Chunk) -> None:
        for one in self.left_in(chunk):
            self.rows[one].status, self.rows[one].next_at = "cancelled", None

    def record(self, lease: Lease, outcomes: Iterable[Outcome]) -> set[int]:
        """What is written: anything for pending rows of a lease still held, a 250 for any row not yet sent."""
        held, inside, written = self.holds(lease), self.chunks[lease.chunk_id].rows, set()
        for told in outcomes:
            row = self.rows[told.message_id]
            if held and told.message_id in inside and row.status == "pending":
                self.write(told.message_id, told.status.value, reason=told.reason, next_at=told.next_at)
                row.attempts = told.attempts
                written.add(told.message_id)
            elif told.status == "sent":
                written |= self.accept([told])
            if told.suppress and told.message_id in written:
                self.people[row.person].silenced("stop")
        self.settle(written)
        return written

    def accept(self, outcomes: Iterable[Outcome]) -> set[int]:
        """A 250 is true whoever tells it, and whenever."""
        changed = set()
        for told in outcomes:
            row = self.rows[told.message_id]
            if row.status != "sent":
                self.write(told.message_id, "sent")
                row.attempts = max(row.attempts, told.attempts)
                changed.add(told.message_id)
        return changed

    def settle(self, ids: Iterable[int]) -> set[int]:
        settled = {one for one in ids if one in self.proved and self.rows[one].status == "unknown"}
        for one in settled:
            self.write(one, "sent")
        return settled

    def prove(self, one: int) -> bool:
        if self.rows[one].status != "sent":
            self.proved.add(one)
        return bool(self.settle([one]))

    def release(self, chunk_id: int, retry_at: datetime | None = None) -> str:
        chunk = self.chunks[chunk_id]
        chunk.owner = chunk.lease_until = None
        if self.status == "cancelled":
            self.cancel_rows(chunk)
        left = [self.rows[one] for one in self.left_in(chunk)]
        chunk.state = "open" if left else "done"
        pending = any(row.status == "pending" for row in left)
        chunk.next_at = retry_at if pending else min((row.next_at for row in left), default=None)
        return chunk.state

    def give_back(self, lease: Lease, retry_at: datetime | None) -> str | None:
        if not self.holds(lease):
            return None
        chunk = self.chunks[lease.chunk_id]
        chunk.deaths, chunk.left_at_death = 0, None
        return self.release(lease.chunk_id, retry_at)

    def bury(self, lease: Lease, outcomes: Sequence[Outcome], suspect: int | None, *, idle: bool) -> str:
        """Ends the lease of an owner that died: at this letter, or before it had begun any, or at work."""
        chunk = self.chunks[lease.chunk_id]
        self.record(lease, outcomes)
        left = len(self.left_in(chunk))
        if suspect is not None and chunk.suspect is None:
            # The death before may have been at this letter too: only after it owners note what they write.
            chunk.deaths = 2 if chunk.deaths else 1
        else:
            at_the_same = suspect is not None and suspect == chunk.suspect
            at_nothing = idle and chunk.suspect is None and left == chunk.left_at_death
            chunk.deaths = chunk.deaths + 1 if at_the_same or at_nothing else 1
        chunk.suspect, chunk.left_at_death = suspect, left
        state = self.release(lease.chunk_id)
        chunk.fence += 1
        if state == "open" and chunk.deaths >= (MOST_IDLE_DEATHS if suspect is None else MOST_DEATHS):
            self.status = "held" if self.status == "sending" else self.status
        return state
