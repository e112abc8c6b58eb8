"""What a campaign's page shows of its place in the archive. Gathers; changes nothing."""

from typing import Any

from flask_babel import gettext as _

from app.database.session import Session
from app.models import ArchiveMode, Brand, Campaign, CampaignStatus
from app.pages.guards import viewer
from app.permissions import Act, can
from app.queries.archive import is_readable
from app.queries.archive_search import tags_of
from app.services.archives import address_may_change
from app.services.brands import get_brand
from app.services.issues import find_correction
from app.services.letters import base_url
from app.urls import archive_address

_STOPPED = {CampaignStatus.PAUSED, CampaignStatus.HELD}


def archive_part(session: Session, campaign: Campaign, **more: Any) -> dict[str, Any]:
    """Everything that _archive.html uses; `more` wins (what was typed and refused)."""
    brand = get_brand(session, campaign.brand_id)
    part = {
        "campaign": campaign,
        "archive_open": brand.archive_opened_at is not None,
        "mode": campaign.archive,
        "modes": modes(),
        "slug": campaign.slug or "",
        "may_change_address": address_may_change(campaign),
        "archive_base": archive_address(base_url(brand), brand.slug or ""),
        "web_address": archive_address(base_url(brand), brand.slug or "", campaign.slug or "") if campaign.slug else "",
        "web_path": archive_address("", brand.slug or "", campaign.slug or ""),
        "readable": is_readable(brand, campaign),
        "web_state": web_state(brand, campaign),
        "may_publish": can(viewer().role, Act.WRITE) and campaign.status is not CampaignStatus.CANCELLED,
        "may_open_archive": can(viewer().role, Act.SETTINGS),
        "slug_error": "",
        "tags": ", ".join(tag.name for tag in tags_of(session, campaign.id)),
        "tags_error": "",
        "may_correct": can(viewer().role, Act.WRITE) and campaign.started_at is not None,
        "correction": find_correction(session, campaign.id),
        "saved": False,
    }
    return {**part, **more}


def modes() -> list[tuple[ArchiveMode, str, str]]:
    return [
        (ArchiveMode.OFF, _("Only in mailboxes"), _("The letter has no page on the web.")),
        (ArchiveMode.UNLISTED, _("For those with the address"), _("A page that no list and no search engine shows.")),
        (ArchiveMode.PUBLIC, _("In the public archive"), _("Listed in your archive and in its feed.")),
    ]


def web_state(brand: Brand, campaign: Campaign) -> str:
    """One sentence on whether anybody can read it now."""
    if campaign.status is CampaignStatus.CANCELLED:
        return _("A cancelled letter is not shown on the web.")
    if campaign.archive is ArchiveMode.OFF:
        return _("It is not on the web.")
    if is_readable(brand, campaign):
        return _("Anybody can read it.") if campaign.archive is ArchiveMode.PUBLIC else _("Who knows its address can.")
    if campaign.status in _STOPPED:
        return _("It is not shown while it stands still.")
    return _("It will stand there as soon as the first letters leave.")
