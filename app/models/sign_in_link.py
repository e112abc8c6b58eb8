"""One-time addresses that let a person in: first start, invitation, forgotten password."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word


class LinkPurpose(StrEnum):
    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105  the purpose of a link, no secret


class SignInLink(WithId, WithTimes, Base):
    """`token_hash` is SHA-256 of the token (hex); the token itself is never stored."""

    __tablename__ = "sign_in_link"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(Word(LinkPurpose))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
