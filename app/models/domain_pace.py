"""How fast recipients' domains may be written to, once they have asked for patience, and which share one pace."""

from datetime import datetime

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class DomainPace(Base):
    """`per_minute` letters from all hosts together; `said` is what the server answered, at most 200 bytes.

    `domain` is an MX group, or a domain that is none's; without a row it is free. `slowed_at` is the last time it was
    halved, `changed_at` the last time it was changed either way.
    """

    __tablename__ = "domain_pace"

    domain: Mapped[str] = mapped_column(String(255), primary_key=True)
    per_minute: Mapped[float] = mapped_column(Float)
    slowed_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    said: Mapped[str] = mapped_column(String(200), default="")


class MxGroup(Base):
    """Which group a recipients' domain belongs to: itself, unless the DNS tells who takes its mail.

    `looked_up_at` is when the DNS last answered, None where it never has; from `look_at` on it is asked again.
    """

    __tablename__ = "mx_group"

    domain: Mapped[str] = mapped_column(String(255), primary_key=True)
    group: Mapped[str] = mapped_column(String(255), index=True)
    looked_up_at: Mapped[datetime | None]
    look_at: Mapped[datetime]
