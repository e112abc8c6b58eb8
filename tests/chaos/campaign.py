"""A list of people at several domains, a short letter to them, and the campaign's books: by the services pages call."""

import itertools
from collections.abc import Sequence

from sqlalchemy import insert, select

from app.clock import now
from app.database.session import reading, transaction
from app.models import (
    Article,
    Campaign,
    CampaignStatus,
    Chunk,
    MailingList,
    Message,
    MessageStatus,
    Subscriber,
    Subscription,
    SubscriptionStatus,
)
from app.services.scheduling import send_now
from app.tokens import suppression_hash
from tests.chaos.checker import Row
from tests.factories.brands import make_brand, make_sender
from tests.factories.campaigns import make_campaign
from tests.factories.departures import make_plan
from tests.factories.mailing_lists import make_list
from tests.factories.ready import READY

DOMAINS = ("one", "two", "two", "three", "three", "three", "four")
PAGE = 5_000
numbers = itertools.count(1)


def fill_list(people: int) -> int:
    """A list with a brand, a sender and this many confirmed people; its id."""
    with transaction() as session:
        brand = make_brand(session, name="The Spring")
        make_sender(session, brand)
        readers = make_list(session, brand)
    for start in range(0, people, PAGE):
        with transaction() as session:
            subscribe_page(session, readers.id, min(PAGE, people - start))
    return readers.id


def subscribe_page(session, list_id: int, people: int) -> None:
    keys = [f"reader{number}@{DOMAINS[number % len(DOMAINS)]}.test" for number in itertools.islice(numbers, people)]
    rows = [
        {"email": key, "email_key": key, "address_hash": suppression_hash(key), "domain": key.rpartition("@")[2]}
        for key in keys
    ]
    ids = session.scalars(insert(Subscriber).returning(Subscriber.id), rows).all()
    subscription = {"list_id": list_id, "status": SubscriptionStatus.CONFIRMED, "confirmed_at": now()}
    session.execute(insert(Subscription), [subscription | {"subscriber_id": one} for one in ids])


def draft_campaign(list_id: int) -> int:
    """A draft that passes pre-flight."""
    with transaction() as session:
        readers = session.get_one(MailingList, list_id)
        sender = make_sender(session, brand=None, name="The Spring")
        sender.brand_id = readers.brand_id
        campaign = make_campaign(
            session, readers, sender_id=sender.id, subject="Water in winter, and why", preheader="Three glasses"
        )
        session.get_one(Article, campaign.article_id).content = READY
        return campaign.id


def leave_now(campaign_id: int) -> None:
    """Schedules for this moment; the timetable starts it."""
    with transaction() as session:
        send_now(session, campaign_id, undo_seconds=0)


def leave_in_waves(campaign_id: int) -> None:
    """The same with a fifth of the letters first and a minute to look at them; no rate of theirs holds the rest."""
    limits = dict.fromkeys(("bounce_limit", "complaint_limit", "deferral_limit", "unsubscribe_limit"), 1_000)
    with transaction() as session:
        make_plan(session, session.get_one(Campaign, campaign_id), canary_percent=20, canary_minutes=1, **limits)
    leave_now(campaign_id)


def status_of(campaign_id: int) -> CampaignStatus:
    with reading() as session:
        return session.get_one(Campaign, campaign_id).status


def trouble_of(campaign_id: int) -> str:
    """Why nothing leaves, as its page says it."""
    with reading() as session:
        return session.get_one(Campaign, campaign_id).trouble


def ledger_of(campaign_id: int) -> list[Row]:
    """Every message of a campaign with its person's address, in order."""
    with reading() as session:
        found = session.execute(
            select(Message.id, Subscriber.email, Message.status)
            .join(Subscriber, Subscriber.id == Message.subscriber_id)
            .where(Message.campaign_id == campaign_id)
            .order_by(Message.id)
        )
        return [Row(*row) for row in found]


def statuses_of(campaign_id: int) -> dict[int, MessageStatus]:
    with reading() as session:
        found = session.execute(select(Message.id, Message.status).where(Message.campaign_id == campaign_id))
        return dict(found.all())


def chunks_of(campaigns: Sequence[int]) -> list[tuple[int, int]]:
    """The first and the last message of every chunk."""
    with reading() as session:
        found = session.execute(select(Chunk.first_id, Chunk.last_id).where(Chunk.campaign_id.in_(campaigns)))
        return [(first, last) for first, last in found]
