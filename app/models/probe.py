"""Letters that a house sends to itself, to see whether one-click unsubscribing works all the way (RFC 8058)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word, check_move


class ProbeCause(StrEnum):
    ASKED = "asked"
    DAILY = "daily"


class ProbeStatus(StrEnum):
    """`ARRIVED`: its delivered copy is kept and waits to be judged."""

    WAITING = "waiting"
    ARRIVED = "arrived"
    DONE = "done"


MOVES = {
    ProbeStatus.WAITING: {ProbeStatus.ARRIVED, ProbeStatus.DONE},
    ProbeStatus.ARRIVED: {ProbeStatus.DONE},
    ProbeStatus.DONE: set(),
}


class Probe(WithId, WithTimes, Base):
    """`number` is what its token is signed for: beyond every message id, drawn once. It belongs to nobody.

    `left_at` and `posts` are all that its address for leaving changes. `copy` is the delivered letter in base64, gone
    once judged; `head` its fields, kept. `findings` are those of `emails.domains.checks` as dictionaries; `level` the
    worst of them, "" before. `mail_host` is what it left by (a transport, a mail server), "" for the catcher.
    """

    __tablename__ = "probe"
    __table_args__ = (Index("ix_probe_sender_id_id", "sender_id", "id"),)

    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    notice_id: Mapped[int | None] = mapped_column(BigInteger)
    cause: Mapped[ProbeCause] = mapped_column(Word(ProbeCause))
    status: Mapped[ProbeStatus] = mapped_column(Word(ProbeStatus), default=ProbeStatus.WAITING, index=True)
    email: Mapped[str] = mapped_column(String(320))
    from_email: Mapped[str] = mapped_column(String(320))
    url: Mapped[str] = mapped_column(Text)
    mail_host: Mapped[str] = mapped_column(String(255), default="")
    left_at: Mapped[datetime | None]
    posts: Mapped[int] = mapped_column(default=0)
    copy: Mapped[str] = mapped_column(Text, default="")
    head: Mapped[str] = mapped_column(Text, default="")
    findings: Mapped[list[Any]] = mapped_column(default=list)
    level: Mapped[str] = mapped_column(String(10), default="")
    arrived_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    def move_to(self, new: ProbeStatus) -> None:
        check_move(MOVES, self.status, new, noun="This probe")
        self.status = new
