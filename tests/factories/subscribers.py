"""Subscribers and their subscriptions."""

from itertools import count

from sqlalchemy.orm import Session

from app.clock import now
from app.models import MailingList, Subscriber, Subscription, SubscriptionStatus
from app.tokens import suppression_hash

numbers = count(1)


def make_subscriber(session: Session, email: str | None = None, **given) -> Subscriber:
    email = email or f"person{next(numbers)}@example.test"
    key = email.casefold()
    values = {"email": email, "email_key": key, "address_hash": suppression_hash(key), "domain": key.rpartition("@")[2]}
    subscriber = Subscriber(**(values | given))
    session.add(subscriber)
    session.flush()
    return subscriber


def subscribe(
    session: Session,
    subscriber: Subscriber,
    mailing_list: MailingList,
    status: SubscriptionStatus = SubscriptionStatus.CONFIRMED,
) -> Subscription:
    row = Subscription(subscriber_id=subscriber.id, list_id=mailing_list.id, status=status)
    if status == SubscriptionStatus.CONFIRMED:
        row.confirmed_at = now()
    if status == SubscriptionStatus.UNSUBSCRIBED:
        row.unsubscribed_at = now()
    session.add(row)
    session.flush()
    return row


def make_confirmed(session: Session, mailing_list: MailingList, how_many: int, *, domain: str = "example.test"):
    """`how_many` confirmed people on a list, in order."""
    people = [make_subscriber(session, f"reader{next(numbers)}@{domain}") for _ in range(how_many)]
    for person in people:
        subscribe(session, person, mailing_list)
    return people
