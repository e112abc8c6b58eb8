"""The hash of what a campaign would say, in whose name and to whom: approvals and checks are bound to it."""

import hashlib
import json
from dataclasses import astuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Article, Brand, ListUse, MailingList, Sender
from app.services.brand_looks import look_of
from app.services.campaign_segments import covered
from app.services.campaigns import get_campaign, lists_of
from app.services.designs import find_worn


def campaign_hash(session: Session, campaign_id: int) -> str:
    """The hash of all that an approval covers: words, look, brand, sender, lists and segments, as 64 hex digits.

    When letters leave (time, hours, first letters, end) is not in it: who gets what was approved stays the same.
    """
    campaign = get_campaign(session, campaign_id)
    brand = session.get_one(Brand, campaign.brand_id)
    sender = session.get(Sender, campaign.sender_id) if campaign.sender_id else None
    lists = {use.value: lists_of(session, campaign_id, use) for use in ListUse}
    article = session.get_one(Article, campaign.article_id)
    worn = find_worn(session, campaign.theme, brand.id)
    segments = covered(session, campaign_id)
    names = select(MailingList.name).where(MailingList.id.in_(lists[ListUse.INCLUDE])).order_by(MailingList.id)
    return digest(
        {
            "letter": [campaign.subject, campaign.preheader, campaign.greeting, campaign.language, campaign.theme],
            "article": article.content,
            "source": [article.letter_kind, article.letter_source],
            "design": worn.content_hash if worn else "",
            "brand": [
                brand.name,
                brand.address,
                brand.website_url,
                brand.base_url,
                brand.logo_asset_id,
                brand.tracking,
            ],
            "look": astuple(look_of(brand)),
            "sender": [sender.name, sender.email, sender.reply_to] if sender else None,
            "lists": lists,
            "shown list": session.scalars(names.limit(1)).first(),
        }
        | ({"segments": segments} if segments else {})
    )


def digest(covered: object) -> str:
    """One hash of plain values, the same for the same values."""
    return hashlib.sha256(json.dumps(covered, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
