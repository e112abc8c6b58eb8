"""Finds owners that died or hang, and ends their leases: what their journals tell becomes outcomes.

Alive or dead is decided by the lock on the journal, not by clocks. Run every five seconds in every timetable and in the
parent of every send worker; any number may run at once.
"""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.clock import now
from app.config import Settings
from app.database.session import reading, transaction
from app.services import delivery, notices, recovery, watch
from app.services.leases import leases_of
from app.services.recovery import LeasedRow
from workers.sending.chunk import LEASE_SECONDS, RENEW_SECONDS
from workers.sending.host import since_boot, this_host
from workers.sending.journal import SUFFIX
from workers.sending.marks import Marks, read_marks
from workers.sending.owners import end_owner, locked, read_all
from workers.sending.replay import acceptances, as_notice_outcome, outcomes_of
from workers.smtp.outcome import Deferred, Refused, Sent

log = logging.getLogger(__name__)

JOURNAL_GRACE_SECONDS = 600
LOOK_SECONDS = 5.0
LONGEST_GAP_SECONDS = 20.0
KILL_PATIENCE_SECONDS = 2.0
LINGER_SECONDS = 60.0
HALF_MADE_SECONDS = 60.0
NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Watched:
    """A lease as it was first seen: its beat then, and when that was."""

    beat: object
    since: float


@dataclass(slots=True)
class Dead:
    """A dead owner's journal: since when we know, and how many bytes of it are in the ledger."""

    since: float
    replayed: int = -1
    of_notices: bool = False


