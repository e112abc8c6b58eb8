"""Segments: saved rules over people, which campaigns use them, and who was in one when a campaign was frozen."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BigId, WithId, WithTimes, Word
from app.models.campaign import ListUse


class Segment(WithId, WithTimes, Base):
    """`rule` is JSON as `queries/segment_rules` reads it; who fits is asked anew each time.

    `counted` people did at `counted_at`, so that no overview waits for a count.
    """

    __tablename__ = "segment"

    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    rule: Mapped[dict[str, Any]]
    counted: Mapped[int | None]
    counted_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]


class CampaignSegment(WithId, Base):
    """A segment that a campaign's lists are narrowed to, or whose people it leaves out.

    `name` and `rule` are those of the freeze and stay when the segment is changed or deleted; "" and None before it.
    """

    __tablename__ = "campaign_segment"
    __table_args__ = (UniqueConstraint("campaign_id", "segment_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segment.id", ondelete="SET NULL"), index=True)
    use: Mapped[ListUse] = mapped_column(Word(ListUse), default=ListUse.INCLUDE)
    name: Mapped[str] = mapped_column(String(200), default="")
    rule: Mapped[dict[str, Any] | None]


class SegmentMember(Base):
    """Somebody on a campaign's lists who was in one of its segments at the freeze."""

    __tablename__ = "segment_member"

    subscriber_id: Mapped[int] = mapped_column(BigId, ForeignKey("subscriber.id"), primary_key=True)
    campaign_segment_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("campaign_segment.id", ondelete="CASCADE"), primary_key=True
    )
