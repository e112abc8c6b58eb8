"""A page of an import: compared with who is here, and written; chooses the statements that each database needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from app.database import postgresql_imports, sqlite_imports
from app.database.import_sql import CHANGES, COUNTS, LEFT, SUPPRESSED, listed

LEFT_A_LIST = listed(LEFT)

PageRow = tuple[int, str, str, str, str, str, str, str, str, datetime | None]
"""n, email, email_key, address_hash, domain, first_name, last_name, language, fields as JSON, agreed_at."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of every page. `overwrite`: the file's details win over those that are there."""

    list_ids: Sequence[int]
    overwrite: bool
    way: str
    basis: str
    user_id: int | None


class ImportStatements(Protocol):
    """What `sqlite_imports.py` and `postgresql_imports.py` both offer."""

    def load(self, session: Session, rows: Sequence[PageRow], *, kept: bool) -> None: ...

    def compare(self, session: Session, *, list_ids: Sequence[int], overwrite: bool) -> None: ...

    def write(self, session: Session, *, way: str, basis: str, user_id: int | None, moment: datetime) -> None: ...

    def clear(self, session: Session) -> None: ...


def statements_for(session: Session) -> ImportStatements:
    return postgresql_imports if session.get_bind().dialect.name == "postgresql" else sqlite_imports


def take_page(
    session: Session, rows: Sequence[PageRow], order: Order, *, moment: datetime, only_looking: bool
) -> dict[str, int]:
    """How many rows are created, updated, unchanged, suppressed, erased, unsubscribed; written unless `only_looking`.

    No address may be in the page twice.
    """
    if not rows:
        return {}
    statements = statements_for(session)
    statements.load(session, rows, kept=not only_looking)
    session.execute(SUPPRESSED)
    session.execute(LEFT_A_LIST, {"lists": list(order.list_ids)})
    statements.compare(session, list_ids=order.list_ids, overwrite=order.overwrite)
    session.execute(CHANGES)
    counts = {str(reason): int(count) for reason, count in session.execute(COUNTS)}
    if not only_looking:
        statements.write(session, way=order.way, basis=order.basis, user_id=order.user_id, moment=moment)
    statements.clear(session)
    return counts
