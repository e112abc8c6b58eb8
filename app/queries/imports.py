"""Questions about imports: which there were, and how far and how fast one is."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.models import ImportBatch, ImportStatus, MailingList, User

MOST_SHOWN = 100
SHORTEST_LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One line of the overview; `report` is the document so far."""

    id: int
    file_name: str
    status: ImportStatus
    created_at: Any
    by: str
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """`percent` of the file's bytes; `rate` in rows a second; `seconds_left` is None where nobody can say."""

    percent: int
    rate: int
    seconds_left: int | None


def find_imports(session: Session) -> tuple[ImportRow, ...]:
    """The newest first."""
    rows = session.execute(
        select(ImportBatch, User.name, User.email)
        .outerjoin(User, User.id == ImportBatch.user_id)
        .order_by(ImportBatch.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(
        ImportRow(batch.id, batch.file_name, batch.status, batch.created_at, name or email or "", batch.report)
        for batch, name, email in rows
    )


def progress_of(batch: ImportBatch) -> ImportProgress:
    """How far a file is; its rate is that since the work on it began."""
    begins = batch.shape["start"]
    read, whole = batch.cursor - begins, max(1, batch.size - begins)
    began = batch.started_at or batch.created_at
    seconds = max(SHORTEST_LOOK_SECONDS, (now() - began).total_seconds())
    left = round((whole - read) * seconds / read) if read else None
    return ImportProgress(
        percent=min(100, 100 * read // whole), rate=round(batch.report.get("rows", 0) / seconds), seconds_left=left
    )


def names_of_lists(session: Session, list_ids: list[int]) -> tuple[str, ...]:
    """In the order of their names, with those that were put away meanwhile."""
    return tuple(
        session.scalars(select(MailingList.name).where(MailingList.id.in_(list_ids)).order_by(MailingList.name))
    )
