"""Questions about the library: what is in it, and where a picture is shown."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Text, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Article,
    Asset,
    Brand,
    Campaign,
    CampaignStatus,
    Correction,
    Design,
    FoundArticle,
    FoundState,
    MediaItem,
    User,
    Variant,
)
from app.models.article import ArticleVersion, SavedSection
from app.models.design import DesignVersion

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


class Place(StrEnum):
    """What can show a picture."""

    CAMPAIGN = "campaign"
    DESIGN = "design"
    LOGO = "logo"


@dataclass(frozen=True, slots=True)
class Use:
    """A place that shows a picture. `has_left`: nothing can change there any more."""

    place: Place
    id: int
    name: str
    has_left: bool = False


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


def uses_of(session: Session, asset: Asset, brand_id: int) -> tuple[Use, ...]:
    """Where the brand shows the picture: its logo, its designs, its campaigns, those that can still change first."""
    logos = session.execute(select(Brand.id, Brand.name).where(Brand.logo_asset_id == asset.id, Brand.id == brand_id))
    designs = session.execute(
        select(Design.id, Design.name)
        .where(Design.brand_id == brand_id, or_(names(Design.choices, asset), Design.shell.contains(asset.sha256)))
        .order_by(Design.id)
        .limit(MOST_USES)
    )
    letters = session.execute(
        select(Campaign.id, Campaign.name, Campaign.status)
        .join(Article, Article.id == Campaign.article_id)
        .where(Campaign.brand_id == brand_id, or_(*in_article(asset)))
        .order_by(Campaign.status.in_(HAS_LEFT), Campaign.id.desc())
        .limit(MOST_USES)
    )
    return (
        *(Use(Place.LOGO, row.id, row.name) for row in logos),
        *(Use(Place.DESIGN, row.id, row.name) for row in designs),
        *(Use(Place.CAMPAIGN, row.id, row.name, row.status in HAS_LEFT) for row in letters),
    )


def in_article(asset: Asset) -> tuple[ColumnElement[bool], ...]:
    """The ways an article may name the picture: in its blocks, or in a letter that was written whole."""
    return (names(Article.content, asset), Article.letter_source.contains(asset.sha256))


def is_shown_anywhere(session: Session, asset: Asset) -> bool:
    """Whether a library, a brand, a letter, a design (or what either was before) or a waiting article has it."""
    waiting = (FoundArticle.state.in_((FoundState.FOUND, FoundState.CHOSEN)), names(FoundArticle.content, asset))
    places: tuple[ColumnElement[bool], ...] = (
        MediaItem.asset_id == asset.id,
        Brand.logo_asset_id == asset.id,
        or_(*in_article(asset)),
        *(names(one.content, asset) for one in (Correction, ArticleVersion, SavedSection)),
        or_(names(Design.choices, asset), Design.shell.contains(asset.sha256)),
        or_(names(DesignVersion.choices, asset), DesignVersion.shell.contains(asset.sha256)),
        and_(*waiting),
        Variant.compiled.contains(asset.sha256),
    )
    return any(session.execute(select(literal(1)).where(place).limit(1)).first() is not None for place in places)


def names(document: ColumnElement[object] | object, asset: Asset) -> ColumnElement[bool]:
    """Whether a JSON document names the picture: its hash is sixty-four signs that nothing else has."""
    return cast(document, Text).contains(asset.sha256)


def sizes_in_bytes(session: Session, hashes: set[str]) -> dict[str, int]:
    """The size of each kept picture by its hash."""
    if not hashes:
        return {}
    rows = session.execute(select(Asset.sha256, Asset.size).where(Asset.sha256.in_(hashes))).all()
    return {row.sha256: row.size for row in rows}
