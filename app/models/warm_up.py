"""A sender's domain that is new to mailbox providers: how many letters may leave on each of its first days."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes


class WarmUp(WithTimes, Base):
    """`steps[n]` letters may leave on the n-th day on which any left; after the last step nothing holds them back.

    `domain` is in ASCII form; days begin at midnight in `zone`.
    """

    __tablename__ = "warm_up"

    domain: Mapped[str] = mapped_column(String(255), primary_key=True)
    steps: Mapped[list[Any]]
    zone: Mapped[str] = mapped_column(String(64))
    finished_at: Mapped[datetime | None]


class WarmUpDay(WithId, Base):
    """A day ("2026-11-28") on which letters of the domain left, or were about to, and how many it allows."""

    __tablename__ = "warm_up_day"
    __table_args__ = (UniqueConstraint("domain", "day"),)

    domain: Mapped[str] = mapped_column(ForeignKey("warm_up.domain", ondelete="CASCADE"))
    day: Mapped[str] = mapped_column(String(10))
    quota: Mapped[int]
