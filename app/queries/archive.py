"""What may be read on the web: opened archives, and the campaigns in them that have really left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, UnaryExpression, func, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import ArchiveMode, Asset, Brand, Campaign, CampaignStatus, CampaignTag, Correction, Message

ISSUES_A_PAGE = 20
MOST_PAGES = 10_000
ISSUES_A_SITEMAP = 5_000
# Not one that was paused, held or cancelled: a person or the house stopped it, perhaps for what it says.
HAS_LEFT = (CampaignStatus.SENDING, CampaignStatus.WAITING, CampaignStatus.SENT)


@dataclass(frozen=True, slots=True)
class IssuesPage:
    """The newest first; `page` counts from 1."""

    issues: tuple[Campaign, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The public issues that left just before and just after one."""

    older: Campaign | None
    newer: Campaign | None


def open_archives(session: Session) -> tuple[Brand, ...]:
    opened = Brand.archive_opened_at.is_not(None) & Brand.slug.is_not(None)
    return tuple(session.scalars(select(Brand).where(opened).order_by(Brand.name, Brand.id)))


def find_archive(session: Session, slug: str) -> Brand | None:
    opened = Brand.archive_opened_at.is_not(None)
    return session.scalars(select(Brand).where(Brand.slug == slug, opened)).one_or_none() if slug else None


def get_archive(session: Session, slug: str) -> Brand:
    """Raises NotFound where no brand has opened an archive of this name."""
    found = find_archive(session, slug)
    if found is None:
        raise NotFound("There is no archive of this name.")
    return found


def brands_of_host(session: Session, host: str) -> tuple[Brand, ...]:
    """The brands whose public address is at this host (as browsers name it, with its port); none for any other."""
    wanted = host.lower()
    own = session.scalars(select(Brand).where(Brand.base_url != "").order_by(Brand.name, Brand.id))
    return tuple(brand for brand in own if urlsplit(brand.base_url).netloc.lower() == wanted)


def issues_page(session: Session, brand_id: int, page: int = 1, *, tag: str = "") -> IssuesPage:
    """All listed letters, or those under one tag. Raises NotFound for pages that there are not; the first always is."""
    found = select(Campaign).where(*listed(brand_id))
    if tag:
        wearing = select(CampaignTag.campaign_id).where(CampaignTag.slug == tag)
        found = found.where(Campaign.id.in_(wearing))
    return paged(session, found, (Campaign.started_at.desc(), Campaign.id.desc()), page)


def paged(session: Session, found: Select[Campaign], order: Sequence[UnaryExpression[Any]], page: int) -> IssuesPage:
    """One page of what a question finds, in this order. Raises NotFound for pages that there are not."""
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    pages = max(1, -(-total // ISSUES_A_PAGE))
    if not 1 <= page <= min(pages, MOST_PAGES):
        raise NotFound("The archive does not have this page.")
    shown = session.scalars(found.order_by(*order).offset((page - 1) * ISSUES_A_PAGE).limit(ISSUES_A_PAGE))
    return IssuesPage(tuple(shown), total, page, pages)


def sitemap_pages(session: Session, brand_id: int) -> int:
    """How many files the addresses of a brand's letters need; one where there are none."""
    total = session.scalar(select(func.count()).select_from(Campaign).where(*listed(brand_id))) or 0
    return max(1, -(-total // ISSUES_A_SITEMAP))


def sitemap_rows(session: Session, brand_id: int, page: int) -> tuple[tuple[str, datetime], ...]:
    """Slug and time of the last change of the listed letters, the newest first, 5,000 a page counted from 1."""
    rows = session.execute(
        select(Campaign.slug, Campaign.started_at, Correction.updated_at)
        .outerjoin(Correction, Correction.campaign_id == Campaign.id)
        .where(*listed(brand_id))
        .order_by(Campaign.started_at.desc(), Campaign.id.desc())
        .offset((page - 1) * ISSUES_A_SITEMAP)
        .limit(ISSUES_A_SITEMAP)
    ).all()
    return tuple((slug or "", corrected or left) for slug, left, corrected in rows if left is not None)


def waiting_issues(session: Session, brand_id: int) -> int:
    """How many public letters have not begun to leave."""
    to_come = (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED, CampaignStatus.PREPARING)
    wanted = (Campaign.brand_id == brand_id, Campaign.archive == ArchiveMode.PUBLIC, Campaign.status.in_(to_come))
    return session.scalar(select(func.count()).select_from(Campaign).where(*wanted)) or 0


def get_issue(session: Session, brand_id: int, slug: str) -> Campaign:
    """A public issue, or an unlisted one. Raises NotFound for all that may not be read."""
    found = session.scalars(
        select(Campaign).where(
            *readable(brand_id), Campaign.archive.in_((ArchiveMode.PUBLIC, ArchiveMode.UNLISTED)), Campaign.slug == slug
        )
    ).one_or_none()
    if found is None:
        raise NotFound("This letter is not in the archive.")
    return found


def neighbours_of(session: Session, issue: Campaign) -> Neighbours:
    """Raises nothing: the oldest has no older one, an unlisted one stands alone."""
    if issue.archive is not ArchiveMode.PUBLIC:
        return Neighbours(None, None)
    others = select(Campaign).where(*listed(issue.brand_id), Campaign.id != issue.id).limit(1)
    same_time = Campaign.started_at == issue.started_at
    older = (Campaign.started_at < issue.started_at) | (same_time & (Campaign.id < issue.id))
    newer = (Campaign.started_at > issue.started_at) | (same_time & (Campaign.id > issue.id))
    return Neighbours(
        session.scalars(others.where(older).order_by(Campaign.started_at.desc(), Campaign.id.desc())).one_or_none(),
        session.scalars(others.where(newer).order_by(Campaign.started_at, Campaign.id)).one_or_none(),
    )


def public_issue_of_letter(session: Session, message_id: int) -> tuple[Brand, Campaign] | None:
    """The brand and the public issue that a letter's reader may be pointed to."""
    row = session.execute(
        select(Brand, Campaign)
        .join(Campaign, Campaign.brand_id == Brand.id)
        .join(Message, Message.campaign_id == Campaign.id)
        .where(Message.id == message_id)
    ).one_or_none()
    if row is None or not is_listed(row[0], row[1]):
        return None
    return row[0], row[1]


def is_readable(brand: Brand, campaign: Campaign) -> bool:
    """Whether the issue's address answers now."""
    return bool(
        brand.archive_opened_at
        and brand.slug
        and campaign.slug
        and campaign.archive is not ArchiveMode.OFF
        and campaign.started_at
        and campaign.status in HAS_LEFT
    )


def is_listed(brand: Brand, campaign: Campaign) -> bool:
    return is_readable(brand, campaign) and campaign.archive is ArchiveMode.PUBLIC


def readable(brand_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Campaign.brand_id == brand_id,
        Campaign.status.in_(HAS_LEFT),
        Campaign.started_at.is_not(None),
        Campaign.slug.is_not(None),
    )


def listed(brand_id: int) -> tuple[ColumnElement[bool], ...]:
    return (*readable(brand_id), Campaign.archive == ArchiveMode.PUBLIC)


def sizes_of(session: Session, files: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Width and height of uploaded pictures; `files` maps an address to the hash its file is named after."""
    rows = session.execute(
        select(Asset.sha256, Asset.width, Asset.height).where(Asset.sha256.in_(set(files.values())))
    ).all()
    known = {sha256: (width, height) for sha256, width, height in rows}
    return {address: known[sha256] for address, sha256 in files.items() if sha256 in known}
