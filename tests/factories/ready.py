"""A draft that passes pre-flight, to a list of confirmed people: where journeys begin."""

from sqlalchemy.orm import Session

from app.models import Article, Campaign, MailingList
from tests.factories.brands import make_brand, make_sender
from tests.factories.campaigns import make_campaign
from tests.factories.mailing_lists import make_list
from tests.factories.subscribers import make_confirmed

READY = {
    "version": 1,
    "title": "Water in winter",
    "language": "en",
    "blocks": [
        {"type": "paragraph", "text": "Drink <strong>enough</strong> of it, also when it is cold outside."},
        {"type": "cta", "text": "Come and taste ours.", "button": "Find a spring", "url": "https://example.test/find"},
    ],
    "warnings": [],
}


def make_ready(
    session: Session, *, people: int = 3, brand: str = "The Spring", **given
) -> tuple[Campaign, MailingList]:
    """The draft and its list."""
    home = make_brand(session, name=brand)
    sender = make_sender(session, home)
    readers = make_list(session, home)
    make_confirmed(session, readers, people)
    values = {"sender_id": sender.id, "subject": "Water in winter, and why", "preheader": "Three glasses before noon"}
    campaign = make_campaign(session, readers, **(values | given))
    session.get_one(Article, campaign.article_id).content = READY
    session.flush()
    return campaign, readers
