"""What is planned, and how far it is."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word, check_move


class CampaignStatus(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PREPARING = "preparing"
    SENDING = "sending"
    PAUSED = "paused"
    HELD = "held"
    WAITING = "waiting"
    SENT = "sent"
    CANCELLED = "cancelled"


_S = CampaignStatus
MOVES: dict[CampaignStatus, set[CampaignStatus]] = {
    _S.DRAFT: {_S.SCHEDULED},
    _S.SCHEDULED: {_S.DRAFT, _S.PREPARING, _S.HELD, _S.CANCELLED},
    _S.PREPARING: {_S.SENDING, _S.HELD, _S.PAUSED, _S.CANCELLED},
    _S.SENDING: {_S.PAUSED, _S.HELD, _S.WAITING, _S.SENT, _S.CANCELLED},
    _S.PAUSED: {_S.SENDING, _S.PREPARING, _S.HELD, _S.CANCELLED},
    _S.HELD: {_S.DRAFT, _S.SENDING, _S.PREPARING, _S.SCHEDULED, _S.CANCELLED},
    _S.WAITING: {_S.SENDING, _S.HELD, _S.PAUSED, _S.CANCELLED},
    _S.SENT: {_S.SENDING},
    _S.CANCELLED: set(),
}


class HoldCause(StrEnum):
    """Why a campaign is held: what the cure depends on. The sentence for people is in `trouble`."""

    CHANGED = "changed"
    LATE = "late"
    AWAY = "away"
    RESTORED = "restored"
    RELAY = "relay"
    REFUSALS = "refusals"
    POLICY = "policy"
    POISON = "poison"
    CANARY = "canary"


class ArchiveMode(StrEnum):
    """Whether the letter can be read on the web: not at all, by who knows the address, or listed in the archive."""

    OFF = "off"
    UNLISTED = "unlisted"
    PUBLIC = "public"


class ListUse(StrEnum):
    INCLUDE = "include"
    EXCLUDE = "exclude"


class Campaign(WithId, WithTimes, Base):
    """A letter to some lists. What is set at the freeze stays: candidates, upper id, key id, content hash, `left_out`.

    `epoch` goes up with every move of status, so that a double click or a replayed call starts nothing twice;
    `told_epoch` is the last one whose news (held, ended) was mailed. `unknown_left` letters of unknown fate were looked
    at by a person and left as they are. Since `indexed_at` the archive finds it by its words as they are.
    """

    __tablename__ = "campaign"
    __table_args__ = (Index("ix_campaign_status_send_at", "status", "send_at"),)

    name: Mapped[str] = mapped_column(String(300))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("sender.id", ondelete="SET NULL"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    theme: Mapped[str] = mapped_column(String(40), default="calm")
    subject: Mapped[str] = mapped_column(Text, default="")
    preheader: Mapped[str] = mapped_column(Text, default="")
    greeting: Mapped[str] = mapped_column(Text, default="Hi {{ subscriber.first_name | default('there') }},")
    language: Mapped[str] = mapped_column(String(35), default="en")

    status: Mapped[CampaignStatus] = mapped_column(Word(CampaignStatus), default=CampaignStatus.DRAFT)
    epoch: Mapped[int] = mapped_column(default=0)
    send_at: Mapped[datetime | None]
    send_zone: Mapped[str] = mapped_column(String(64), default="")
    approved_hash: Mapped[str] = mapped_column(String(64), default="")
    override_reason: Mapped[str] = mapped_column(Text, default="")
    override_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    key_id: Mapped[str] = mapped_column(String(4), default="")
    upper_subscriber_id: Mapped[int | None]
    freeze_cursor: Mapped[int] = mapped_column(default=0)
    candidates: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[dict[str, Any] | None]
    wave_open: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(Text, default="")
    trouble_at: Mapped[datetime | None]
    hold_cause: Mapped[HoldCause | None] = mapped_column(Word(HoldCause))
    told_epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    unknown_left: Mapped[int] = mapped_column(default=0, server_default="0")

    archive: Mapped[ArchiveMode] = mapped_column(Word(ArchiveMode), default=ArchiveMode.OFF, server_default="off")
    slug: Mapped[str | None] = mapped_column(String(120), index=True, unique=True)
    indexed_at: Mapped[datetime | None]

    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime | None]

    def move_to(self, new: CampaignStatus) -> None:
        check_move(MOVES, self.status, new, noun=f"“{self.name}”")
        self.status = new
        self.epoch = (self.epoch or 0) + 1


class CampaignList(WithId, Base):
    """A list that a campaign goes to, or one whose people it leaves out."""

    __tablename__ = "campaign_list"
    __table_args__ = (UniqueConstraint("campaign_id", "list_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id", ondelete="CASCADE"), index=True)
    use: Mapped[ListUse] = mapped_column(Word(ListUse), default=ListUse.INCLUDE)
