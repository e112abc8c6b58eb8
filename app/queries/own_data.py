"""Everything kept about one person, in plain values, for them: from details and sign-ups to letters and events."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Campaign,
    CampaignSegment,
    Consent,
    Event,
    Exclusion,
    MailingList,
    Message,
    SegmentMember,
    SignUp,
    Subscriber,
    Subscription,
    Suppression,
)
from app.queries.import_proofs import ACTS, WAY, joined_by_import

Rows = list[dict[str, object]]


def own_data(session: Session, subscriber_id: int) -> dict[str, Rows]:
    """Part -> rows; times are ISO in UTC. A reader's own words stand as they were kept."""
    return {
        "details": details(session, subscriber_id),
        "subscriptions": subscriptions(session, subscriber_id),
        "sign_ups": sign_ups(session, subscriber_id),
        "consents": consents(session, subscriber_id),
        "letters": letters(session, subscriber_id),
        "events": events(session, subscriber_id),
        "segments": segments(session, subscriber_id),
    }


def details(session: Session, subscriber_id: int) -> Rows:
    person = session.get_one(Subscriber, subscriber_id)
    stopped = session.scalars(select(Suppression).where(Suppression.address_hash == person.address_hash)).one_or_none()
    return [
        plain(
            email=person.email,
            first_name=person.first_name,
            last_name=person.last_name,
            language=person.language,
            fields=dict(person.fields),
            paused_until=person.paused_until,
            not_measured_since=person.untracked_at,
            known_since=person.created_at,
            letters_stopped=stopped.reason if stopped else "",
        )
    ]


def subscriptions(session: Session, subscriber_id: int) -> Rows:
    rows = session.execute(
        select(MailingList.name, Subscription)
        .join(MailingList, MailingList.id == Subscription.list_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(Subscription.id)
    )
    return [
        plain(
            list=name,
            status=one.status,
            added_at=one.created_at,
            confirmed_at=one.confirmed_at,
            unsubscribed_at=one.unsubscribed_at,
        )
        for name, one in rows
    ]


def sign_ups(session: Session, subscriber_id: int) -> Rows:
    """What was typed into forms for the person's address, confirmed or not."""
    rows = session.scalars(
        select(SignUp)
        .join(Subscriber, Subscriber.address_hash == SignUp.address_hash)
        .where(Subscriber.id == subscriber_id)
        .order_by(SignUp.created_at)
    )
    return [
        plain(
            at=one.created_at,
            email=one.email,
            details=dict(one.details),
            confirmed_at=one.confirmed_at,
            ip_address=one.ip_address,
            browser=one.user_agent,
        )
        for one in rows
    ]


def consents(session: Session, subscriber_id: int) -> Rows:
    rows = session.execute(
        select(MailingList.name, Consent)
        .outerjoin(MailingList, MailingList.id == Consent.list_id)
        .where(Consent.subscriber_id == subscriber_id)
        .order_by(Consent.id)
    )
    written = [
        plain(
            at=one.created_at,
            act=one.act,
            list=name or "",
            way=one.way,
            wording=one.basis,
            asked_at=one.asked_at,
            ip_address=one.ip_address,
            browser=one.user_agent,
        )
        for name, one in rows
    ]
    brought_in = [
        plain(
            at=one.at,
            act=act,
            list=one.list_name,
            way=WAY,
            wording=one.basis,
            asked_at=one.agreed_at,
            ip_address="",
            browser="",
        )
        for act in ACTS
        for one in joined_by_import(session, subscriber_id)
    ]
    return in_time(brought_in, written)


def letters(session: Session, subscriber_id: int) -> Rows:
    """Letters that were to be sent, and those this person was left out of."""
    sent = session.execute(
        select(Campaign.subject, Message)
        .join(Campaign, Campaign.id == Message.campaign_id)
        .where(Message.subscriber_id == subscriber_id)
        .order_by(Message.id)
    )
    left_out = session.execute(
        select(Campaign.subject, Exclusion.reason)
        .join(Campaign, Campaign.id == Exclusion.campaign_id)
        .where(Exclusion.subscriber_id == subscriber_id)
        .order_by(Exclusion.id)
    )
    return [
        *(
            plain(subject=subject, status=one.status, reason=one.reason, sent_at=one.sent_at, answer=one.reply)
            for subject, one in sent
        ),
        *(plain(subject=subject, status="left_out", reason=reason) for subject, reason in left_out),
    ]


def events(session: Session, subscriber_id: int) -> Rows:
    rows = session.execute(
        select(Event, Campaign.subject, MailingList.name)
        .outerjoin(Campaign, Campaign.id == Event.campaign_id)
        .outerjoin(MailingList, MailingList.id == Event.list_id)
        .where(Event.subscriber_id == subscriber_id)
        .order_by(Event.id)
    )
    written = [
        plain(
            at=one.at, kind=one.kind, letter=subject or "", list=name or "", link=one.link_number, facts=dict(one.facts)
        )
        for one, subject, name in rows
    ]
    brought_in = [
        plain(at=one.at, kind=act, letter="", list=one.list_name, link=None, facts={"way": WAY.value})
        for act in ACTS
        for one in joined_by_import(session, subscriber_id)
    ]
    return in_time(brought_in, written)


def in_time(brought_in: Rows, written: Rows) -> Rows:
    """Both, oldest first; what was written keeps its order."""
    return sorted(brought_in + written, key=lambda one: str(one["at"])) if brought_in else written


def plain(**values: object) -> dict[str, object]:
    return {name: as_plain(value) for name, value in values.items()}


def as_plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def segments(session: Session, subscriber_id: int) -> Rows:
    """Groups of readers that a campaign was meant for and the person was counted to."""
    rows = session.execute(
        select(Campaign.name, CampaignSegment.name)
        .join(CampaignSegment, CampaignSegment.campaign_id == Campaign.id)
        .join(SegmentMember, SegmentMember.campaign_segment_id == CampaignSegment.id)
        .where(SegmentMember.subscriber_id == subscriber_id)
        .order_by(CampaignSegment.id)
    )
    return [plain(campaign=campaign, segment=segment) for campaign, segment in rows]
