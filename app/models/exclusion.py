"""People a campaign looked at and left out, with the reason, so that the books balance."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, Word
from app.models.message import Reason


class Exclusion(WithId, Base):
    __tablename__ = "exclusion"
    __table_args__ = (UniqueConstraint("campaign_id", "subscriber_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"), index=True)
    reason: Mapped[Reason] = mapped_column(Word(Reason))
