"""Secrets that all hosts of one installation share and that are never rotated."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithTimes


class KeptSecret(WithTimes, Base):
    __tablename__ = "kept_secret"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
