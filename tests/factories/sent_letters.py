"""A letter that somebody got: its campaign, its row in the ledger, its numbered links."""

from datetime import timedelta
from itertools import count

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.models import (
    Article,
    Campaign,
    CampaignList,
    CampaignStatus,
    Link,
    MailingList,
    Message,
    MessageStatus,
    Subscriber,
    Variant,
)
from app.services.envelopes import Envelope
from app.services.letters import freeze_letter
from app.tokens import current_key_id
from tests.factories.ready import make_ready

numbers = count(1)


def make_sent_letter(session: Session, person: Subscriber, *lists: MailingList, urls: tuple[str, ...] = (), **given):
    """The message of a campaign that went to `lists` and reached `person`; `urls` are its links from number 1."""
    article = Article(content={"version": 1, "title": "Water", "language": "en", "blocks": [], "warnings": []})
    session.add(article)
    session.flush()
    values = {"name": f"Letter {next(numbers)}", "article_id": article.id, "status": CampaignStatus.SENT}
    campaign = Campaign(**(values | {"brand_id": lists[0].brand_id} | given))
    session.add(campaign)
    session.flush()
    session.add_all(CampaignList(campaign_id=campaign.id, list_id=one.id) for one in lists)
    session.add_all(Link(campaign_id=campaign.id, number=place, url=url) for place, url in enumerate(urls, start=1))
    variant = Variant(campaign_id=campaign.id)
    session.add(variant)
    session.flush()
    message = Message(
        campaign_id=campaign.id,
        subscriber_id=person.id,
        variant_id=variant.id,
        address_hash=person.address_hash,
        status=MessageStatus.SENT,
        sent_at=now(),
    )
    session.add(message)
    session.flush()
    return message


def make_left(session: Session, **given) -> tuple[Campaign, Subscriber]:
    """A campaign whose letter was frozen three hours ago, and accepted for its first reader, Zoë, an hour later."""
    campaign, _readers = make_ready(session, **given)
    person = session.scalars(select(Subscriber).order_by(Subscriber.id).limit(1)).one()
    person.first_name, person.fields = "Zoë", {"town": "Kraków"}
    campaign.greeting = "Hi {{ subscriber.first_name | default('there') }} of {{ field.town | default('anywhere') }},"
    campaign.subject = "For {{ subscriber.first_name | default('you') }}"
    campaign.started_at = now() - timedelta(hours=3)
    campaign.status = CampaignStatus.SENT
    campaign.upper_subscriber_id, campaign.candidates = person.id, 1
    freeze_letter(session, campaign)
    variant = session.scalars(select(Variant).where(Variant.campaign_id == campaign.id)).first()
    message = Message(campaign_id=campaign.id, subscriber_id=person.id, variant_id=variant.id, address_hash="h")
    message.status, message.sent_at = MessageStatus.SENT, now() - timedelta(hours=2)
    session.add(message)
    session.flush()
    session.execute(update(Subscriber).values(details_changed_at=None))
    return campaign, person


def freeze_variant(session: Session, message: Message, compiled: str, *, base_url: str) -> None:
    """Gives the message's variant its compiled letter, as the start of a campaign does."""
    variant = session.get_one(Variant, message.variant_id)
    variant.compiled, variant.content_hash = compiled, "c" * 64
    variant.envelope = Envelope(
        from_name="The Spring",
        from_email="news@example.test",
        reply_to="",
        brand_id=1,
        brand_name="The Spring",
        list_name="Readers",
        list_id="readers.example.test",
        key_id=current_key_id(),
        base_url=base_url,
    ).to_json()
    session.flush()
