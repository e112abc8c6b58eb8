"""Campaigns in each of their states."""

from itertools import count

from sqlalchemy.orm import Session

from app.clock import now
from app.models import (
    Article,
    Campaign,
    CampaignList,
    CampaignStatus,
    ListUse,
    MailingList,
    Segment,
    Variant,
)
from app.services.audience import freeze_page
from app.services.envelopes import Envelope
from app.tokens import current_key_id
from tests.factories.brands import make_brand, make_sender
from tests.factories.mailing_lists import make_list
from tests.factories.segments import choose

numbers = count(1)
CONTENT = {
    "version": 1,
    "title": "Water in winter",
    "language": "en",
    "blocks": [{"type": "paragraph", "text": "Drink <strong>enough</strong> of it."}],
    "warnings": [],
}


def make_campaign(session: Session, *lists: MailingList, exclude: tuple[MailingList, ...] = (), **given) -> Campaign:
    """A draft with a sender, a short article and these lists (one of its own where none is given)."""
    brand_id = given.get("brand_id") or (lists[0].brand_id if lists else make_brand(session).id)
    article = Article(content=CONTENT)
    session.add(article)
    session.flush()
    values = {"name": f"Campaign {next(numbers)}", "brand_id": brand_id, "article_id": article.id, "subject": "Water"}
    campaign = Campaign(**(values | given))
    session.add(campaign)
    session.flush()
    for one in lists:
        session.add(CampaignList(campaign_id=campaign.id, list_id=one.id, use=ListUse.INCLUDE))
    for one in exclude:
        session.add(CampaignList(campaign_id=campaign.id, list_id=one.id, use=ListUse.EXCLUDE))
    session.flush()
    return campaign


def make_preparing(session: Session, *lists: MailingList, **given) -> Campaign:
    """A campaign that has started: its letter is compiled, its audience not yet frozen."""
    campaign = make_campaign(session, *lists, **{"status": CampaignStatus.PREPARING, "started_at": now()} | given)
    sender = make_sender(session, name="The Spring")
    campaign.sender_id = sender.id
    campaign.key_id = current_key_id()
    envelope = Envelope(
        from_name=sender.name,
        from_email=sender.email,
        reply_to="",
        brand_id=campaign.brand_id,
        brand_name="The Spring",
        list_name="Readers",
        list_id="readers.example.test",
        key_id=campaign.key_id,
        base_url="http://127.0.0.1:8000",
    )
    session.add(Variant(campaign_id=campaign.id, compiled="{}", content_hash="c" * 64, envelope=envelope.to_json()))
    session.flush()
    return campaign


def make_sending(session: Session, *lists: MailingList, segments: tuple[Segment, ...] = (), **given) -> Campaign:
    """A campaign whose audience is frozen, narrowed to those segments, and whose chunks are open."""
    campaign = make_preparing(session, *(lists or (make_list(session),)), **given)
    for one in segments:
        choose(session, campaign, one)
    while freeze_page(session, campaign.id):
        pass
    return campaign
