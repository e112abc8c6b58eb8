"""What the team did, append-only."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes


class AuditEntry(WithId, WithTimes, Base):
    """`act` is a verb ("campaign.scheduled"); `noun` and `noun_id` say to what; no address in clear in `facts`."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_noun_noun_id", "noun", "noun_id"),)

    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    act: Mapped[str] = mapped_column(String(60))
    noun: Mapped[str] = mapped_column(String(40))
    noun_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
