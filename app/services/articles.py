"""Articles of campaigns: pasted, held and saved, so that nobody overwrites what another wrote meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import WrongState
from app.models import Article, Campaign
from app.services.campaigns import get_campaign, lock_draft
from emails.articles.article_json import article_from_json, article_to_json
from emails.articles.blocks import Article as WrittenArticle

LONGEST_SOURCE = 2 * 1024 * 1024
UNNAMED = ("", "New campaign")


@dataclass(frozen=True, slots=True)
class HeldArticle:
    """An article as it is stored; `revision` must be given back to save over it."""

    article_id: int
    article: WrittenArticle
    revision: int


def article_of(session: Session, campaign_id: int) -> HeldArticle:
    campaign = get_campaign(session, campaign_id)
    row = session.get_one(Article, campaign.article_id)
    return HeldArticle(row.id, article_from_json(row.content), row.revision)


def paste_article(
    session: Session, campaign_id: int, article: WrittenArticle, *, source: str, kind: str = ""
) -> HeldArticle:
    """Puts a read article into a draft; its title names a campaign that has no name or subject yet.

    Raises:
        WrongState: the campaign is no draft any more.
    """
    campaign = lock_draft(session, campaign_id)
    row = session.get_one(Article, campaign.article_id)
    row.content = article_to_json(article)
    row.source, row.source_kind = source[:LONGEST_SOURCE], kind
    row.revision += 1
    row.updated_at = now()
    name_after(campaign, article)
    return HeldArticle(row.id, article, row.revision)


def name_after(campaign: Campaign, article: WrittenArticle) -> None:
    if not article.title:
        return
    if campaign.name in UNNAMED:
        campaign.name = article.title[:300]
    if not campaign.subject:
        campaign.subject = article.title
    if article.language:
        campaign.language = article.language


def save_article(session: Session, campaign_id: int, content: Mapping[str, object], *, revision: int) -> int:
    """Saves an article over `revision` and answers the new one.

    Raises:
        ArticleBroken: the content cannot be kept; says where.
        WrongState: another person saved meanwhile, or the campaign is no draft any more; nothing is overwritten.
    """
    campaign = lock_draft(session, campaign_id)
    article = article_from_json(content)
    saved = session.execute(
        update(Article)
        .where(Article.id == campaign.article_id, Article.revision == revision)
        .values(content=article_to_json(article), revision=revision + 1, updated_at=now())
        .returning(Article.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not saved:
        raise WrongState(
            "This article was changed elsewhere meanwhile. Copy what you just wrote, load the page again, "
            "and put it in."
        )
    campaign.updated_at = now()
    return revision + 1
