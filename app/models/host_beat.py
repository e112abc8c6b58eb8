"""When each host last looked after the house, so that a long absence is noticed before anything leaves."""

from datetime import datetime

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class HostBeat(Base):
    """`host` is the host's id with its boot; `boot_seconds` its clock that nobody sets, `at` the one on the wall."""

    __tablename__ = "host_beat"

    host: Mapped[str] = mapped_column(String(100), primary_key=True)
    at: Mapped[datetime]
    boot_seconds: Mapped[float] = mapped_column(Float)
