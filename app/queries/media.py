"""Questions about the library: what is in it, and where a picture is shown."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Article,
    Asset,
    Brand,
    Campaign,
    CampaignStatus,
    FoundArticle,
    FoundState,
    MediaItem,
    User,
    Variant,
)

ITEMS_A_PAGE = 48
MOST_USES = 200
HAS_LEFT = frozenset({CampaignStatus.SENT, CampaignStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class MediaRow:
    """One picture of the library with its file, and who brought it."""

    item: MediaItem
    asset: Asset
    by: str


@dataclass(frozen=True, slots=True)
class MediaPage:
    """The newest first; `page` counts from 1, `total` are those that were asked for."""

    rows: tuple[MediaRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Use:
    """A place that shows a picture: a campaign, or (id None) a brand's logo. `has_left`: nothing can change there."""

    name: str
    campaign_id: int | None
    has_left: bool


def library_page(session: Session, brand_id: int, *, query: str = "", page: int = 1) -> MediaPage:
    """Raises NotFound for pages that the library does not have; its first one is always there."""
    wanted = [MediaItem.brand_id == brand_id, *matching(query)]
    total = session.scalar(select(func.count()).select_from(MediaItem).where(*wanted)) or 0
    pages = max(1, -(-total // ITEMS_A_PAGE))
    if not 1 <= page <= pages:
        raise NotFound("The library does not have this page.")
    rows = session.execute(
        select(MediaItem, Asset, User.name, User.email)
        .join(Asset, Asset.id == MediaItem.asset_id)
        .outerjoin(User, User.id == MediaItem.user_id)
        .where(*wanted)
        .order_by(MediaItem.id.desc())
        .offset((page - 1) * ITEMS_A_PAGE)
        .limit(ITEMS_A_PAGE)
    )
    found = tuple(MediaRow(item, asset, name or email or "") for item, asset, name, email in rows)
    return MediaPage(found, total, page, pages)


def matching(query: str) -> list[ColumnElement[bool]]:
    """Every word of the question stands in the name or in the description."""
    return [
        or_(
            func.lower(MediaItem.name).contains(word, autoescape=True),
            func.lower(MediaItem.alt).contains(word, autoescape=True),
        )
        for word in query.lower().split()[:8]
    ]


def uses_of(session: Session, asset: Asset) -> tuple[Use, ...]:
    """Every campaign whose article shows the picture, and every brand whose logo it is."""
    rows = session.execute(
        select(Campaign.id, Campaign.name, Campaign.status)
        .join(Article, Article.id == Campaign.article_id)
        .where(names(Article.content, asset))
        .order_by(Campaign.id.desc())
        .limit(MOST_USES)
    )
    letters = tuple(Use(name, campaign_id, status in HAS_LEFT) for campaign_id, name, status in rows)
    logos = session.scalars(select(Brand.name).where(Brand.logo_asset_id == asset.id).order_by(Brand.id))
    return (*(Use(name, None, has_left=False) for name in logos), *letters)


def is_shown_anywhere(session: Session, asset: Asset) -> bool:
    """Whether a library, a logo, an article, a letter that left or one that waits to be made has the picture."""
    waiting = (FoundArticle.state.in_((FoundState.FOUND, FoundState.CHOSEN)), names(FoundArticle.content, asset))
    places = (
        select(literal(1)).where(MediaItem.asset_id == asset.id),
        select(literal(1)).where(Brand.logo_asset_id == asset.id),
        select(literal(1)).where(names(Article.content, asset)),
        select(literal(1)).where(Variant.compiled.contains(asset.sha256)),
        select(literal(1)).where(*waiting),
    )
    return any(session.execute(place.limit(1)).first() is not None for place in places)


def names(document: ColumnElement[object] | object, asset: Asset) -> ColumnElement[bool]:
    """Whether a JSON document names the picture: its hash is sixty-four signs that nothing else has."""
    return cast(document, Text).contains(asset.sha256)


def sizes_in_bytes(session: Session, hashes: set[str]) -> dict[str, int]:
    """The size of each kept picture by its hash."""
    if not hashes:
        return {}
    rows = session.execute(select(Asset.sha256, Asset.size).where(Asset.sha256.in_(hashes))).all()
    return {row.sha256: row.size for row in rows}
