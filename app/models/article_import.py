"""Many articles being brought in: what the source held, what became of each."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word, check_move


class ArticleImportStatus(StrEnum):
    READING = "reading"
    LISTED = "listed"
    MAKING = "making"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_S = ArticleImportStatus
MOVES: dict[ArticleImportStatus, set[ArticleImportStatus]] = {
    _S.READING: {_S.LISTED, _S.FAILED, _S.CANCELLED},
    _S.LISTED: {_S.MAKING, _S.CANCELLED},
    _S.MAKING: {_S.DONE, _S.CANCELLED},
    _S.DONE: set(),
    _S.FAILED: set(),
    _S.CANCELLED: set(),
}


class FoundState(StrEnum):
    """What became of one part of a source."""

    FOUND = "found"
    CHOSEN = "chosen"
    MADE = "made"
    NOT_CHOSEN = "not_chosen"
    REFUSED = "refused"


class ArticleImport(WithId, WithTimes, Base):
    """`kept_as` names the copy of the source, "" once it is gone; `told` is what the server said of a web address.

    `beat_at` is when something was committed last: an old one tells that nobody is at work.
    """

    __tablename__ = "article_import"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"))
    status: Mapped[ArticleImportStatus] = mapped_column(
        Word(ArticleImportStatus), default=ArticleImportStatus.READING, index=True
    )
    source: Mapped[str] = mapped_column(String(300))
    kept_as: Mapped[str] = mapped_column(String(100))
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    with_pictures: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    beat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    def move_to(self, new: ArticleImportStatus) -> None:
        check_move(MOVES, self.status, new, noun=f"The import of “{self.source}”")
        self.status = new


class FoundArticle(WithId, Base):
    """One part of a source, numbered from 1. `content` is the article's JSON until it is made, then empty.

    `pictures` are the ids of the assets that came with it.
    """

    __tablename__ = "found_article"
    __table_args__ = (UniqueConstraint("import_id", "number"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("article_import.id", ondelete="CASCADE"))
    number: Mapped[int]
    part: Mapped[str] = mapped_column(String(300))
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[FoundState] = mapped_column(Word(FoundState))
    reason: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pictures: Mapped[list[Any]] = mapped_column(default=list)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"))
