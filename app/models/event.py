"""Facts that happened, append-only."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
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
    OPENED = "opened"
    CLICKED = "clicked"
    DECOY_FOLLOWED = "decoy_followed"
    REASON_GIVEN = "reason_given"
    PAUSED = "paused"
    ADDRESS_CHANGED = "address_changed"
    DATA_EXPORTED = "data_exported"


class Verdict(StrEnum):
    """Who stood behind an opening or a click, as far as can be told."""

    HUMAN = "human"
    AUTOMATED = "automated"
    UNDECIDED = "undecided"


def partial(name: str, *columns: str) -> Index:
    """An index of the rows in which the first of its columns is told."""
    told = text(f"{columns[0]} IS NOT NULL")
    return Index(name, *columns, postgresql_where=told, sqlite_where=told)


class Event(WithId, Base):
    """Raw and kept; only `verdict` is decided again when the rules grow (`verdict_version`, with the rule's name).

    `source` names the line of the spool it came from, so that no line becomes two events.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subscriber_id_at", "subscriber_id", "at"),
        # All that a report counts, so that it reads no rows. What is about no letter stands in neither index.
        partial("ix_event_report", "campaign_id", "kind", "message_id", "verdict", "link_number", "at"),
        partial("ix_event_message_id_kind", "message_id", "kind"),
        Index("ix_event_kind_verdict_version_at", "kind", "verdict_version", "at"),
    )

    kind: Mapped[EventKind] = mapped_column(Word(EventKind))
    at: Mapped[datetime] = mapped_column(default=now)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"))
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id", ondelete="SET NULL"))
    list_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_list.id", ondelete="SET NULL"))
    link_number: Mapped[int | None]
    verdict: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    verdict_rule: Mapped[str] = mapped_column(String(40), default="", server_default="")
    verdict_version: Mapped[int] = mapped_column(default=0, server_default="0")
    source: Mapped[str | None] = mapped_column(String(80), index=True, unique=True)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
