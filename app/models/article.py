"""What was written, as blocks."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.models.base import Base, WithId, WithTimes


class Article(WithId, WithTimes, Base):
    """`content` is the article's JSON document; `revision` goes up with each save, so that nobody overwrites another.

    `source` is what was pasted or read, kept as it came; `source_kind` says by which importer. With a `letter_kind`
    (mjml, html) the letter is `letter_source`, written whole; `content` then is what can be read of it as blocks.
    """

    __tablename__ = "article"

    content: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    source: Mapped[str] = mapped_column(Text, default="")
    source_kind: Mapped[str] = mapped_column(String(20), default="")
    letter_kind: Mapped[str] = mapped_column(String(10), default="", server_default="")
    letter_source: Mapped[str] = mapped_column(Text, default="", server_default="")
    updated_at: Mapped[datetime] = mapped_column(default=now)
