"""Where a public campaign meets the craft of web pages: its article, brand and pictures become an issue to be read.

Where the article was corrected after it left, the corrected one.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import ArchiveMode, Brand, Campaign, Correction
from app.queries.archive import sizes_of
from app.queries.archive_search import tags_of
from app.services.brand_looks import brand_content
from app.services.letters import article_content, base_url, with_public_pictures
from app.tokens import lasting_id
from app.urls import archive_address
from emails.articles.article_json import article_from_json
from emails.articles.blocks import Article, Block, Image, Paragraph, Sponsor, every_block
from emails.content import LetterPlan
from emails.errors import LetterError
from emails.render.filters import long_date
from emails.render.web_page import WebPage, make_web_page

_UPLOADED = re.compile(r"/media/([0-9a-f]{64})(?:/[a-z0-9-]+)?\.[a-z]{3,4}$")


@dataclass(frozen=True, slots=True)
class Issue:
    """One letter on the web. `address` is absolute, `path` within this house; days are in words of its language.

    `changed_at` is when it was corrected, else when it left; `corrected_day` and `note` are "" where nothing is told.
    `tags` are pairs of slug and name.
    """

    title: str
    path: str
    address: str
    lasting_id: str
    published_at: datetime
    day: str
    is_listed: bool
    page: WebPage
    changed_at: datetime
    is_corrected: bool = False
    corrected_day: str = ""
    note: str = ""
    tags: tuple[tuple[str, str], ...] = ()


def read_issue(session: Session, brand: Brand, campaign: Campaign) -> Issue:
    """The whole letter. Raises NotFound where it can no longer be set."""
    correction = find_correction(session, campaign.id)
    return made_issue(session, brand, campaign, published_article(session, campaign, brand, correction), correction)


def find_correction(session: Session, campaign_id: int) -> Correction | None:
    return session.scalars(select(Correction).where(Correction.campaign_id == campaign_id)).one_or_none()


def published_article(session: Session, campaign: Campaign, brand: Brand, correction: Correction | None) -> Article:
    """What the web shows of a letter: what was sent, or what it was corrected to."""
    if correction is None:
        return article_content(session, campaign, brand)
    return with_public_pictures(article_from_json(correction.content), brand)


def teaser(session: Session, brand: Brand, campaign: Campaign) -> Issue:
    """The same with only as much of the article as a list shows: first picture, first words, who paid."""
    correction = find_correction(session, campaign.id)
    article = published_article(session, campaign, brand, correction)
    return made_issue(session, brand, campaign, replace(article, blocks=beginnings(article)), correction)


def beginnings(article: Article) -> tuple[Block, ...]:
    picture = next(
        (block for block in article.blocks if isinstance(block, Image) and block.src and not block.only), None
    )
    words = next(
        (block for block in article.blocks if isinstance(block, Paragraph) and block.text and not block.only), None
    )
    sponsors = (block for block in article.blocks if isinstance(block, Sponsor))
    return tuple(block for block in (picture, words, *sponsors) if block is not None)


def made_issue(
    session: Session, brand: Brand, campaign: Campaign, article: Article, correction: Correction | None = None
) -> Issue:
    if campaign.started_at is None or not brand.slug or not campaign.slug:
        raise NotFound("This letter is not in the archive.")
    left_on = campaign.started_at.astimezone(ZoneInfo(brand.time_zone)).date().isoformat()
    plan = LetterPlan(subject=campaign.subject, language=campaign.language, date=article.date or left_on, today=left_on)
    try:
        page = make_web_page(article, brand_content(session, brand), plan, picture_sizes(session, article))
    except LetterError as error:
        raise NotFound("This letter can no longer be shown.") from error
    address = archive_address(base_url(brand), brand.slug, campaign.slug)
    return Issue(
        title=page.title or campaign.name,
        path=archive_address("", brand.slug, campaign.slug),
        address=address,
        lasting_id=UUID(hex=lasting_id(f"campaign:{campaign.id}")).urn,
        published_at=campaign.started_at,
        day=long_date(plan.date, plan.language),
        is_listed=campaign.archive is ArchiveMode.PUBLIC,
        page=page,
        changed_at=max(correction.updated_at, campaign.started_at) if correction else campaign.started_at,
        is_corrected=correction is not None,
        corrected_day=long_date(correction.noted_on, plan.language) if correction and correction.noted_on else "",
        note=correction.note if correction else "",
        tags=tuple((tag.slug, tag.name) for tag in tags_of(session, campaign.id)),
    )


def picture_sizes(session: Session, article: Article) -> dict[str, tuple[int, int]]:
    """Known for uploaded pictures only."""
    pictures = [block.src for block in every_block(article.blocks) if isinstance(block, Image)]
    files = {src: found[1] for src in pictures if (found := _UPLOADED.search(src))}
    return sizes_of(session, files) if files else {}


def feed_id(brand: Brand, *, tag: str = "") -> str:
    """The brand's feed, or that of one of its tags, whatever its address becomes."""
    return UUID(hex=lasting_id(f"brand:{brand.id}:tag:{tag}" if tag else f"brand:{brand.id}")).urn
