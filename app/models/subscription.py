"""One person on one list."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word, check_move


class SubscriptionStatus(StrEnum):
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"


MOVES = {
    SubscriptionStatus.UNCONFIRMED: {SubscriptionStatus.CONFIRMED, SubscriptionStatus.UNSUBSCRIBED},
    SubscriptionStatus.CONFIRMED: {SubscriptionStatus.UNSUBSCRIBED},
    SubscriptionStatus.UNSUBSCRIBED: {SubscriptionStatus.UNCONFIRMED, SubscriptionStatus.CONFIRMED},
}


class Subscription(WithId, WithTimes, Base):
    """What an import began carries its number: with that import's row, whose choices stand once it has begun, it is
    the proof that somebody was added and confirmed when the row was made (`queries/import_proofs`).

    `agreed_at` is when they said so by the file. Nothing ever changes these two, and no subscription is deleted;
    whatever is said later stands in `consent`.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "list_id"),
        Index("ix_subscription_list_id_status", "list_id", "status"),
    )

    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id", ondelete="CASCADE"))
    status: Mapped[SubscriptionStatus] = mapped_column(Word(SubscriptionStatus))
    confirmed_at: Mapped[datetime | None]
    unsubscribed_at: Mapped[datetime | None]
    import_id: Mapped[int | None] = mapped_column(BigInteger)
    agreed_at: Mapped[datetime | None]

    def move_to(self, new: SubscriptionStatus) -> None:
        check_move(MOVES, self.status, new, noun="This subscription")
        self.status = new
