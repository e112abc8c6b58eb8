"""Letters that stand in a brand's archive."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.clock import now
from app.models import ArchiveMode, Article, Brand, Campaign, CampaignStatus
from emails.articles.article_json import article_to_json
from emails.articles.blocks import Article as WrittenArticle
from emails.articles.blocks import Paragraph
from tests.factories.brands import make_brand
from tests.factories.campaigns import make_campaign

OLD = datetime.fromisoformat("2026-03-01T09:00:00+00:00")


def make_archive(session: Session, slug: str = "the-spring", **given) -> Brand:
    """A brand whose archive is open."""
    return make_brand(session, **({"name": "The Spring", "archive_opened_at": now(), "slug": slug} | given))


def make_issue(
    session: Session, brand: Brand, slug: str, article: WrittenArticle | None = None, *, days: int = 0, **given
) -> Campaign:
    """A public letter that left `days` after the first of March 2026; its title is the slug's words."""
    written = article or WrittenArticle(slug.replace("-", " ").capitalize(), (Paragraph("Drink enough of it."),))
    values = {
        "brand_id": brand.id,
        "status": CampaignStatus.SENT,
        "archive": ArchiveMode.PUBLIC,
        "started_at": OLD + timedelta(days=days),
        "slug": slug,
    }
    campaign = make_campaign(session, **(values | given))
    session.get_one(Article, campaign.article_id).content = article_to_json(written)
    session.flush()
    return campaign
