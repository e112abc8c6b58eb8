"""Letters on the web by what they are about: found by words, and gathered under tags. Only what is listed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import ArchiveMode, Campaign, CampaignTag, IssueWord
from app.queries.archive import HAS_LEFT, ISSUES_A_PAGE, IssuesPage, listed

LAST_SIGN = "\U0010ffff"
MOST_TAGS_SHOWN = 40
MOST_FOUND = 1_000


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag and how many listed letters wear it."""

    slug: str
    name: str
    letters: int


def search_issues(session: Session, brand_id: int, terms: Sequence[str], page: int = 1) -> IssuesPage:
    """Letters in which every term begins some word; those that say more about them first, then the newest.

    The first thousand, and `total` is at most that. Raises NotFound for pages that there are not.
    """
    if not terms:
        return IssuesPage((), 0, 1, 1)
    found = select(Campaign.id).where(*listed(brand_id))
    score: ColumnElement[int] = literal(0)
    for term in terms:
        weighed = weights_of(term).subquery()
        found = found.join(weighed, weighed.c.campaign_id == Campaign.id)
        score = score + weighed.c.weight
    order = (score.desc(), Campaign.started_at.desc(), Campaign.id.desc())
    ids = session.scalars(found.order_by(*order).limit(MOST_FOUND)).all()
    pages = max(1, -(-len(ids) // ISSUES_A_PAGE))
    if not 1 <= page <= pages:
        raise NotFound("The search does not have this page.")
    shown = ids[(page - 1) * ISSUES_A_PAGE : page * ISSUES_A_PAGE]
    rows = {one.id: one for one in session.scalars(select(Campaign).where(Campaign.id.in_(shown)))}
    return IssuesPage(tuple(rows[number] for number in shown), len(ids), page, pages)


def weights_of(term: str) -> Select[int, int]:
    """Which letters have words that begin so, and how much these say about them: a whole word counts twice.

    One sign alone is looked for as a word: too much begins with it.
    """
    whole = IssueWord.word == term
    weight = func.sum(case((whole, 2 * IssueWord.weight), else_=IssueWord.weight)).label("weight")
    begins = (IssueWord.word >= term, IssueWord.word < term + LAST_SIGN)
    wanted = begins if len(term) > 1 or not term.isascii() else (whole,)
    return select(IssueWord.campaign_id, weight).where(*wanted).group_by(IssueWord.campaign_id)


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
