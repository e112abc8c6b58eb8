"""A page of an import: told apart into strangers and people who are here, and written.

Chooses the statements that each database needs.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from app.database import postgresql_imports, sqlite_imports
from app.database.import_rows import Order, PageRow, TakenMeanwhile
from app.database.import_sql import CHANGES, COUNTS, LEFT, listed

__all__ = ["Order", "PageRow", "take_page"]

LEFT_A_LIST = listed(LEFT)
MOST_TRIES = 5


class ImportStatements(Protocol):
    """What `sqlite_imports.py` and `postgresql_imports.py` both offer."""

    def find_known(self, session: Session, keys: Sequence[str], *, kept: bool) -> dict[str, int]: ...

    def find_stopped(self, session: Session, hashes: Sequence[str]) -> dict[str, str]: ...

    def bring_in(self, session: Session, rows: Sequence[PageRow], order: Order, *, moment: datetime) -> None: ...

    def load(self, session: Session, rows: Sequence[PageRow], known: Mapping[str, int]) -> None: ...

    def compare(self, session: Session, *, list_ids: Sequence[int], overwrite: bool) -> None: ...

    def write(self, session: Session, order: Order, *, moment: datetime) -> None: ...

    def clear(self, session: Session) -> None: ...


class Apart(NamedTuple):
    """The rows of a page: people who are here by the key of their address, and who may not be written to, counted."""

    strangers: Sequence[PageRow]
    here: Sequence[PageRow]
    known: Mapping[str, int]
    stopped: Counter[str]


def statements_for(session: Session) -> ImportStatements:
    return postgresql_imports if session.get_bind().dialect.name == "postgresql" else sqlite_imports


def take_page(
    session: Session, rows: Sequence[PageRow], order: Order, *, moment: datetime, only_looking: bool
) -> dict[str, int]:
    """How many rows are created, updated, unchanged, suppressed, erased, unsubscribed; written unless `only_looking`.

    No address may be in the page twice. Rows come in the order of their keys, so that two imports wait for each other
    instead of both.
    """
    if not rows:
        return {}
    page = apart(session, rows, kept=not only_looking)
    if not only_looking:
        page = bring_in(session, rows, page, order, moment=moment)
    counts = page.stopped
    counts["created"] += len(page.strangers)
    if page.here:
        counts.update(compared(session, page, order, moment=moment, only_looking=only_looking))
    return counts


def apart(session: Session, rows: Sequence[PageRow], *, kept: bool) -> Apart:
    """With `kept`, those who are here stay as they are until the page's end: an erasure waits for it."""
    statements = statements_for(session)
    known = statements.find_known(session, [row.email_key for row in rows], kept=kept)
    stopped = statements.find_stopped(session, [row.address_hash for row in rows])
    free = [row for row in rows if row.address_hash not in stopped] if stopped else rows
    return Apart(
        strangers=[row for row in free if row.email_key not in known] if known else free,
        here=[row for row in free if row.email_key in known] if known else (),
        known=known,
        stopped=Counter("erased" if reason == "erased" else "suppressed" for reason in stopped.values()),
    )


def bring_in(session: Session, rows: Sequence[PageRow], page: Apart, order: Order, *, moment: datetime) -> Apart:
    """Writes the strangers. Where one of them came in by another door meanwhile, the page is told apart anew."""
    tries = 1
    while page.strangers:
        try:
            statements_for(session).bring_in(session, page.strangers, order, moment=moment)
        except TakenMeanwhile:
            if tries == MOST_TRIES:
                raise
            tries += 1
            page = apart(session, rows, kept=True)
        else:
            break
    return page


def compared(session: Session, page: Apart, order: Order, *, moment: datetime, only_looking: bool) -> dict[str, int]:
    """What the file changes about those who are here."""
    statements = statements_for(session)
    statements.load(session, page.here, page.known)
    session.execute(LEFT_A_LIST, {"lists": list(order.list_ids)})
    statements.compare(session, list_ids=order.list_ids, overwrite=order.overwrite)
    session.execute(CHANGES)
    counts = {str(reason): int(count) for reason, count in session.execute(COUNTS)}
    if not only_looking:
        statements.write(session, order, moment=moment)
    statements.clear(session)
    return counts
