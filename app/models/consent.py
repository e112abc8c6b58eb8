"""The append-only record of who agreed to what, and who took it back."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word


class ConsentAct(StrEnum):
    ADDED = "added"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"
    RESUBSCRIBED = "resubscribed"
    ERASED = "erased"


class ConsentWay(StrEnum):
    """By which door it was said."""

    TEAM = "team"
    IMPORT = "import"
    COMMAND = "command"
    PAGE = "page"
    ONE_CLICK = "one_click"
    MAIL = "mail"
    DEMO = "demo"
    FORM = "form"


class Consent(WithId, WithTimes, Base):
    """One thing said about one subscription; never updated, never deleted. `basis` is the wording or the reason.

    What came through a form names it, the version of its wording, and when the first step was taken (`asked_at`).
    """

    __tablename__ = "consent"

    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id"), index=True)
    list_id: Mapped[int | None] = mapped_column(ForeignKey("mailing_list.id", ondelete="SET NULL"))
    act: Mapped[ConsentAct] = mapped_column(Word(ConsentAct))
    way: Mapped[ConsentWay] = mapped_column(Word(ConsentWay))
    basis: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    form_id: Mapped[int | None] = mapped_column(BigInteger)
    wording_version: Mapped[int | None]
    asked_at: Mapped[datetime | None]
    ip_address: Mapped[str] = mapped_column(String(45), default="")
    user_agent: Mapped[str] = mapped_column(String(400), default="")
