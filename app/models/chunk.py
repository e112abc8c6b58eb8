"""Runs of messages leased to one worker at a time."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, Word, check_move


class ChunkState(StrEnum):
    OPEN = "open"
    LEASED = "leased"
    DONE = "done"


MOVES = {
    ChunkState.OPEN: {ChunkState.LEASED, ChunkState.DONE},
    ChunkState.LEASED: {ChunkState.OPEN, ChunkState.DONE},
    ChunkState.DONE: {ChunkState.OPEN},
}


class Chunk(WithId, Base):
    """Messages with first_id <= id <= last_id. `fence` goes up at every lease; a write with an old one matches nothing.

    `begun_to` is the highest message id that may have been handed over; `counts` is status -> n, true while nobody has
    it in hand. `deaths` counts owners that died here in a row at one letter, `left_at_death` the rows left to go at the
    last one, and `suspects` names that letter. Waves are leased in order, those up to the campaign's `wave_open`. Where
    a domain is warming up, nothing above `grant_to` may begin under the present lease.
    """

    __tablename__ = "chunk"
    __table_args__ = (Index("ix_chunk_campaign_id_state_next_at", "campaign_id", "state", "next_at"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    first_id: Mapped[int] = mapped_column(BigInteger)
    last_id: Mapped[int] = mapped_column(BigInteger)
    wave: Mapped[int] = mapped_column(default=0)
    domain_group: Mapped[str] = mapped_column(String(255), default="")
    state: Mapped[ChunkState] = mapped_column(Word(ChunkState), default=ChunkState.OPEN)
    owner: Mapped[str | None] = mapped_column(String(100))
    host: Mapped[str | None] = mapped_column(String(100))
    fence: Mapped[int] = mapped_column(default=0)
    beat: Mapped[datetime | None]
    begun_to: Mapped[int] = mapped_column(BigInteger, default=0)
    lease_until: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any] | None]
    deaths: Mapped[int] = mapped_column(default=0, server_default="0")
    left_at_death: Mapped[int | None]
    suspects: Mapped[list[Any] | None]
    grant_to: Mapped[int | None] = mapped_column(BigInteger)

    def move_to(self, new: ChunkState) -> None:
        check_move(MOVES, self.state, new, noun=f"Chunk {self.id}")
        self.state = new
