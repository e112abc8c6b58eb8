"""How fast a recipients' domain may be written to, once it has asked for patience. A domain without a row is free."""

from datetime import datetime

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class DomainPace(Base):
    """`per_minute` letters from all hosts together; `said` is what the domain's server answered, at most 200 bytes.

    `slowed_at` is the last time it was halved, `changed_at` the last time it was changed either way.
    """

    __tablename__ = "domain_pace"

    domain: Mapped[str] = mapped_column(String(255), primary_key=True)
    per_minute: Mapped[float] = mapped_column(Float)
    slowed_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    said: Mapped[str] = mapped_column(String(200), default="")
