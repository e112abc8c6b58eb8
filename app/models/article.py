"""What was written, as blocks; what it said before; and what the web keeps beside it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.clock import now
from app.models.base import Base, WithId, WithTimes, Word


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


class VersionKind(StrEnum):
    """How it came: typed, pasted or imported over all, taken from an older version, or written aside.

    ASIDE was never the article: somebody else had saved meanwhile, and this is what would have been saved.
    """

    SAVED = "saved"
    PASTED = "pasted"
    RESTORED = "restored"
    ASIDE = "aside"


class ArticleVersion(WithId, WithTimes, Base):
    """What an article said before.

    `revision` is the article's at that save (of ASIDE: the one it began from), `updated_at` the last typing in it.
    """

    __tablename__ = "article_version"
    __table_args__ = (Index("ix_article_version_article_id_id", "article_id", "id"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    revision: Mapped[int]
    kind: Mapped[VersionKind] = mapped_column(Word(VersionKind))
    content: Mapped[dict[str, Any]]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Correction(WithId, WithTimes, Base):
    """The article as the web shows it instead of what was sent; the letter itself stays as it left.

    `note` says to readers what was wrong, `noted_on` is the day they are told (ISO, "" for none).
    """

    __tablename__ = "correction"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), unique=True)
    content: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    noted_on: Mapped[str] = mapped_column(String(10), default="")
    revision: Mapped[int] = mapped_column(default=1)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime] = mapped_column(default=now)


class SavedSection(WithId, WithTimes, Base):
    """Blocks that a brand uses again and again, under a name.

    `content` is an article's JSON document of which only the blocks count; inserting copies them.
    """

    __tablename__ = "saved_section"
    __table_args__ = (UniqueConstraint("brand_id", "name_key"),)

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


class CampaignTag(WithId, Base):
    """What a letter is about: `name` as it was typed, `slug` as addresses have it."""

    __tablename__ = "campaign_tag"
    __table_args__ = (UniqueConstraint("campaign_id", "slug"), Index("ix_campaign_tag_slug", "slug"))

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(60))


class IssueWord(WithId, Base):
    """A word by which a letter on the web is found, folded, and how much it says about the letter (1 to 100).

    Compared byte by byte, so that the words with one beginning stand together in either database.
    """

    __tablename__ = "issue_word"
    __table_args__ = (
        UniqueConstraint("campaign_id", "word"),
        # Holds all that a search asks for, so that it never reads the table.
        Index("ix_issue_word_word_campaign_id_weight", "word", "campaign_id", "weight"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    word: Mapped[str] = mapped_column(String(40).with_variant(String(40, collation="C"), "postgresql"))
    weight: Mapped[int]
