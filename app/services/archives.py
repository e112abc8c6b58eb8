"""The archive on the web: a brand opens its own, a campaign's letter stands in it, unlisted, or not at all."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clock import now
from app.errors import InvalidInput
from app.models import ArchiveMode, Article, Brand, Campaign
from app.services import audit
from app.services.archive_index import forget_words
from app.services.brands import get_brand
from app.services.campaigns import lock_campaign
from app.services.slugs import checked_slug, slug_from, unguessable

LONGEST_BRAND_SLUG = 60
LONGEST_SLUG = 120
TAKEN = "Another letter has this address already. Choose another one."
BRAND_TAKEN = "Another brand’s archive has this address. Choose another one."


def suggest_brand_slug(brand: Brand) -> str:
    """What the archive's address would be, before anybody chose."""
    return brand.slug or slug_from(brand.name, language=brand.language, otherwise=f"brand-{brand.id}")[
        :LONGEST_BRAND_SLUG
    ].strip("-")


def set_archive(session: Session, brand_id: int, *, opened: bool, slug: str, user_id: int | None = None) -> Brand:
    """Opens or closes a brand's archive under this address. Closing takes every page of it away at once.

    Raises:
        InvalidInput: the slug cannot be used or is another brand's.
    """
    brand = get_brand(session, brand_id)
    wanted = checked_slug("slug", slug, longest=LONGEST_BRAND_SLUG)
    taken = select(Brand.id).where(Brand.slug == wanted, Brand.id != brand_id)
    if session.scalars(taken).first() is not None:
        raise InvalidInput({"slug": BRAND_TAKEN})
    brand.slug = wanted
    keep(session, BRAND_TAKEN)
    if opened != (brand.archive_opened_at is not None):
        brand.archive_opened_at = now() if opened else None
        audit.record(session, f"brand.archive_{'opened' if opened else 'closed'}", brand, user_id=user_id)
    return brand


def address_may_change(campaign: Campaign) -> bool:
    """Until the letter has left; after that only where it never had an address."""
    return campaign.started_at is None or campaign.slug is None


def publish(
    session: Session, campaign_id: int, mode: ArchiveMode, *, slug: str | None = None, user_id: int | None = None
) -> Campaign:
    """Says whether and how a campaign's letter is read on the web, in whatever state it is.

    `slug` None leaves the address as it is, "" has it made from the title.

    Raises:
        InvalidInput: the slug cannot be used, is another letter's, or can no longer be changed.
    """
    campaign = lock_campaign(session, campaign_id)
    typed = (slug or "").strip()
    if typed and typed != campaign.slug:
        campaign.slug = chosen_slug(session, campaign, typed)
    elif mode is not ArchiveMode.OFF and wants_made_slug(
        session, campaign, mode, cleared=slug is not None and not typed
    ):
        campaign.slug = made_slug(session, campaign, hidden=mode is ArchiveMode.UNLISTED)
    keep(session, TAKEN)
    if campaign.archive is not mode:
        campaign.archive = mode
        facts = {"archive": mode.value}
        audit.record(session, "campaign.archive_changed", campaign, user_id=user_id, facts=facts)
        forget_words(session, campaign)
    return campaign


def keep(session: Session, taken: str) -> None:
    """Writes the slug; whoever takes the same one at the same moment hears `taken`."""
    try:
        session.flush()
    except IntegrityError as error:
        raise InvalidInput({"slug": taken}) from error


def chosen_slug(session: Session, campaign: Campaign, typed: str) -> str:
    wanted = checked_slug("slug", typed, longest=LONGEST_SLUG)
    if wanted == campaign.slug:
        return wanted
    if not address_may_change(campaign):
        raise InvalidInput({"slug": "This letter has left, and people may hold its address. It stays as it is."})
    if is_taken(session, wanted, campaign.id):
        raise InvalidInput({"slug": TAKEN})
    return wanted


def wants_made_slug(session: Session, campaign: Campaign, mode: ArchiveMode, *, cleared: bool) -> bool:
    """Where there is none, where it was cleared in time, and where an unlisted letter's would be easy to guess."""
    if campaign.slug is None:
        return True
    if not address_may_change(campaign):
        return False
    hides = mode is ArchiveMode.UNLISTED and campaign.archive is not mode
    return cleared or (hides and campaign.slug == title_slug(session, campaign))


def made_slug(session: Session, campaign: Campaign, *, hidden: bool) -> str:
    """A slug that is free; one that nobody can guess where the letter is to be hidden."""
    slug = title_slug(session, campaign)
    if hidden:
        return unguessable(slug)
    return f"{slug}-{campaign.id}" if is_taken(session, slug, campaign.id) else slug


def title_slug(session: Session, campaign: Campaign) -> str:
    """From the article's title, or else the campaign's name."""
    title = str(session.get_one(Article, campaign.article_id).content.get("title") or "")
    named = title if "{" not in title and title.strip() else campaign.name
    return slug_from(named, language=campaign.language, otherwise=f"letter-{campaign.id}")


def is_taken(session: Session, slug: str, campaign_id: int) -> bool:
    others = select(Campaign.id).where(Campaign.slug == slug, Campaign.id != campaign_id)
    return session.scalars(others).first() is not None
