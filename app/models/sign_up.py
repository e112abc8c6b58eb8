"""What strangers typed into a form: kept apart from people until the address itself has confirmed it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes


class SignUp(WithId, WithTimes, Base):
    """One press of a form's button. `details` holds first_name, last_name and the form's fields as they were typed.

    `created_at` is the first step of consent, `confirmed_at` the second; `network` is the address's /24 or /64.
    `challenge` is the puzzle that was solved for it (None: none was); `weighed_at`, when it was decided what follows.
    Once confirmed, only `address_hash` is left of the person: the rest is in their own row and proofs by then.
    """

    __tablename__ = "sign_up"
    __table_args__ = (
        Index("ix_sign_up_address_hash_created_at", "address_hash", "created_at"),
        Index("ix_sign_up_network_created_at", "network", "created_at"),
        Index("ix_sign_up_domain_created_at", "domain", "created_at"),
        Index("ix_sign_up_confirmed_at_created_at", "confirmed_at", "created_at"),
    )

    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"), index=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("form_wording.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(String(320))
    address_hash: Mapped[str] = mapped_column(String(32))
    domain: Mapped[str] = mapped_column(String(255), default="")
    network: Mapped[str] = mapped_column(String(50), default="")
    language: Mapped[str] = mapped_column(String(35), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    list_ids: Mapped[list[Any]] = mapped_column(default=list)
    ip_address: Mapped[str] = mapped_column(String(45), default="")
    user_agent: Mapped[str] = mapped_column(String(400), default="")
    challenge: Mapped[str | None] = mapped_column(String(64), unique=True)
    weighed_at: Mapped[datetime | None] = mapped_column(index=True)
    mailed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
