"""A brand, its sender and readers in an empty database, for what measures campaigns."""

import uuid
from collections.abc import Sequence

from sqlalchemy import insert, select

from app.clock import now
from app.database.session import Session
from app.models import Brand, MailingList, Sender, Subscriber, Subscription, SubscriptionStatus
from app.tokens import suppression_hash


def add_speaker(session: Session) -> tuple[int, int]:
    """The ids of a brand and of its sender, news@example.test."""
    brand = Brand(name="The Spring", address="1 Quay Street\nGalway", website_url="https://example.test")
    session.add(brand)
    session.flush()
    sender = Sender(brand_id=brand.id, name="The Spring", email="news@example.test")
    session.add(sender)
    session.flush()
    return brand.id, sender.id


def add_list(session: Session, brand_id: int, name: str) -> int:
    made = MailingList(brand_id=brand_id, name=name, name_key=name.lower(), public_id=str(uuid.uuid4()))
    session.add(made)
    session.flush()
    return made.id


def add_people(session: Session, addresses: Sequence[str]) -> None:
    """One person an address, called Ada and the number of its place."""
    rows = [
        {
            "email": one,
            "email_key": one,
            "address_hash": suppression_hash(one),
            "domain": one.rpartition("@")[2],
            "first_name": f"Ada{number}",
        }
        for number, one in enumerate(addresses)
    ]
    session.execute(insert(Subscriber), rows)


def confirm(session: Session, list_id: int, *, domain: str = "") -> None:
    """Everybody there is, or everybody at this domain, is confirmed on the list."""
    ids = select(Subscriber.id).where(Subscriber.domain == domain) if domain else select(Subscriber.id)
    facts = {"list_id": list_id, "status": SubscriptionStatus.CONFIRMED, "confirmed_at": now()}
    session.execute(insert(Subscription), [facts | {"subscriber_id": one} for one in session.scalars(ids)])
