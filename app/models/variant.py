"""One side of a test; a campaign without a test has one."""

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word
from app.models.brand import Tracking


class Variant(WithId, WithTimes, Base):
    """`compiled` is the CompiledLetter as JSON, frozen at the start with its hash; "" before.

    With `tracking` off it has no pixel and bare links: the same letter for people who are not to be counted.
    """

    __tablename__ = "variant"
    __table_args__ = (UniqueConstraint("campaign_id", "label"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(10), default="A")
    tracking: Mapped[Tracking] = mapped_column(Word(Tracking), default=Tracking.PEOPLE, server_default="people")
    compiled: Mapped[str] = mapped_column(Text, default="", deferred=True)
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    envelope: Mapped[str] = mapped_column(Text, default="", deferred=True)
