"""Versions of an article as a list shows them: when, by whom, how; and who saved last."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ArticleVersion, User, VersionKind


@dataclass(frozen=True, slots=True)
class VersionLine:
    """`who` is a name or an address; "" where it was not a person, or nobody knows."""

    id: int
    revision: int
    kind: VersionKind
    at: datetime
    who: str
    user_id: int | None = None


def versions_of(session: Session, article_id: int) -> tuple[VersionLine, ...]:
    """All kept versions, newest first."""
    rows = session.execute(
        select(
            ArticleVersion.id,
            ArticleVersion.revision,
            ArticleVersion.kind,
            ArticleVersion.updated_at,
            ArticleVersion.user_id,
            User.name,
            User.email,
        )
        .outerjoin(User, User.id == ArticleVersion.user_id)
        .where(ArticleVersion.article_id == article_id)
        .order_by(ArticleVersion.id.desc())
    )
    return tuple(
        VersionLine(row.id, row.revision, row.kind, row.updated_at, row.name or row.email or "", row.user_id)
        for row in rows
    )


def last_saved(session: Session, article_id: int) -> VersionLine | None:
    """Who saved what the article says now."""
    return next((one for one in versions_of(session, article_id) if one.kind is not VersionKind.ASIDE), None)
