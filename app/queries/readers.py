"""People a draft would reach, offered as eyes to look at the letter with."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import CampaignList, ListUse, Subscriber, Subscription, SubscriptionStatus


@dataclass(frozen=True, slots=True)
class Reader:
    id: int
    label: str


def readers_of_campaign(session: Session, campaign_id: int, *, most: int) -> tuple[Reader, ...]:
    """The first `most` confirmed people on the lists a campaign goes to, by name."""
    on_lists = (
        select(Subscription.subscriber_id)
        .join(CampaignList, CampaignList.list_id == Subscription.list_id)
        .where(
            CampaignList.campaign_id == campaign_id,
            CampaignList.use == ListUse.INCLUDE,
            Subscription.status == SubscriptionStatus.CONFIRMED,
        )
    )
    people = session.scalars(
        select(Subscriber)
        .where(Subscriber.id.in_(on_lists), Subscriber.erased_at.is_(None))
        .order_by(Subscriber.first_name == "", Subscriber.first_name, Subscriber.last_name, Subscriber.id)
        .limit(most)
    )
    return tuple(Reader(one.id, f"{one.first_name} {one.last_name}".strip() or one.email) for one in people)


def readers_named(session: Session, ids: Collection[int]) -> dict[int, str]:
    """What people are called, by id; without those who were erased meanwhile."""
    people = session.scalars(select(Subscriber).where(Subscriber.id.in_(ids), Subscriber.erased_at.is_(None)))
    return {one.id: f"{one.first_name} {one.last_name}".strip() or one.email for one in people}
