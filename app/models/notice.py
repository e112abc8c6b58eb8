"""System letters (invitation, password, news of a campaign): a ledger of their own, leased singly, at least once.

And the groups of addresses that test letters go to.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word, check_move


class NoticeKind(StrEnum):
    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105  the kind of a letter, no secret
    TEST = "test"
    CAMPAIGN_HELD = "campaign_held"
    CAMPAIGN_ENDED = "campaign_ended"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_ANSWERED = "approval_answered"
    CONFIRM = "confirm"
    CONFIRM_REMINDER = "confirm_reminder"
    WELCOME = "welcome"
    READER_REQUEST = "reader_request"
    PROBE = "probe"
    PROBE_FAILED = "probe_failed"


class NoticeStatus(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"


MOVES = {
    NoticeStatus.PENDING: {NoticeStatus.SENT, NoticeStatus.FAILED, NoticeStatus.EXPIRED},
    NoticeStatus.FAILED: {NoticeStatus.PENDING},
    NoticeStatus.SENT: set(),
    NoticeStatus.EXPIRED: set(),
}


class Notice(WithId, WithTimes, Base):
    """`payload` is what the letter needs (for a test letter: the campaign and the reader shown)."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_status_next_at", "status", "next_at"),)

    kind: Mapped[NoticeKind] = mapped_column(Word(NoticeKind))
    email: Mapped[str] = mapped_column(String(320))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[NoticeStatus] = mapped_column(Word(NoticeStatus), default=NoticeStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    owner: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    reply: Mapped[str] = mapped_column(String(200), default="")
    sent_at: Mapped[datetime | None]

    def move_to(self, new: NoticeStatus) -> None:
        check_move(MOVES, self.status, new, noun=f"Notice {self.id}")
        self.status = new


class NoticeWording(WithId, WithTimes, Base):
    """A notice to readers in a brand's own words, one row a language; without a row it has ours.

    `notice` is a word of `services.notice_wordings.ReaderNotice`; `body` is text with tags, one paragraph a line.
    """

    __tablename__ = "notice_wording"
    __table_args__ = (UniqueConstraint("brand_id", "notice", "language"),)

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"))
    notice: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(35))
    subject: Mapped[str] = mapped_column(Text, default="")
    label: Mapped[str] = mapped_column(String(100), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime | None]


class AddressGroup(WithId, WithTimes, Base):
    """Colleagues whom a brand's test letters go to, under a name; `addresses` are checked and written once each."""

    __tablename__ = "address_group"
    __table_args__ = (UniqueConstraint("brand_id", "name"),)

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    addresses: Mapped[list[Any]] = mapped_column(default=list)
