"""A page of an import: told apart into strangers and people who are here, and written.

Chooses the statements that each database needs.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from app.database import postgresql_imports, sqlite_imports
from app.database.import_rows import Order, PageRow, TakenMeanwhile
from app.database.import_sql import CHANGES, COUNTS, LEFT, listed

__all__ = ["Order", "PageRow", "look_at_page", "take_page"]

LEFT_A_LIST = listed(LEFT)
MOST_TRIES = 5
DOUBLED = "duplicate_address"


class ImportStatements(Protocol):
    """What `sqlite_imports.py` and `postgresql_imports.py` both offer."""

    def find_known(self, session: Session, keys: Sequence[str], *, kept: bool) -> dict[str, int]: ...

    def find_stopped(self, session: Session, hashes: Sequence[str]) -> dict[str, str]: ...

    def find_joined(self, session: Session, ids: Sequence[int], import_id: int) -> set[int]: ...

    def bring_in(self, session: Session, rows: Sequence[PageRow], order: Order, *, moment: datetime) -> None: ...

    def load(self, session: Session, rows: Sequence[PageRow], known: Mapping[str, int]) -> None: ...

    def compare(self, session: Session, *, list_ids: Sequence[int], overwrite: bool) -> None: ...

    def write(self, session: Session, order: Order, *, moment: datetime) -> None: ...

    def clear(self, session: Session) -> None: ...


class Apart(NamedTuple):
    """The rows of a page: strangers, people who are here (by the key of their address), and the rest, counted."""

    strangers: Sequence[PageRow]
    here: Sequence[PageRow]
    known: Mapping[str, int]
    skipped: Counter[str]


Met = Callable[[Sequence[PageRow]], set[str]]
"""Hashes of those who were met on an earlier page; all who are asked about are met from now on."""


def statements_for(session: Session) -> ImportStatements:
    return postgresql_imports if session.get_bind().dialect.name == "postgresql" else sqlite_imports


def take_page(session: Session, rows: Sequence[PageRow], order: Order, met: Met, *, moment: datetime) -> dict[str, int]:
    """Writes a page; how many rows are created, updated, unchanged, suppressed, erased, unsubscribed, or doubled.

    No address may be in the page twice. Rows come in the order of their keys, so that two imports wait for each other
    instead of both.
    """
    page = apart(session, rows, order, met)
    tries = 1
    while page.strangers:
        try:
            statements_for(session).bring_in(session, page.strangers, order, moment=moment)
        except TakenMeanwhile:
            if tries == MOST_TRIES:
                raise
            tries += 1
            # One of them came in by another door.
            page = apart(session, rows, order, met)
        else:
            break
    return counted(session, page, order, moment)


def look_at_page(session: Session, rows: Sequence[PageRow], order: Order, met: Met) -> dict[str, int]:
    """The same counts, and nothing is written."""
    again = met(rows)
    fresh = [row for row in rows if row.address_hash not in again] if again else rows
    page = apart(session, fresh, order, None)
    page.skipped[DOUBLED] += len(again)
    return counted(session, page, order, None)


def apart(session: Session, rows: Sequence[PageRow], order: Order, met: Met | None) -> Apart:
    """With `met`, those who are here stay as they are until the page's end: an erasure waits for it.

    A stranger was on no earlier page, so only the others are asked about.
    """
    statements = statements_for(session)
    known = statements.find_known(session, [row.email_key for row in rows], kept=met is not None)
    stopped = statements.find_stopped(session, [row.address_hash for row in rows])
    if not known and not stopped:
        return Apart(rows, (), known, Counter())
    others = [row for row in rows if row.email_key in known or row.address_hash in stopped]
    again = doubled(session, others, known, order, met) if met else set()
    skipped = Counter("erased" if stopped[one] == "erased" else "suppressed" for one in stopped if one not in again)
    skipped[DOUBLED] += len(again)
    return Apart(
        strangers=[row for row in rows if row.email_key not in known and row.address_hash not in stopped],
        here=[row for row in others if row.address_hash not in stopped and row.address_hash not in again],
        known=known,
        skipped=skipped,
    )


def doubled(session: Session, others: Sequence[PageRow], known: Mapping[str, int], order: Order, met: Met) -> set[str]:
    """Whom an earlier page brought in, or met."""
    joined = statements_for(session).find_joined(session, list(known.values()), order.import_id)
    again = {row.address_hash for row in others if known.get(row.email_key) in joined} if joined else set()
    return again | met([row for row in others if row.address_hash not in again])


def counted(session: Session, page: Apart, order: Order, moment: datetime | None) -> dict[str, int]:
    counts = page.skipped
    counts["created"] += len(page.strangers)
    if page.here:
        counts.update(compared(session, page, order, moment))
    return counts


def compared(session: Session, page: Apart, order: Order, moment: datetime | None) -> dict[str, int]:
    """What the file changes about those who are here; written where a moment is given."""
    statements = statements_for(session)
    statements.load(session, page.here, page.known)
    session.execute(LEFT_A_LIST, {"lists": list(order.list_ids)})
    statements.compare(session, list_ids=order.list_ids, overwrite=order.overwrite)
    session.execute(CHANGES)
    counts = {str(reason): int(count) for reason, count in session.execute(COUNTS)}
    if moment is not None:
        statements.write(session, order, moment=moment)
    statements.clear(session)
    return counts
