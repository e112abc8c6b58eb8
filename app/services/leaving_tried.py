"""Tries the verb behind one click on a reader, a list and a letter made for the moment; all of it is taken back.

For letters that a house sends to itself: the whole way is walked, and no figure anywhere moves.
"""

from sqlalchemy.orm import Session

from app.clock import now
from app.models import (
    Article,
    Campaign,
    CampaignList,
    ConsentWay,
    MailingList,
    Message,
    MessageStatus,
    Subscriber,
    Subscription,
    SubscriptionStatus,
)
from app.services import leaving
from app.services.subscriptions import Proof, subscription_of
from app.tokens import lasting_id


def leaving_works(session: Session, brand_id: int, number: int) -> bool:
    """Whether somebody who clicks is off the list. Neither rows nor rings are left of it."""
    rung = list(session.info.get("rung", ()))
    with session.begin_nested() as trial:
        person_id, list_id, message_id = make_reader(session, brand_id, f"probe-{number:012x}@example.invalid")
        leaving.leave(session, message_id, Proof(ConsentWay.ONE_CLICK), everything=False)
        standing = subscription_of(session, person_id, list_id)
        left = standing is not None and standing.status is SubscriptionStatus.UNSUBSCRIBED
        trial.rollback()
    session.info["rung"] = rung
    return left


def make_reader(session: Session, brand_id: int, email: str) -> tuple[int, int, int]:
    """Somebody on a list who got a letter by it: the ids of person, list and letter."""
    readers = MailingList(brand_id=brand_id, name=email, name_key=email, public_id=lasting_id(email))
    person = Subscriber(email=email, email_key=email, address_hash=lasting_id(email))
    article = Article(content={"version": 1, "title": "", "language": "en", "blocks": [], "warnings": []})
    session.add_all([readers, person, article])
    session.flush()
    campaign = Campaign(brand_id=brand_id, article_id=article.id, name=email)
    session.add(campaign)
    session.flush()
    letter = Message(
        campaign_id=campaign.id,
        subscriber_id=person.id,
        address_hash=person.address_hash,
        status=MessageStatus.SENT,
        sent_at=now(),
    )
    on = Subscription(
        subscriber_id=person.id, list_id=readers.id, status=SubscriptionStatus.CONFIRMED, confirmed_at=now()
    )
    session.add_all([CampaignList(campaign_id=campaign.id, list_id=readers.id), on, letter])
    session.flush()
    return person.id, readers.id, letter.id
