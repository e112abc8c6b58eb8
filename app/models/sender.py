"""From identities."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes


class Sender(WithId, WithTimes, Base):
    __tablename__ = "sender"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320), unique=True)
    reply_to: Mapped[str] = mapped_column(String(320), default="")
