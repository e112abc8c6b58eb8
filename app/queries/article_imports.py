"""Questions about articles brought in: which imports there were, what one found, and how far it is."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.models import ArticleImport, ArticleImportStatus, FoundArticle, FoundState, User

MOST_SHOWN = 100
MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class ArticleImportRow:
    """One line of the overview; `made` of `found` articles are drafts."""

    id: int
    source: str
    status: ArticleImportStatus
    created_at: datetime
    by: str
    found: int
    made: int


def find_article_imports(session: Session) -> tuple[ArticleImportRow, ...]:
    """The newest first."""
    made = func.count(FoundArticle.id).filter(FoundArticle.state == FoundState.MADE)
    rows = session.execute(
        select(ArticleImport, User.name, User.email, func.count(FoundArticle.id), made)
        .outerjoin(User, User.id == ArticleImport.user_id)
        .outerjoin(FoundArticle, FoundArticle.import_id == ArticleImport.id)
        .group_by(ArticleImport.id, User.id)
        .order_by(ArticleImport.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(
        ArticleImportRow(batch.id, batch.source, batch.status, batch.created_at, name or email or "", found, count)
        for batch, name, email, found, count in rows
    )


def counts_of(session: Session, import_id: int) -> Counter[FoundState]:
    """How many parts there are in each state."""
    rows = session.execute(
        select(FoundArticle.state, func.count()).where(FoundArticle.import_id == import_id).group_by(FoundArticle.state)
    )
    return Counter({state: count for state, count in rows})  # noqa: C416  rows are no pairs to a type checker


def parts_of(session: Session, import_id: int, *states: FoundState) -> tuple[FoundArticle, ...]:
    """The first MOST_LISTED parts in these states, in the source's order."""
    return tuple(
        session.scalars(
            select(FoundArticle)
            .where(FoundArticle.import_id == import_id, FoundArticle.state.in_(states))
            .order_by(FoundArticle.number)
            .limit(MOST_LISTED)
        )
    )


def made_before(session: Session, batch: ArticleImport) -> frozenset[tuple[str, str]]:
    """Part and title of what this import found and an earlier one of the brand made a draft of that is still here."""
    earlier, here = aliased(FoundArticle), aliased(FoundArticle)
    rows = session.execute(
        select(here.part, here.title)
        .join(earlier, (earlier.part == here.part) & (earlier.title == here.title))
        .join(ArticleImport, ArticleImport.id == earlier.import_id)
        .where(
            here.import_id == batch.id,
            earlier.import_id != batch.id,
            earlier.state == FoundState.MADE,
            earlier.campaign_id.is_not(None),
            ArticleImport.brand_id == batch.brand_id,
        )
        .distinct()
    ).all()
    return frozenset((row.part, row.title) for row in rows)
