"""Lists that people subscribe to."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes


class MailingList(WithId, WithTimes, Base):
    """`public_id` is the stable part of the List-Id header; `name_key` keeps names unique without regard to case.

    With `untracked_at`, letters to its people have no pixel and bare links.
    """

    __tablename__ = "mailing_list"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    untracked_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
