"""From identities, and the keys that their domains' letters are signed with."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes


class Sender(WithId, WithTimes, Base):
    __tablename__ = "sender"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(320), unique=True)
    reply_to: Mapped[str] = mapped_column(String(320), default="")


class SigningKey(WithId, WithTimes, Base):
    """A DKIM key of a domain (ASCII form). `sealed` is its private half, which only LETTERWRIGHT_SECRET opens.

    It signs what is frozen after `signs_since` and before `signs_until`; what was frozen with it keeps it.
    """

    __tablename__ = "signing_key"
    __table_args__ = (UniqueConstraint("domain", "selector"),)

    domain: Mapped[str] = mapped_column(String(255))
    selector: Mapped[str] = mapped_column(String(63))
    public: Mapped[str] = mapped_column(Text)
    sealed: Mapped[str] = mapped_column(Text)
    signs_since: Mapped[datetime | None]
    signs_until: Mapped[datetime | None]
