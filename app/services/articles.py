"""Articles of campaigns: pasted, held and saved, so that nobody overwrites what another wrote meanwhile.

Each save keeps a version; see `versions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import ChangedMeanwhile
from app.models import Article, Campaign, VersionKind
from app.services.campaigns import get_campaign, lock_draft
from app.services.versions import Save, get_version, keep_first, keep_version
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


@dataclass(frozen=True, slots=True)
class Source:
    """Where a pasted article came from: its text as it came, the importer that read it, who brought it."""

    text: str
    kind: str = ""
    user_id: int | None = None


def article_of(session: Session, campaign_id: int) -> HeldArticle:
    campaign = get_campaign(session, campaign_id)
    row = session.get_one(Article, campaign.article_id)
    return HeldArticle(row.id, article_from_json(row.content), row.revision)


def paste_article(session: Session, campaign_id: int, article: WrittenArticle, *, source: Source) -> HeldArticle:
    """Puts a read article into a draft; its title names a campaign that has no name or subject yet.

    Raises:
        WrongState: the campaign is no draft any more.
    """
    campaign = lock_draft(session, campaign_id)
    row = session.get_one(Article, campaign.article_id)
    keep_first(session, row)
    row.content = article_to_json(article)
    row.source, row.source_kind = source.text[:LONGEST_SOURCE], source.kind
    row.revision += 1
    row.updated_at = now()
    keep_version(session, row.id, row.content, Save(row.revision, VersionKind.PASTED, source.user_id))
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


def save_article(
    session: Session, campaign_id: int, content: Mapping[str, object], *, revision: int, user_id: int | None = None
) -> int:
    """Saves an article over `revision`, keeps it as a version, and answers the new revision.

    Raises:
        ArticleBroken: the content cannot be kept; says where.
        ChangedMeanwhile: another person saved meanwhile; nothing is overwritten.
        WrongState: the campaign is no draft any more.
    """
    return write_over(session, lock_draft(session, campaign_id), content, Save(revision + 1, user_id=user_id))


def write_over(session: Session, campaign: Campaign, content: Mapping[str, object], save: Save) -> int:
    """Saves over the revision before `save.revision` of a locked draft."""
    article = article_from_json(content)
    revision = save.revision - 1
    document = article_to_json(article)
    row = session.get_one(Article, campaign.article_id, populate_existing=True)
    if row.revision == revision:
        keep_first(session, row)
    saved = session.execute(
        update(Article)
        .where(Article.id == campaign.article_id, Article.revision == revision)
        .values(content=document, revision=save.revision, updated_at=now())
        .returning(Article.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not saved:
        raise ChangedMeanwhile(
            "This article was changed elsewhere meanwhile. Compare, then keep yours or take theirs.",
            revision=row.revision,
        )
    campaign.updated_at = now()
    keep_version(session, campaign.article_id, document, save)
    return save.revision


def keep_aside(
    session: Session, campaign_id: int, content: Mapping[str, object], *, revision: int, user_id: int | None = None
) -> None:
    """Keeps what could not be saved because another had saved since `revision`: among the versions, as nobody's loss.

    Raises:
        ArticleBroken: the content cannot be kept; says where.
    """
    document = article_to_json(article_from_json(content))
    article_id = get_campaign(session, campaign_id).article_id
    keep_version(session, article_id, document, Save(revision, VersionKind.ASIDE, user_id))


def restore_version(session: Session, campaign_id: int, version_id: int, *, user_id: int | None = None) -> int:
    """Makes an older version the article again, as a new version on top; answers the new revision.

    Raises:
        NotFound: the version is not kept any more. WrongState: the campaign is no draft.
    """
    campaign = lock_draft(session, campaign_id)
    row = session.get_one(Article, campaign.article_id, populate_existing=True)
    content = dict(get_version(session, row.id, version_id).content)
    return write_over(session, campaign, content, Save(row.revision + 1, VersionKind.RESTORED, user_id))
