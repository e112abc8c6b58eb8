"""The ledger: one row for one campaign to one person."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BigId, WithId, Word, check_move


class MessageStatus(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


_S = MessageStatus
MOVES: dict[MessageStatus, set[MessageStatus]] = {
    _S.PENDING: {_S.SENT, _S.DEFERRED, _S.REFUSED, _S.SKIPPED, _S.CANCELLED, _S.UNKNOWN},
    _S.DEFERRED: {_S.PENDING, _S.SENT, _S.REFUSED, _S.SKIPPED, _S.CANCELLED},
    _S.REFUSED: {_S.PENDING, _S.SENT},
    _S.UNKNOWN: {_S.PENDING, _S.SENT},
    _S.SKIPPED: {_S.SENT},
    _S.CANCELLED: {_S.SENT},
    _S.SENT: set(),
}


class Reason(StrEnum):
    """Why somebody got no letter: before the freeze (exclusions) or after it (messages)."""

    UNSUBSCRIBED = "unsubscribed"
    UNCONFIRMED = "unconfirmed"
    SUPPRESSED = "suppressed"
    ERASED = "erased"
    PAUSED = "paused"
    EXCLUDED_LIST = "excluded_list"
    FREQUENCY_CAP = "frequency_cap"
    CONSENT_EXPIRED = "consent_expired"
    ALREADY_RECEIVED = "already_received"
    DUPLICATE_ADDRESS = "duplicate_address"
    NOT_IN_SEGMENT = "not_in_segment"
    EXCLUDED_SEGMENT = "excluded_segment"
    RENDER_FAILED = "render_failed"
    EXPIRED = "expired"
    ADDRESS_BAD = "address_bad"
    POLICY = "policy"
    MAILBOX_FULL = "mailbox_full"
    REFUSED_OTHERWISE = "refused_otherwise"
    OPTED_OUT_MEANWHILE = "opted_out_meanwhile"
    SMTPUTF8_UNSUPPORTED = "smtputf8_unsupported"
    TEMPORARY = "temporary"
    CONNECTION_LOST = "connection_lost"


class Message(WithId, Base):
    """`address_hash` keeps one campaign from reaching an address twice, and stays when the person is erased.

    Its chunk is the one of its campaign whose ids run from first_id to last_id over this id. PostgreSQL keeps parents
    by triggers on them (migration 0017): a look at each for every message was a third of a freeze.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "campaign_id"),
        UniqueConstraint("campaign_id", "address_hash"),
        *(
            ForeignKeyConstraint([f"{parent}_id"], [f"{parent}.id"]).ddl_if(dialect="sqlite")
            for parent in ("campaign", "subscriber", "variant")
        ),
        # Every row is written twice, frozen and ended: room beside it spares its indexes the second time.
        {"postgresql_with": {"fillfactor": "50"}},
    )

    campaign_id: Mapped[int] = mapped_column(BigId)
    subscriber_id: Mapped[int] = mapped_column(BigId)
    variant_id: Mapped[int | None] = mapped_column(BigId)
    address_hash: Mapped[str] = mapped_column(String(32))
    status: Mapped[MessageStatus] = mapped_column(Word(MessageStatus), default=MessageStatus.PENDING)
    reason: Mapped[Reason | None] = mapped_column(Word(Reason))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    code: Mapped[int | None]
    enhanced: Mapped[str | None] = mapped_column(String(12))
    reply: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[datetime | None]

    def move_to(self, new: MessageStatus) -> None:
        check_move(MOVES, self.status, new, noun=f"Message {self.id}")
        self.status = new
