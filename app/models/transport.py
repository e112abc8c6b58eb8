"""Ways out as rows: mail servers and providers, what they took by the hour, and letters sent to try them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word


class TransportKind(StrEnum):
    SMTP = "smtp"
    SES = "ses"
    SENDGRID = "sendgrid"
    MAILGUN = "mailgun"
    POSTMARK = "postmark"
    BREVO = "brevo"


class Transport(WithId, WithTimes, Base):
    """One way out. `details` are its plain settings by kind, `sealed` its secret, which only LETTERWRIGHT_SECRET opens.

    `domains` are those of senders whose letters it carries, in ASCII form; none for all that no other row names. Limits
    of 0 are none. It is set aside until `aside_until` after `aside_times` failed spells in a row, for `aside_reason`.
    """

    __tablename__ = "transport"

    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[TransportKind] = mapped_column(Word(TransportKind))
    details: Mapped[dict[str, Any]]
    sealed: Mapped[str] = mapped_column(Text, default="")
    domains: Mapped[list[Any]]
    weight: Mapped[int] = mapped_column(Integer, default=10)
    connections: Mapped[int] = mapped_column(Integer, default=10)
    letters: Mapped[int] = mapped_column(Integer, default=100)
    per_second: Mapped[int] = mapped_column(Integer, default=0)
    per_minute: Mapped[int] = mapped_column(Integer, default=0)
    per_hour: Mapped[int] = mapped_column(Integer, default=0)
    per_day: Mapped[int] = mapped_column(Integer, default=0)
    off_at: Mapped[datetime | None]
    aside_since: Mapped[datetime | None]
    aside_until: Mapped[datetime | None]
    aside_times: Mapped[int] = mapped_column(Integer, default=0)
    aside_reason: Mapped[str] = mapped_column(String(400), default="")


class TransportHour(Base):
    """How many letters a transport was handed in the hour that began at `hour`; kept for two days."""

    __tablename__ = "transport_hour"

    transport_id: Mapped[int] = mapped_column(ForeignKey("transport.id", ondelete="CASCADE"), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    letters: Mapped[int] = mapped_column(Integer)


class TransportTest(WithId, WithTimes, Base):
    """A letter that somebody sends to see whether a transport works. `outcome` is "" until it ended."""

    __tablename__ = "transport_test"

    transport_id: Mapped[int] = mapped_column(ForeignKey("transport.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    email: Mapped[str] = mapped_column(String(320))
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(20), default="")
    transcript: Mapped[str] = mapped_column(Text, default="")
