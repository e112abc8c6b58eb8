"""Pictures: files under their hash in the uploads folder, a brand's library of them, and those being fetched."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word, check_move


class Asset(WithId, WithTimes, Base):
    """`sha256` (hex) and `extension` name the file; sizes in pixels and bytes are those of the stored picture."""

    __tablename__ = "asset"

    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    extension: Mapped[str] = mapped_column(String(8))
    content_type: Mapped[str] = mapped_column(String(80))
    filename: Mapped[str] = mapped_column(String(255))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


class MediaItem(WithId, WithTimes, Base):
    """A picture in a brand's library. `alt` is offered wherever it is put into a letter, "" before it is described."""

    __tablename__ = "media_item"
    __table_args__ = (UniqueConstraint("brand_id", "asset_id"),)

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"))
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    alt: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime | None]


class PictureFetchStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


_S = PictureFetchStatus
MOVES: dict[PictureFetchStatus, set[PictureFetchStatus]] = {
    _S.RUNNING: {_S.DONE, _S.CANCELLED},
    _S.DONE: set(),
    _S.CANCELLED: set(),
}


class PictureFetch(WithId, WithTimes, Base):
    """Pictures of a draft that are fetched from where they lie on the web.

    `wanted` are the addresses; `came` leads from one to its address here, `failed` from one to the reason.
    """

    __tablename__ = "picture_fetch"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    status: Mapped[PictureFetchStatus] = mapped_column(
        Word(PictureFetchStatus), default=PictureFetchStatus.RUNNING, index=True
    )
    wanted: Mapped[list[Any]] = mapped_column(default=list)
    came: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    beat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    def move_to(self, new: PictureFetchStatus) -> None:
        check_move(MOVES, self.status, new, noun="The fetching of pictures")
        self.status = new
