"""People a draft would reach, offered as eyes to look at the letter with."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, not_, or_, select
from sqlalchemy.orm import Session

from app.models import CampaignList, ListUse, Subscriber, Subscription, SubscriptionStatus
from app.queries.audience import segment_arms
from app.queries.person_search import ways, words_of


@dataclass(frozen=True, slots=True)
class Reader:
    id: int
    label: str


def readers_of_campaign(session: Session, campaign_id: int, *, most: int) -> tuple[Reader, ...]:
    """The first `most` confirmed people on the lists a campaign goes to and in its segments, by name."""
    on_lists = (
        select(Subscription.subscriber_id)
        .join(CampaignList, CampaignList.list_id == Subscription.list_id)
        .where(
            CampaignList.campaign_id == campaign_id,
            CampaignList.use == ListUse.INCLUDE,
            Subscription.status == SubscriptionStatus.CONFIRMED,
        )
    )
    inside = [not_(left_out) for left_out, _reason in segment_arms(session, campaign_id)]
    return by_name(session, select(Subscriber).where(Subscriber.id.in_(on_lists), *inside), most=most)


def readers_named(session: Session, ids: Collection[int]) -> dict[int, str]:
    """What people are called, by id; without those who were erased meanwhile."""
    people = session.scalars(select(Subscriber).where(Subscriber.id.in_(ids), Subscriber.erased_at.is_(None)))
    return {one.id: f"{one.first_name} {one.last_name}".strip() or one.email for one in people}


def find_readers(session: Session, words: str, *, most: int) -> tuple[Reader, ...]:
    """The first `most` of all people by name who fit every word: what begins with it, else addresses with it inside."""
    given = words_of(words)
    if not given:
        return by_name(session, select(Subscriber), most=most)
    found = by_name(session, select(Subscriber).where(or_(*ways(session, given))), most=most)
    return found or by_name(session, select(Subscriber).where(or_(*ways(session, given, inside=True))), most=most)


def by_name(session: Session, wanted: Select[Subscriber], *, most: int) -> tuple[Reader, ...]:
    order = (Subscriber.first_name == "", Subscriber.first_name, Subscriber.last_name, Subscriber.id)
    people = session.scalars(wanted.where(Subscriber.erased_at.is_(None)).order_by(*order).limit(most))
    return tuple(as_reader(one) for one in people)


def reader_of(session: Session, subscriber_id: int | None) -> Reader | None:
    """One person as a choice; None for nobody, and for those who were erased."""
    person = session.get(Subscriber, subscriber_id) if subscriber_id is not None else None
    return None if person is None or person.erased_at is not None else as_reader(person)


def as_reader(person: Subscriber) -> Reader:
    name = f"{person.first_name} {person.last_name}".strip()
    return Reader(person.id, f"{name} · {person.email}" if name else person.email)
