"""What stands between a draft and its readers: a second person's word, and checks longer than a page may take."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word, check_move


class ApprovalAnswer(StrEnum):
    APPROVED = "approved"
    RETURNED = "returned"


class Approval(WithId, WithTimes, Base):
    """Somebody asked for it (`created_at`, `note`), and perhaps another answered. The newest row of a campaign counts.

    `content_hash` is what both of them saw (`services.content_hash`): with any other content the row says nothing.
    """

    __tablename__ = "approval"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[ApprovalAnswer | None] = mapped_column(Word(ApprovalAnswer))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(Text, default="")


class CheckKind(StrEnum):
    """Links that answer, a dry run for every reader, SpamAssassin, the records of the sender's domain."""

    LINKS = "links"
    PEOPLE = "people"
    SPAM = "spam"
    DOMAIN = "domain"


class CheckStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


_S = CheckStatus
MOVES: dict[CheckStatus, set[CheckStatus]] = {
    _S.WAITING: {_S.RUNNING, _S.FAILED},
    _S.RUNNING: {_S.DONE, _S.FAILED, _S.WAITING},
    _S.DONE: {_S.WAITING},
    _S.FAILED: {_S.WAITING},
}


class LetterCheck(WithId, Base):
    """One row for each campaign and kind; asking again begins it anew. Whoever works on it holds a `turn`;
    only the newest turn may write. `attempts` counts turns since anything was achieved.

    `subject_hash` names what is looked at: where it differs from the letter as it is now, the findings are of an older
    one. `findings` are those of `emails.preflight.report`, `facts` what the page tells besides.
    """

    __tablename__ = "letter_check"
    __table_args__ = (UniqueConstraint("campaign_id", "kind"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    kind: Mapped[CheckKind] = mapped_column(Word(CheckKind))
    status: Mapped[CheckStatus] = mapped_column(Word(CheckStatus), default=CheckStatus.WAITING, index=True)
    turn: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    subject_hash: Mapped[str] = mapped_column(String(64), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[Any]] = mapped_column(default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    trouble: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime]
    beat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    def move_to(self, new: CheckStatus) -> None:
        check_move(MOVES, self.status, new, noun="This check")
        self.status = new