class Reaper:
    """Looks after one host; what is observed over time (hanging owners, a database that is back) it remembers."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.journals
        self._host = this_host(settings)
        self._looked_at = float("-inf")
        self._reachable_since: float | None = None
        self._watched: dict[tuple[int, int], Watched] = {}
        self._dead: dict[Path, Dead] = {}

    def look(self) -> int:
        """One round: leaves this host's beat, then reaps; returns how many chunks it opened.

        Raises:
            DBAPIError: the database is away; the next round begins anew.
        """
        moment = since_boot()
        if moment - self._looked_at > LONGEST_GAP_SECONDS:  # we slept ourselves: nobody had the chance to renew
            self._watched.clear()
            self._reachable_since = None
        self._looked_at = moment
        reachable, self._reachable_since = self._reachable_since, None
        leases = self._look_at_the_ledger(moment)
        self._reachable_since = moment if reachable is None else reachable
        by_owner: dict[str, list[LeasedRow]] = {}
        for one in leases:
            by_owner.setdefault(one.lease.owner, []).append(one)
        journals = {path.name.removesuffix(SUFFIX): path for path in self._journals()}
        reaped = sum(self._visit(path, by_owner.get(owner, [])) for owner, path in journals.items())
        unseen = [row for owner, rows in by_owner.items() if owner not in journals for row in rows]
        return reaped + sum(self._reap_unseen(row, NO_MARKS) for row in unseen)

    def _look_at_the_ledger(self, moment: float) -> Sequence[LeasedRow]:
        with transaction() as session:
            for campaign_id in watch.look_after(session, watch.Stamp(self._host.name, moment)):
                log.warning("held after a long absence", extra={"campaign_id": campaign_id})
        with reading() as session:
            leases = recovery.leased_chunks(session)
        seen = {}
        for one in leases:
            key = (one.lease.chunk_id, one.lease.fence)
            known = self._watched.get(key)
            seen[key] = known if known and known.beat == one.beat else Watched(one.beat, moment)
        self._watched = seen
        return leases

    def _journals(self) -> list[Path]:
        for path in self._folder.glob(".*"):
            with locked(path) as file:
                if file is not None and os.fstat(file).st_mtime < now().timestamp() - HALF_MADE_SECONDS:
                    path.unlink(missing_ok=True)
        return sorted(self._folder.glob(f"[!.]*{SUFFIX}"))

    def _visit(self, path: Path, rows: Sequence[LeasedRow]) -> int:
        """A journal whose lock can be had belongs to a dead owner; one that cannot, to a living or hanging one."""
        with locked(path) as file:
            if file is not None:
                return self._bury(path, file, rows)
        hanging = [row for row in rows if self._hangs(row)]
        if not hanging or not end_owner(path):
            return 0
        log.warning("a send process hung past its lease and was ended", extra={"journal": path.name})
        with locked(path, patience=KILL_PATIENCE_SECONDS) as file:
            return self._bury(path, file, rows) if file is not None else 0

    def _hangs(self, row: LeasedRow) -> bool:
        """Not renewed while it could have been: the database answered us for at least as long as a renewal takes."""
        watched = self._watched.get((row.lease.chunk_id, row.lease.fence))
        moment = since_boot()
        if watched is None or self._reachable_since is None or moment - self._reachable_since < RENEW_SECONDS:
            return False
        expired = row.lease_until is not None and row.lease_until < now()
        return moment - watched.since >= (2 * RENEW_SECONDS if expired else LEASE_SECONDS)

    def _bury(self, path: Path, file: int, rows: Sequence[LeasedRow]) -> int:
        """Replays a dead owner's journal, and deletes it once every line is committed and it holds no lease.

        Not before a minute has passed: what the owner last asked of the database may still be carried out.
        """
        owner = path.name.removesuffix(SUFFIX)
        dead = self._dead.setdefault(path, Dead(since=since_boot()))
        size = os.fstat(file).st_size
        reaped = 0
        if rows or dead.replayed != size:
            marks = read_marks(read_all(file))
            dead.of_notices = marks.header is not None and marks.header.kind == "notices"
            reaped = self._replay(owner, marks, rows)
            dead.replayed = size
        elif dead.of_notices:
            bury_notices(owner, Marks())
        if since_boot() - dead.since >= LINGER_SECONDS and not is_held(owner):
            path.unlink(missing_ok=True)
            del self._dead[path]
        return reaped

    def _replay(self, owner: str, marks: Marks, rows: Sequence[LeasedRow]) -> int:
        if marks.header is not None and marks.header.kind == "notices":
            bury_notices(owner, marks)
            return 0
        here = marks.header is not None and marks.header.boot == self._host.boot != ""
        reaped = sum(reap(row, marks) if here else self._reap_unseen(row, marks) for row in rows)
        with transaction(durable=True) as session:
            changed = delivery.record_accepted(session, acceptances(marks, now()))
        if changed:
            log.warning("%d letters were accepted after all, as a late journal tells", len(changed))
        return reaped

    def _reap_unseen(self, row: LeasedRow, marks: Marks) -> int:
        """An owner of whom the lock tells nothing (another host or boot, no journal): much later, and in doubt."""
        watched = self._watched.get((row.lease.chunk_id, row.lease.fence))
        if watched is None or since_boot() - watched.since < RENEW_SECONDS:
            return 0
        return reap(row, marks, expired_for=timedelta(seconds=JOURNAL_GRACE_SECONDS))


def reap(row: LeasedRow, marks: Marks, *, expired_for: timedelta | None = None) -> int:
    """Ends one dead lease in one transaction. `expired_for`: its end decides, and no mark proves nothing."""
    here = expired_for is None
    with transaction(durable=True) as session:
        dead = recovery.take_dead(session, row.lease, expired_for=expired_for)
        if dead is None:
            return 0
        own = marks.of(row.lease.fence)
        in_doubt = [
            number for number in dead.pending if number <= dead.begun_to and (not here or marks.is_doubtful(number))
        ]
        outcomes = outcomes_of(dead.pending, own, now(), doubtful=in_doubt)
        suspect = next((number for number in own if marks.composing == (number, row.lease.fence)), None)
        state = recovery.release_dead(session, dead, outcomes, suspect=suspect, idle=here and not marks.last)
    fields = {"campaign_id": row.lease.campaign_id, "chunk_id": row.lease.chunk_id}
    log.warning("a send process is gone; its chunk is %s again, %d fates replayed", state, len(outcomes), extra=fields)
    return 1


def is_held(owner: str) -> bool:
    """Whether any lease is still in this owner's name."""
    with reading() as session:
        return bool(leases_of(session, owner) or notices.leased_by(session, owner))


def bury_notices(owner: str, marks: Marks) -> None:
    """Final replies are written down; whatever else the owner had in hand is due again."""
    with transaction() as session:
        for number in notices.leased_by(session, owner):
            mark = marks.of(0).get(number)
            if isinstance(mark, Sent | Refused | Deferred):
                notices.record_notice(session, number, as_notice_outcome(mark), owner=owner)
        notices.let_go_of(session, owner)
