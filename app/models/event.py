"""Facts that happened, append-only."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.models.base import Base, WithId, Word


class EventKind(StrEnum):
    UNSUBSCRIBED = "unsubscribed"
    RESUBSCRIBED = "resubscribed"
    CONFIRMED = "confirmed"
    ADDED = "added"
    ERASED = "erased"
    SUPPRESSED = "suppressed"
    CAMPAIGN_STARTED = "campaign_started"
    CAMPAIGN_HELD = "campaign_held"
    CAMPAIGN_ENDED = "campaign_ended"
    LETTER_PROVED = "letter_proved"


class Event(WithId, Base):
    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subscriber_id_at", "subscriber_id", "at"),
        Index("ix_event_campaign_id_kind", "campaign_id", "kind"),
        Index("ix_event_message_id_kind", "message_id", "kind"),
    )

    kind: Mapped[EventKind] = mapped_column(Word(EventKind))
    at: Mapped[datetime] = mapped_column(default=now)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"))
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id", ondelete="SET NULL"))
    list_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_list.id", ondelete="SET NULL"))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
