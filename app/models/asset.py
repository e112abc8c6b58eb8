"""Uploaded pictures; the bytes lie in the uploads folder under their hash."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes


class Asset(WithId, WithTimes, Base):
    """`sha256` (hex) and `extension` name the file; sizes in pixels and bytes are those of the stored picture."""

    __tablename__ = "asset"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    extension: Mapped[str] = mapped_column(String(8))
    content_type: Mapped[str] = mapped_column(String(80))
    filename: Mapped[str] = mapped_column(String(255))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
