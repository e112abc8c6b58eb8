"""Letters on the web by what they are about: found by words, and gathered under tags. Only what is listed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import ArchiveMode, Campaign, CampaignTag, IssueWord
from app.queries.archive import HAS_LEFT, IssuesPage, listed, paged

LAST_SIGN = "\U0010ffff"
MOST_TAGS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag and how many listed letters wear it."""

    slug: str
    name: str
    letters: int


def search_issues(session: Session, brand_id: int, terms: Sequence[str], page: int = 1) -> IssuesPage:
    """Letters in which every term begins some word; those that say more about them first, then the newest.

    Raises NotFound for pages that there are not.
    """
    if not terms:
        return IssuesPage((), 0, 1, 1)
    found = select(Campaign).where(*listed(brand_id))
    score: ColumnElement[int] = literal(0)
    for term in terms:
        weighed = weights_of(term).subquery()
        found = found.join(weighed, weighed.c.campaign_id == Campaign.id)
        score = score + weighed.c.weight
    return paged(session, found, (score.desc(), Campaign.started_at.desc(), Campaign.id.desc()), page)


def weights_of(term: str) -> Select[int, int]:
    """Which letters have words that begin so, and how much these say about them: a whole word counts twice."""
    whole = func.sum(IssueWord.weight).filter(IssueWord.word == term)
    return (
        select(IssueWord.campaign_id, (func.sum(IssueWord.weight) + func.coalesce(whole, 0)).label("weight"))
        .where(IssueWord.word >= term, IssueWord.word < term + LAST_SIGN)
        .group_by(IssueWord.campaign_id)
    )


def tags_of_archive(session: Session, brand_id: int, *, most: int = MOST_TAGS_SHOWN) -> tuple[TagCount, ...]:
    """The tags of listed letters, the most used first; each called as it was typed in most of them."""
    letters = func.count(CampaignTag.id)
    rows = session.execute(
        select(CampaignTag.slug, func.max(CampaignTag.name), letters)
        .join(Campaign, Campaign.id == CampaignTag.campaign_id)
        .where(*listed(brand_id))
        .group_by(CampaignTag.slug)
        .order_by(letters.desc(), CampaignTag.slug)
        .limit(most)
    ).all()
    return tuple(TagCount(slug, name, count) for slug, name, count in rows)


def get_tag(session: Session, brand_id: int, slug: str) -> TagCount:
    """Raises NotFound where no listed letter wears it."""
    row = session.execute(
        select(func.max(CampaignTag.name), func.count(CampaignTag.id))
        .join(Campaign, Campaign.id == CampaignTag.campaign_id)
        .where(*listed(brand_id), CampaignTag.slug == slug)
    ).one()
    if not row[1]:
        raise NotFound("No letter here is about this.")
    return TagCount(slug, row[0], row[1])


def tags_of(session: Session, campaign_id: int) -> tuple[CampaignTag, ...]:
    """A letter's own, in the order they were typed."""
    wanted = select(CampaignTag).where(CampaignTag.campaign_id == campaign_id).order_by(CampaignTag.id)
    return tuple(session.scalars(wanted))


def unindexed_issues(session: Session, *, most: int) -> tuple[int, ...]:
    """Public letters that have left and cannot be found by their words yet."""
    wanted = (
        Campaign.indexed_at.is_(None),
        Campaign.archive == ArchiveMode.PUBLIC,
        Campaign.slug.is_not(None),
        Campaign.started_at.is_not(None),
        Campaign.status.in_(HAS_LEFT),
    )
    return tuple(session.scalars(select(Campaign.id).where(*wanted).order_by(Campaign.id).limit(most)))
