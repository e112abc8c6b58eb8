"""The organisations letters speak for."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word


class Tracking(StrEnum):
    """What is kept of openings and clicks: whose they were, only how many, or nothing at all."""

    PEOPLE = "people"
    TOTALS = "totals"
    OFF = "off"


class ApprovalRule(StrEnum):
    """Whether a brand's letters leave on one person's word, or need a second one's."""

    NONE = "none"
    SECOND_PERSON = "second_person"


class LogoTone(StrEnum):
    """What a logo is drawn in where it is transparent; such a one needs a plate on a ground like itself."""

    MIXED = "mixed"
    DARK = "dark"
    LIGHT = "light"


class Brand(WithId, WithTimes, Base):
    """`address` is the postal address that the law wants in every letter; `base_url` overrides the installation's.

    `accent`, `paper` and `ink` are #RRGGBB, fonts are names; "" leaves each to the design. `logo_width` is in px, 0
    follows from the logo's shape. Once `archive_opened_at`, its public letters stand at `/archive/<slug>/`.
    """

    __tablename__ = "brand"

    name: Mapped[str] = mapped_column(String(200), unique=True)
    address: Mapped[str] = mapped_column(Text, default="")
    website_url: Mapped[str] = mapped_column(String(2000), default="")
    base_url: Mapped[str] = mapped_column(String(2000), default="")
    language: Mapped[str] = mapped_column(String(35), default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    tracking: Mapped[Tracking] = mapped_column(Word(Tracking), default=Tracking.PEOPLE, server_default="people")
    approval_rule: Mapped[ApprovalRule] = mapped_column(
        Word(ApprovalRule), default=ApprovalRule.NONE, server_default="none"
    )
    slug: Mapped[str | None] = mapped_column(String(60), index=True, unique=True)
    archive_opened_at: Mapped[datetime | None]
    logo_asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id", ondelete="SET NULL"))
    logo_alt: Mapped[str] = mapped_column(String(200), default="", server_default="")
    logo_width: Mapped[int] = mapped_column(default=0, server_default="0")
    logo_tone: Mapped[LogoTone] = mapped_column(Word(LogoTone), default=LogoTone.MIXED, server_default="mixed")
    accent: Mapped[str] = mapped_column(String(7), default="", server_default="")
    paper: Mapped[str] = mapped_column(String(7), default="", server_default="")
    ink: Mapped[str] = mapped_column(String(7), default="", server_default="")
    heading_font: Mapped[str] = mapped_column(String(20), default="", server_default="")
    body_font: Mapped[str] = mapped_column(String(20), default="", server_default="")
