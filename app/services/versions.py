"""Versions of articles: kept with each save, thinned as they grow old, never changed by what is written later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import NotFound
from app.models import Article, ArticleVersion, VersionKind

ONE_SITTING = timedelta(minutes=5)
"""Saves of one person without such a pause since the version began are one version."""

ALL_KEPT = 20
"""The newest are all kept; older ones are one an hour, then one a day."""

MOST_KEPT = 100
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def keep_first(session: Session, article: Article) -> None:
    """Keeps what an article said before anybody's first save here, so that it can be brought back."""
    known = session.scalars(select(ArticleVersion.id).where(ArticleVersion.article_id == article.id).limit(1)).first()
    if known is None and (article.content.get("blocks") or article.content.get("title")):
        session.add(
            ArticleVersion(
                article_id=article.id,
                revision=article.revision,
                kind=VersionKind.PASTED,
                content=dict(article.content),
                created_at=article.updated_at,
                updated_at=article.updated_at,
            )
        )
        session.flush()


@dataclass(frozen=True, slots=True)
class Save:
    """What is told of a save beside the words: the revision it made (of ASIDE: the one it began from), how, and who."""

    revision: int
    kind: VersionKind = VersionKind.SAVED
    user_id: int | None = None


def keep_version(session: Session, article_id: int, content: Mapping[str, Any], save: Save) -> ArticleVersion:
    """Keeps what was just saved: in the version of the same sitting, else in a new one; thins the old ones."""
    newest = newest_version(session, article_id, aside=save.kind is VersionKind.ASIDE, user_id=save.user_id)
    moment = now()
    if newest is not None and continues(newest, save, moment):
        newest.content, newest.revision, newest.updated_at = dict(content), save.revision, moment
        return newest
    made = ArticleVersion(
        article_id=article_id,
        revision=save.revision,
        kind=save.kind,
        content=dict(content),
        user_id=save.user_id,
        updated_at=moment,
    )
    session.add(made)
    session.flush()
    thin(session, article_id)
    return made


def continues(newest: ArticleVersion, save: Save, moment: datetime) -> bool:
    return (
        newest.kind is save.kind
        and save.kind in {VersionKind.SAVED, VersionKind.ASIDE}
        and newest.user_id == save.user_id
        and moment - newest.created_at < ONE_SITTING
    )


def newest_version(
    session: Session, article_id: int, *, aside: bool = False, user_id: int | None = None
) -> ArticleVersion | None:
    """The newest that was the article, or the newest that `user_id` wrote aside."""
    query = select(ArticleVersion).where(ArticleVersion.article_id == article_id)
    if aside:
        query = query.where(ArticleVersion.kind == VersionKind.ASIDE, ArticleVersion.user_id == user_id)
    else:
        query = query.where(ArticleVersion.kind != VersionKind.ASIDE)
    return session.scalars(query.order_by(ArticleVersion.id.desc()).limit(1)).first()


def thin(session: Session, article_id: int) -> None:
    rows = session.execute(
        select(ArticleVersion.id, ArticleVersion.created_at)
        .where(ArticleVersion.article_id == article_id)
        .order_by(ArticleVersion.id.desc())
    ).all()
    gone = superfluous([(row.id, row.created_at) for row in rows], now())
    if gone:
        session.execute(delete(ArticleVersion).where(ArticleVersion.id.in_(gone)))


def superfluous(versions: Sequence[tuple[int, datetime]], moment: datetime) -> list[int]:
    """Which of the versions, newest first, are let go; the very first is kept for as long as any."""
    gone: list[int] = []
    kept_at: datetime | None = None
    older = versions[ALL_KEPT:-1]
    for number, made_at in older:
        gap = HOUR if moment - made_at < 7 * DAY else DAY
        if kept_at is not None and kept_at - made_at < gap:
            gone.append(number)
        else:
            kept_at = made_at
    left = [number for number, _ in older if number not in set(gone)]
    return gone + left[max(0, MOST_KEPT - ALL_KEPT - 1) :]


def get_version(session: Session, article_id: int, version_id: int) -> ArticleVersion:
    found = session.get(ArticleVersion, version_id)
    if found is None or found.article_id != article_id:
        raise NotFound("This version is not kept any more.")
    return found
