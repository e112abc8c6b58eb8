"""What was counted of a campaign's openings and clicks, and of a long list's growth: kept so that no page waits."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BigId


class Tally(Base):
    """`figures` are those of the events as they were after `counted` of `changes`; where both are equal, they hold.

    `changes` goes up in the very transaction that adds hits or judges them anew. Whatever is here can be counted again.
    """

    __tablename__ = "tally"

    campaign_id: Mapped[int] = mapped_column(BigId, ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    changes: Mapped[int] = mapped_column(default=0)
    counted: Mapped[int | None]
    counted_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ListTally(Base):
    """`figures` are those of `counted_at`. Whatever is here can be counted again."""

    __tablename__ = "list_tally"

    list_id: Mapped[int] = mapped_column(BigId, ForeignKey("mailing_list.id", ondelete="CASCADE"), primary_key=True)
    counted_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
