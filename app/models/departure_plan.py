"""How a campaign leaves: a few letters first, at which hours, until when; and what it is waiting for."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Word


class WaitsFor(StrEnum):
    """Why nothing of a waiting campaign leaves; until when is in `waits_until`."""

    CANARY = "canary"
    HOURS = "hours"
    QUOTA = "quota"


class DeparturePlan(Base):
    """When letters leave, which no approval covers. A campaign without a row leaves at once and as a whole.

    The first `canary_count` letters, or `canary_percent` of them, go first; `canary_minutes` after they had left (from
    then on `canary_until` stands) the rest follows, unless a rate of theirs reaches its limit in percent. `days` are
    those of the week, "0" for Monday to "6", on which letters leave from `from_minute` to `to_minute` of the day in
    `zone` (at 1440 it ends; the second may lie on the next day); none is every day. What has not left at `finish_by` is
    left out. `expected` is how many letters the freeze counted on.
    """

    __tablename__ = "departure_plan"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    canary_count: Mapped[int | None]
    canary_percent: Mapped[int | None]
    canary_minutes: Mapped[int]
    bounce_limit: Mapped[float] = mapped_column(Float)
    complaint_limit: Mapped[float] = mapped_column(Float)
    deferral_limit: Mapped[float] = mapped_column(Float)
    unsubscribe_limit: Mapped[float] = mapped_column(Float)
    days: Mapped[str] = mapped_column(String(7))
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    zone: Mapped[str] = mapped_column(String(64))
    finish_by: Mapped[datetime | None]
    expected: Mapped[int | None]
    canary_until: Mapped[datetime | None]
    canary_passed_at: Mapped[datetime | None]
    waits_for: Mapped[WaitsFor | None] = mapped_column(Word(WaitsFor))
    waits_until: Mapped[datetime | None]
