"""A file of people being brought in: what was chosen, how far it is, what became of its rows."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word, check_move


class ImportStatus(StrEnum):
    DRAFT = "draft"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_S = ImportStatus
MOVES: dict[ImportStatus, set[ImportStatus]] = {
    _S.DRAFT: {_S.CHECKING, _S.RUNNING, _S.CANCELLED},
    _S.CHECKING: {_S.CHECKED, _S.DRAFT, _S.FAILED, _S.CANCELLED},
    _S.CHECKED: {_S.CHECKING, _S.RUNNING, _S.DRAFT, _S.CANCELLED},
    _S.RUNNING: {_S.DONE, _S.FAILED, _S.CANCELLED},
    _S.FAILED: {_S.RUNNING, _S.DRAFT, _S.CANCELLED},
    _S.DONE: set(),
    _S.CANCELLED: set(),
}


class Existing(StrEnum):
    """What the file may change about somebody who is here already."""

    FILL = "fill"
    OVERWRITE = "overwrite"


class ImportBatch(WithId, WithTimes, Base):
    """`mapping` leads from a column's number to a field; `cursor` is the byte after the last row that is committed.

    `shape` is how the file is written (separator, headings, where its rows begin), `size` that of the copy that is
    kept. `report` is the document of interfaces.md so far: rows, created, updated, unchanged, skipped, rejected.
    `beat_at` is when the last page was committed: an old one tells that nobody is at work.
    """

    __tablename__ = "import_batch"

    status: Mapped[ImportStatus] = mapped_column(Word(ImportStatus), default=ImportStatus.DRAFT)
    file_name: Mapped[str] = mapped_column(String(300))
    kept_as: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    shape: Mapped[dict[str, Any]] = mapped_column(default=dict)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    existing: Mapped[Existing] = mapped_column(Word(Existing), default=Existing.FILL)
    list_ids: Mapped[list[Any]] = mapped_column(default=list)
    basis: Mapped[str] = mapped_column(Text, default="")
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    trouble: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    def move_to(self, new: ImportStatus) -> None:
        check_move(MOVES, self.status, new, noun=f"The import of “{self.file_name}”")
        self.status = new
