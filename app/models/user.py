"""The people who work here."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word


class Role(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class User(WithId, WithTimes, Base):
    """Someone who signs in. `sign_in_epoch` goes up when every session of theirs must end."""

    __tablename__ = "user"

    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[Role] = mapped_column(Word(Role))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    sign_in_epoch: Mapped[int] = mapped_column(default=0)
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
