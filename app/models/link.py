"""Addresses behind the numbered links of a campaign's letters: the only place a click is sent to."""

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId


class Link(WithId, Base):
    """`number` counts from 1 in reading order; `url` may be corrected after sending, the number never changes."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    number: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
