"""What a reader asked for and a fresh letter to their own address must confirm first."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word


class ReaderAct(StrEnum):
    """PREFERENCES opens the page to everything for a day; the others are done once."""

    PREFERENCES = "preferences"
    CHANGE_ADDRESS = "change_address"
    EXPORT = "export"
    ERASE = "erase"


class ReaderRequest(WithId, WithTimes, Base):
    """`email` is the new address of a change, to which its letter goes; it counts for 24 hours from `created_at`.

    It was asked in a letter of `brand_id`, in `language`.
    """

    __tablename__ = "reader_request"

    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    act: Mapped[ReaderAct] = mapped_column(Word(ReaderAct))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(35), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    done_at: Mapped[datetime | None]
