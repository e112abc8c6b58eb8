"""What a reader's link stands for: the letter's brand and lists, the masked address, where a numbered link leads."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Brand,
    Campaign,
    CampaignList,
    Form,
    ListUse,
    MailingList,
    Message,
    SignUp,
    Subscriber,
    Subscription,
    SubscriptionStatus,
    Suppression,
    SuppressionReason,
    Variant,
)


@dataclass(frozen=True, slots=True)
class ReaderLetter:
    """What a page may tell somebody who holds a letter's link; the letter may have been forwarded.

    `lists` are those the letter came by; `on_lists` and `on_others` say where the person still is.
    `silenced` is set once nothing is sent to the address at all, `silenced_here` if this very letter's reader asked so.
    """

    message_id: int
    campaign_id: int
    brand: str
    languages: tuple[str, ...]
    address: str
    lists: tuple[str, ...]
    on_lists: bool
    on_others: bool
    silenced: bool
    silenced_here: bool


def masked(email: str) -> str:
    """a•••@example.test; "" stays ""."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}" if at else ""


def get_letter(session: Session, message_id: int) -> ReaderLetter:
    """Raises NotFound where the letter's books are gone."""
    row = session.execute(
        select(Message, Campaign, Brand, Subscriber)
        .join(Campaign, Campaign.id == Message.campaign_id)
        .join(Brand, Brand.id == Campaign.brand_id)
        .join(Subscriber, Subscriber.id == Message.subscriber_id)
        .where(Message.id == message_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This letter is no longer known here.")
    message, campaign, brand, person = row
    came_by = {one.id: one.name for one in lists_of(session, campaign.id, person.id)}
    address_hash = person.address_hash or message.address_hash
    silence = session.scalars(select(Suppression).where(Suppression.address_hash == address_hash)).one_or_none()
    return ReaderLetter(
        message_id=message_id,
        campaign_id=campaign.id,
        brand=brand.name,
        languages=(person.language, campaign.language, brand.language),
        address=masked(person.email),
        lists=tuple(came_by.values()),
        on_lists=is_on(session, person.id, Subscription.list_id.in_(came_by)),
        on_others=is_on(session, person.id, Subscription.list_id.not_in(came_by)),
        silenced=silence is not None,
        silenced_here=silence is not None
        and silence.reason is SuppressionReason.UNSUBSCRIBED
        and silence.message_id == message_id,
    )


def get_welcome(session: Session, sign_up_id: int) -> ReaderLetter:
    """The same of a welcome letter: by its sign-up, and the person who has that address now.

    Raises NotFound where nobody has, or the sign-up is gone; `message_id` and `campaign_id` are 0.
    """
    row = session.execute(
        select(SignUp, Form, Brand, Subscriber)
        .join(Form, Form.id == SignUp.form_id)
        .join(Brand, Brand.id == Form.brand_id)
        .join(Subscriber, Subscriber.address_hash == SignUp.address_hash)
        .where(SignUp.id == sign_up_id, SignUp.confirmed_at.is_not(None))
    ).one_or_none()
    if row is None:
        raise NotFound("This sign-up is no longer known here.")
    sign_up, form, brand, person = row
    came_by = session.scalars(
        select(MailingList).where(MailingList.id.in_(sign_up.list_ids)).order_by(MailingList.id)
    ).all()
    ids = [one.id for one in came_by]
    silence = select(Suppression.id).where(Suppression.address_hash == sign_up.address_hash)
    return ReaderLetter(
        message_id=0,
        campaign_id=0,
        brand=brand.name,
        languages=(person.language, sign_up.language, form.language, brand.language),
        address=masked(person.email),
        lists=tuple(one.name for one in came_by),
        on_lists=is_on(session, person.id, Subscription.list_id.in_(ids)),
        on_others=is_on(session, person.id, Subscription.list_id.not_in(ids)),
        silenced=session.scalar(silence) is not None,
        silenced_here=False,
    )


def lists_of(session: Session, campaign_id: int, subscriber_id: int) -> list[MailingList]:
    """The campaign's lists that this person is or was on."""
    return list(
        session.scalars(
            select(MailingList)
            .join(CampaignList, CampaignList.list_id == MailingList.id)
            .join(Subscription, Subscription.list_id == MailingList.id)
            .where(
                CampaignList.campaign_id == campaign_id,
                CampaignList.use == ListUse.INCLUDE,
                Subscription.subscriber_id == subscriber_id,
            )
            .order_by(MailingList.id)
        )
    )


def is_on(session: Session, subscriber_id: int, which: ColumnElement[bool]) -> bool:
    standing = exists().where(
        Subscription.subscriber_id == subscriber_id, Subscription.status != SubscriptionStatus.UNSUBSCRIBED, which
    )
    return bool(session.scalar(select(standing)))


def get_reader(session: Session, message_id: int) -> tuple[int, int]:
    """The subscriber and the brand of a letter. Raises NotFound where its books are gone."""
    row = session.execute(
        select(Message.subscriber_id, Campaign.brand_id)
        .join(Campaign, Campaign.id == Message.campaign_id)
        .where(Message.id == message_id)
    ).one_or_none()
    if row is None:
        raise NotFound("This letter is no longer known here.")
    return row.subscriber_id, row.brand_id


def brand_and_language(session: Session, brand_id: int) -> tuple[str, str]:
    brand = session.get(Brand, brand_id)
    return (brand.name, brand.language) if brand else ("", "")


@dataclass(frozen=True, slots=True)
class Delivery:
    """Whose letter it is, which frozen variant, and the envelope it left in (JSON); `erased` once its reader is."""

    subscriber_id: int
    variant_id: int
    envelope: str
    brand: str
    languages: tuple[str, ...]
    left_at: datetime
    erased: bool


def get_delivery(session: Session, message_id: int) -> Delivery:
    """Raises NotFound where the letter's books are gone, or it was never made."""
    row = session.execute(
        select(Message, Campaign, Brand, Subscriber, Variant.id, Variant.envelope)
        .join(Campaign, Campaign.id == Message.campaign_id)
        .join(Brand, Brand.id == Campaign.brand_id)
        .join(Subscriber, Subscriber.id == Message.subscriber_id)
        .join(Variant, Variant.id == Message.variant_id)
        .where(Message.id == message_id, Variant.envelope != "")
    ).one_or_none()
    if row is None:
        raise NotFound("This letter is no longer kept here.")
    message, campaign, brand, person, variant_id, envelope = row
    return Delivery(
        subscriber_id=person.id,
        variant_id=variant_id,
        envelope=envelope,
        brand=brand.name,
        languages=(person.language, campaign.language, brand.language),
        left_at=message.sent_at or campaign.started_at or campaign.created_at,
        erased=person.erased_at is not None,
    )
