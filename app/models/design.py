"""A brand's own designs, and each one as it was at every save."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes


class Design(WithId, WithTimes, Base):
    """A theme, `choices` over it as JSON, and `shell`, its page in MJML ("" for the theme's own page).

    Campaigns name it in their `theme` as "design-<id>". One that was put away is offered no more, and still worn.
    """

    __tablename__ = "design"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    theme: Mapped[str] = mapped_column(String(40), default="calm")
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    shell: Mapped[str] = mapped_column(Text, default="")
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]


class DesignVersion(WithId, WithTimes, Base):
    """A design as it was saved; `number` is the design's revision then. Kept, so that it can be brought back."""

    __tablename__ = "design_version"
    __table_args__ = (UniqueConstraint("design_id", "number"),)

    design_id: Mapped[int] = mapped_column(ForeignKey("design.id", ondelete="CASCADE"))
    number: Mapped[int]
    theme: Mapped[str] = mapped_column(String(40))
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    shell: Mapped[str] = mapped_column(Text, default="")
    content_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
