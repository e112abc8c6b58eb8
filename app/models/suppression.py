"""Addresses never to be written to, known by keyed hash only, so that erasure and re-import change nothing."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word


class SuppressionReason(StrEnum):
    UNSUBSCRIBED = "unsubscribed"
    ADDRESS_BAD = "address_bad"
    COMPLAINT = "complaint"
    BY_HAND = "by_hand"
    ERASED = "erased"
    LEGAL = "legal"


class Suppression(WithId, WithTimes, Base):
    __tablename__ = "suppression"

    address_hash: Mapped[str] = mapped_column(String(32), unique=True)
    reason: Mapped[SuppressionReason] = mapped_column(Word(SuppressionReason))
    note: Mapped[str] = mapped_column(String(400), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"))
