"""How far a mailbox of ours is read. One row a mailbox that was ever named in the settings."""

from datetime import datetime

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId


class Mailbox(WithId, Base):
    """`name` is `user@host/folder`. `last_uid` counts within `uid_validity` (RFC 9051 2.3.1.1); both 0 at first.

    `read_at` is the last look that went well; `trouble`, in words for a person, why the last one did not.
    """

    __tablename__ = "mailbox"

    name: Mapped[str] = mapped_column(String(400), unique=True)
    uid_validity: Mapped[int] = mapped_column(BigInteger, default=0)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    read_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(Text, default="")
